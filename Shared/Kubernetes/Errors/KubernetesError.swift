public import HTTP

/// Why a request to the API server did not do what was asked.
public enum KubernetesError: Error, Sendable {
  /// 401. The token may have been rotated: the file is read again with the next request.
  case unauthorized(APIStatus)
  /// 403. Not final: while the API server starts, permitted requests get one until RBAC is loaded.
  case forbidden(APIStatus)
  /// 404.
  case notFound(APIStatus)
  /// 409 for a create of what exists.
  case alreadyExists(APIStatus)
  /// 409: somebody else changed the object, or a precondition does not hold.
  case conflict(APIStatus)
  /// 422. A failed `test` of a JSON Patch is one too and says nothing more: read the object again to know.
  case invalid(APIStatus)
  /// 410, or an ERROR line with code 410 in a watch: list again.
  case expired(APIStatus)
  /// 429, from flow control or from a disruption budget.
  case tooManyRequests(APIStatus)
  /// 5xx.
  case server(APIStatus)
  /// Any other answer than success: 3xx, 400, 405, 406, 413, 415.
  case rejected(APIStatus)
  case transport(HTTPError)
  /// A success whose body is not what the API promises, with the place of the fault and never the content.
  case undecodable(String)
  /// A list holds more objects than the caller's bound.
  case listTooLong(limit: Int)
  /// Method and path of a call that is not on the program's own list: it was not sent.
  case unlisted(String)

  /// The error for an answer that is no success.
  public init(_ status: APIStatus) {
    self =
      switch status.code {
      case 401: .unauthorized(status)
      case 403: .forbidden(status)
      case 404: .notFound(status)
      case 409: status.reason == "AlreadyExists" ? .alreadyExists(status) : .conflict(status)
      case 410: .expired(status)
      case 422: .invalid(status)
      case 429: .tooManyRequests(status)
      case 500...599: .server(status)
      default: .rejected(status)
      }
  }

  /// What the server said, if it was the server that said no.
  public var status: APIStatus? {
    switch self {
    case .unauthorized(let status), .forbidden(let status), .notFound(let status), .alreadyExists(let status),
      .conflict(let status), .invalid(let status), .expired(let status), .tooManyRequests(let status), .server(let status),
      .rejected(let status):
      status
    case .transport, .undecodable, .listTooLong, .unlisted: nil
    }
  }

  /// How long the server asked us to wait before the next attempt.
  public var retryAfter: Duration? { status?.retryAfter }

  /// Whether the same request may succeed later without anybody changing it.
  public var mayPassLater: Bool {
    switch self {
    case .unauthorized, .forbidden, .tooManyRequests, .server, .expired: true
    case .transport(let error): error.isTransient
    case .notFound, .alreadyExists, .conflict, .invalid, .rejected, .undecodable, .listTooLong, .unlisted: false
    }
  }
}

extension KubernetesError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .transport(let error): "no answer from the API server: \(error)"
    case .undecodable(let place): "the API server's answer could not be read: \(place)"
    case .unlisted(let call): "not sent: \(call) is not on the list of calls"
    case .listTooLong(let limit): "the list holds more than \(limit) objects"
    default: status.map { "the API server answered \($0)" } ?? "unknown"
    }
  }
}
