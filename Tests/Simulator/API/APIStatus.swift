/// A refusal, as the `Status` object that an API server answers with.
struct APIStatus: Error, Sendable {
  let code: Int
  let message: String
  /// `nil` for a 500, which has none (recordings, README).
  var reason: String?
  /// `nil` for 400, 401, 410, 413 and 500; an empty object for 405, 406 and 415.
  var details: JSONValue?
  var retryAfter: Int?
  /// The answer is plain text (unknown paths, flow control) and not JSON.
  var isPlainText = false
  /// A member of `metadata`: the token of a 410 to go on with.
  var continueToken: String?

  /// The `Status` object.
  var body: JSONValue {
    var metadata = JSONObject()
    if let continueToken { metadata["continue"] = .string(continueToken) }
    var object = JSONObject([
      ("kind", "Status"), ("apiVersion", "v1"), ("metadata", .object(metadata)), ("status", "Failure"),
      ("message", .string(message)),
    ])
    if let reason { object["reason"] = .string(reason) }
    if let details { object["details"] = details }
    object["code"] = .integer(Int64(code))
    return .object(object)
  }
}

extension APIStatus {
  static func badRequest(_ message: String) -> APIStatus { APIStatus(code: 400, message: message, reason: "BadRequest") }

  static let unauthorized = APIStatus(code: 401, message: "Unauthorized", reason: "Unauthorized")

  static let pageNotFound = APIStatus(code: 404, message: "404 page not found\n", isPlainText: true)

  static let resourceNotFound = APIStatus(
    code: 404, message: "the server could not find the requested resource", reason: "NotFound", details: [:])

  static let methodNotAllowed = APIStatus(
    code: 405, message: "the server does not allow this method on the requested resource", reason: "MethodNotAllowed",
    details: [:])

  static let unsupportedPatchType = APIStatus(
    code: 415, message: "415: Unsupported Media Type", reason: "UnsupportedMediaType", details: [:])

  static let rejectedPatch = APIStatus(
    code: 422, message: "the server rejected our request due to an error in our request", reason: "Invalid", details: [:])

  static let tooManyRequests = APIStatus(
    code: 429, message: "Too many requests, please try again later.\n", retryAfter: 1, isPlainText: true)

  static func notAcceptable(_ available: String) -> APIStatus {
    APIStatus(
      code: 406, message: "406: Not Acceptable\n\nAvailable representations: \(available)", reason: "NotAcceptable", details: [:])
  }

  static func internalError(_ message: String) -> APIStatus { APIStatus(code: 500, message: message) }

  static func expired(_ message: String, continueToken: String? = nil) -> APIStatus {
    APIStatus(code: 410, message: message, reason: "Expired", continueToken: continueToken)
  }

  static func tooLarge(_ message: String) -> APIStatus {
    APIStatus(code: 413, message: "Request entity too large: \(message)", reason: "RequestEntityTooLarge")
  }

  static func notFound(_ type: ResourceType, _ name: String) -> APIStatus {
    APIStatus(
      code: 404, message: "\(type.qualifiedName) \"\(name)\" not found", reason: "NotFound",
      details: details(name: name, group: type.group, kind: type.plural))
  }

  static func alreadyExists(_ type: ResourceType, _ name: String) -> APIStatus {
    APIStatus(
      code: 409, message: "\(type.qualifiedName) \"\(name)\" already exists", reason: "AlreadyExists",
      details: details(name: name, group: type.group, kind: type.plural))
  }

  static func conflict(_ type: ResourceType, _ name: String, _ why: String) -> APIStatus {
    APIStatus(
      code: 409, message: "Operation cannot be fulfilled on \(type.qualifiedName) \"\(name)\": \(why)", reason: "Conflict",
      details: details(name: name, group: type.group, kind: type.plural))
  }

  static func modifiedMeanwhile(_ type: ResourceType, _ name: String) -> APIStatus {
    conflict(type, name, "the object has been modified; please apply your changes to the latest version and try again")
  }

  /// A conflict of a precondition names the Kind and not the resource (recordings, 02 delete-wrong-uid).
  static func preconditionConflict(kind: String, _ name: String, _ why: String) -> APIStatus {
    APIStatus(
      code: 409, message: "Operation cannot be fulfilled on \(kind) \"\(name)\": \(why)", reason: "Conflict",
      details: details(name: name, group: "", kind: kind))
  }

  static func forbidden(group: String, resource: String, name: String, _ why: String, causes: [JSONValue] = []) -> APIStatus {
    let qualified = group.isEmpty ? resource : "\(resource).\(group)"
    let subject = name.isEmpty ? qualified : "\(qualified) \"\(name)\""
    var details = details(name: name, group: group, kind: resource)
    if !causes.isEmpty { details["causes"] = .array(causes) }
    return APIStatus(code: 403, message: "\(subject) is forbidden: \(why)", reason: "Forbidden", details: details)
  }

  static func details(name: String, group: String, kind: String) -> JSONValue {
    var details = JSONObject()
    if !name.isEmpty { details["name"] = .string(name) }
    if !group.isEmpty { details["group"] = .string(group) }
    if !kind.isEmpty { details["kind"] = .string(kind) }
    return .object(details)
  }
}
