/// A request that was checked and is ready for libcurl. Holds the resolved credential: never printed, short-lived.
struct PreparedRequest: Sendable {
  let method: ClientRequest.Method
  let url: String
  let origin: Origin
  /// Lines in libcurl's notation, where `Name;` sends an empty value and `Name:` removes a header.
  let headerLines: [String]
  let body: [UInt8]?
  let startedAt: MonotonicTime
  let deadline: Duration?
  let idleDeadline: Duration?
  let connectDeadline: Duration
  let protocolVersion: ClientRequest.ProtocolVersion

  init(_ request: ClientRequest) throws(HTTPError) {
    origin = try Origin(url: request.url, schemes: ["http", "https"])
    if request.protocolVersion == .http2PriorKnowledge, origin.scheme == "https" {
      throw .invalidRequest("http2PriorKnowledge is for http:// only; over TLS use automatic")
    }
    if request.method == .head, request.body != nil { throw .invalidRequest("a HEAD request has no body") }
    var lines: [String] = []
    var names: Set<String> = []
    for (name, value) in request.headers {
      try Self.check(name: name, value: value)
      lines.append(value.isEmpty ? "\(name);" : "\(name): \(value)")
      names.insert(name.lowercased())
    }
    if let forbidden = ["content-length", "transfer-encoding", "expect"].first(where: names.contains) {
      throw .invalidRequest("the header \(forbidden) follows from the body and cannot be given")
    }
    if let credential = request.credential {
      guard !names.contains("authorization") else {
        throw .invalidRequest("the header authorization and a credential cannot both be given")
      }
      lines.append("Authorization: \(try credential.authorization())")
    }
    // Without these libcurl waits for «100 Continue» and calls every body a form.
    lines.append("Expect:")
    if !names.contains("content-type") { lines.append("Content-Type:") }

    method = request.method
    url = request.url
    headerLines = lines
    body = request.body
    startedAt = .now
    deadline = request.deadline
    idleDeadline = request.idleDeadline
    connectDeadline = request.connectDeadline
    protocolVersion = request.protocolVersion
  }

  /// Field names are tokens (RFC 9110, section 5.6.2); values have no control character but the tab (section 5.5).
  private static func check(name: String, value: String) throws(HTTPError) {
    guard !name.isEmpty, name.utf8.allSatisfy(isTokenCharacter) else {
      throw .invalidRequest("a header name is empty or has a character other than letters, digits and !#$%&'*+-.^_`|~")
    }
    guard value.utf8.allSatisfy({ $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }) else {
      throw .invalidRequest("the value of the header \(name) has a control character, such as a line break")
    }
  }

  private static func isTokenCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default:
      "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }
}
