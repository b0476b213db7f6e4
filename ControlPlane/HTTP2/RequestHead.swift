import HTTPTypes

/// A request's header list on its way in: what nghttp2's own checks leave to the application (RFC 9113 section 8.2
/// and 8.3), and the limits on its size.
struct RequestHead {
  private var method = ""
  private var scheme: String?
  private var authority: String?
  private var path: String?
  private var host: String?
  private var cookie: [UInt8] = []
  private var fields = HTTPFields()
  private var refusal: HTTPResponse.Status?
  private var bytes = 0
  private var count = 0
  private(set) var contentLength: Int?

  enum Verdict: Equatable {
    case accepted(HTTPRequest)
    case refused(HTTPResponse.Status)
  }

  /// Takes the next field. False once the list is so far beyond its limit that the connection should end.
  mutating func add(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>, _ limits: HTTPLimits) -> Bool {
    bytes += name.count + value.count + 32
    count += 1
    guard bytes <= limits.maxHeaderListBytes, count <= limits.maxHeaderFields else {
      refuse(.requestHeaderFieldsTooLarge)
      return bytes <= 8 * limits.maxHeaderListBytes
    }
    if refusal != nil { return true }
    if name.first == UInt8(ascii: ":") {
      addPseudo(String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self))
    } else {
      addRegular(String(decoding: name, as: UTF8.self), value)
    }
    return true
  }

  /// Answers the request with `status` whatever else it holds; the first refusal counts, except that a list that is too
  /// large is always called that, because the fields beyond the limit were not looked at.
  mutating func refuse(_ status: HTTPResponse.Status) {
    if refusal == nil || status == .requestHeaderFieldsTooLarge { refusal = status }
    fields = HTTPFields()
    cookie = []
  }

  /// The request, once the list is complete.
  func verdict(_ limits: HTTPLimits) -> Verdict {
    if let refusal { return .refused(refusal) }
    guard let method = HTTPRequest.Method(method) else { return .refused(.badRequest) }
    if method == .connect { return .refused(.notImplemented) }
    if let host, let authority, host != authority { return .refused(.badRequest) }
    if let contentLength, contentLength > limits.maxRequestBodyBytes { return .refused(.contentTooLarge) }
    var fields = fields
    if !cookie.isEmpty { fields.append(HTTPField(name: .cookie, lenientValue: cookie)) }
    return .accepted(
      HTTPRequest(method: method, scheme: scheme, authority: authority ?? host, path: path, headerFields: fields))
  }

  private mutating func addPseudo(_ name: String, _ value: String) {
    switch name {
    case ":method": method = value
    case ":scheme": scheme = value
    case ":path": path = value
    case ":authority": authority = value
    default: refuse(.badRequest)
    }
  }

  private mutating func addRegular(_ name: String, _ value: UnsafeBufferPointer<UInt8>) {
    switch name {
    case "host":
      if host != nil { return refuse(.badRequest) }
      host = String(decoding: value, as: UTF8.self)
      return
    case "cookie":
      // RFC 9113 section 8.2.3: clients may split the field, and it is one field for the application.
      if !cookie.isEmpty { cookie.append(contentsOf: [UInt8(ascii: ";"), UInt8(ascii: " ")]) }
      cookie.append(contentsOf: value)
      return
    case "content-length":
      contentLength = Int(String(decoding: value, as: UTF8.self))
    default: break
    }
    guard let name = HTTPField.Name(name) else { return refuse(.badRequest) }
    fields.append(HTTPField(name: name, lenientValue: value))
  }
}
