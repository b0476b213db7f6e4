import CNghttp2
import HTTPTypes

/// A response's header list on its way out.
enum ResponseHead {
  /// Fields that belong to a connection of HTTP/1 and make an HTTP/2 message malformed (RFC 9113 section 8.2.2).
  static func belongsToConnection(_ name: String) -> Bool {
    switch name {
    case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "te", "http2-settings": true
    default: false
    }
  }

  /// Whether a response has a body at all (RFC 9110 section 6.4.1), leaving aside HEAD.
  static func mayHaveBody(_ status: HTTPResponse.Status) -> Bool {
    status.code >= 200 && status != .noContent && status != .resetContent && status != .notModified
  }

  /// The names and values to send: `:status` first, nothing that belongs to a connection, a date, and a length that
  /// agrees with the body.
  /// - Parameter bodyLength: of the body that will be sent; nil when it is not known or not sent.
  static func fields(_ head: HTTPResponse, bodyLength: Int?, date: String) -> [(name: String, value: String)] {
    var fields: [(name: String, value: String)] = []
    fields.reserveCapacity(head.headerFields.count + 3)
    fields.append((":status", String(head.status.code)))
    var (hasDate, hasLength) = (false, false)
    for field in head.headerFields {
      let name = field.name.canonicalName
      if belongsToConnection(name) { continue }
      if name == "content-length" {
        if hasLength || !mayHaveBody(head.status) || bodyLength.map({ String($0) != field.value }) == true { continue }
        hasLength = true
      }
      if name == "date" { hasDate = true }
      fields.append((name, field.value))
    }
    if !hasLength, let bodyLength, mayHaveBody(head.status) { fields.append(("content-length", String(bodyLength))) }
    if !hasDate { fields.append(("date", date)) }
    return fields
  }

  /// Trailer fields: no pseudo-fields, nothing that belongs to a connection or frames the message.
  static func trailers(_ trailers: HTTPFields) -> [(name: String, value: String)] {
    trailers.compactMap { field in
      let name = field.name.canonicalName
      return belongsToConnection(name) || name == "content-length" ? nil : (name, field.value)
    }
  }

  /// Lends the fields to nghttp2, which copies them.
  static func withNameValues<Result>(
    _ fields: [(name: String, value: String)], _ body: (UnsafePointer<nghttp2_nv>?, Int) -> Result
  ) -> Result {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count } + 1)
    for field in fields {
      bytes.append(contentsOf: field.name.utf8)
      bytes.append(contentsOf: field.value.utf8)
    }
    bytes.append(0)  // so that there is a base address for an empty list too
    return bytes.withUnsafeMutableBufferPointer { buffer in
      guard var next = buffer.baseAddress else { return body(nil, 0) }
      let pairs = fields.map { field in
        let (nameLength, valueLength) = (field.name.utf8.count, field.value.utf8.count)
        defer { next += nameLength + valueLength }
        return nghttp2_nv(
          name: next, value: next + nameLength, namelen: nameLength, valuelen: valueLength,
          flags: UInt8(NGHTTP2_NV_FLAG_NONE.rawValue))
      }
      return pairs.withUnsafeBufferPointer { body($0.baseAddress, $0.count) }
    }
  }
}
