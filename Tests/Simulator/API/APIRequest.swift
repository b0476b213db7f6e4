/// A request as the API looks at it: read, authenticated, its path taken apart.
struct APIRequest: Sendable {
  let method: String
  let path: String
  let query: Query
  var accept = ""
  var contentType = ""
  var userAgent = ""
  var body: [UInt8] = []
  var identity = Identity.anonymous
  /// Whom the connection's client certificate stands for; it comes before any token.
  var certified: Identity?
  var target: RequestTarget

  init(method: String, path: String, queryText: String) {
    self.method = method
    self.path = path
    query = Query(queryText)
    target = RequestTarget(path: path)
  }

  /// A copy whose protobuf body is JSON, if it is one of those that are understood.
  var withJSONBody: APIRequest {
    guard contentType.hasPrefix("application/vnd.kubernetes.protobuf"), let object = ProtobufBody.decode(body) else {
      return self
    }
    var request = self
    request.body = object.encoded
    request.contentType = "application/json"
    return request
  }

  /// The manager that a change is recorded under: `fieldManager`, or the client's name up to the first slash.
  var manager: String {
    if let manager = query["fieldManager"], !manager.isEmpty { return manager }
    let agent = userAgent.split(separator: "/").first.map(String.init) ?? ""
    return agent.isEmpty ? "unknown" : agent
  }

  /// Whether nothing is to be stored. Refuses other values than `All`.
  func isDryRun(options: String) throws(APIStatus) -> Bool {
    let values = query.all("dryRun")
    guard !values.isEmpty else { return false }
    guard values == ["All"] else {
      let list = "[" + values.map { "\"\($0)\"" }.joined(separator: " ") + "]"
      throw .invalidOptions(options, .notSupported("dryRun", list, ["All"]))
    }
    return true
  }

  /// Refuses bad options of a write.
  func checkWriteOptions(_ options: String) throws(APIStatus) {
    if let manager = query["fieldManager"], manager.utf8.count > 128 {
      throw .invalidOptions(options, .tooLong("fieldManager", bytes: 128))
    }
    if let validation = query["fieldValidation"], !["", "Ignore", "Strict", "Warn"].contains(validation) {
      throw .invalidOptions(
        options, .notSupported("fieldValidation", "\"\(validation)\"", ["", "Ignore", "Strict", "Warn"]))
    }
  }
}

/// An answer before it is put on the wire.
struct APIResponse: Sendable {
  enum Body: Sendable {
    case json(JSONValue)
    case text(String)
    case watch(WatchSession)
    case followedLog(LogFollower)
    case empty
  }

  var status = 200
  var body: Body
  var contentType = "application/json"
  var headers: [(name: String, value: String)] = []

  static func json(_ value: JSONValue, status: Int = 200) -> APIResponse { APIResponse(status: status, body: .json(value)) }

  static func text(_ text: String, status: Int = 200) -> APIResponse {
    APIResponse(status: status, body: .text(text), contentType: "text/plain; charset=utf-8")
  }

  init(status: Int = 200, body: Body, contentType: String = "application/json") {
    self.status = status
    self.body = body
    self.contentType = contentType
  }

  init(_ refusal: APIStatus) {
    if refusal.isPlainText {
      self = .text(refusal.message, status: refusal.code)
    } else {
      self = .json(refusal.body, status: refusal.code)
    }
    if let seconds = refusal.retryAfter { headers.append(("Retry-After", String(seconds))) }
  }
}
