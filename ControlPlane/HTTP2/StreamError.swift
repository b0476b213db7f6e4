public import HTTPTypes
public import Hummingbird

/// Why reading a request's body or writing its response failed.
public enum StreamError: Error, Equatable, HTTPResponseError {
  /// The peer reset the stream, or the connection is gone.
  case closed
  /// The request was not complete within ``HTTPLimits/requestDeadline``.
  case requestTimedOut
  /// The body exceeds ``HTTPLimits/maxRequestBodyBytes``.
  case bodyTooLarge(limit: Int)
  /// The handler wrote more than the `content-length` it announced.
  case responseTooLong

  public var status: HTTPResponse.Status {
    switch self {
    case .closed: .badRequest
    case .requestTimedOut: .requestTimeout
    case .bodyTooLarge: .contentTooLarge
    case .responseTooLong: .internalServerError
    }
  }

  public func response(from request: Request, context: some RequestContext) throws -> Response {
    try HTTPError(status, message: message).response(from: request, context: context)
  }

  private var message: String {
    switch self {
    case .closed: "the stream was closed before the request was complete"
    case .requestTimedOut: "the request was not complete in time"
    case .bodyTooLarge(let limit): "the body exceeds \(limit) bytes"
    case .responseTooLong: "internal error"
    }
  }
}
