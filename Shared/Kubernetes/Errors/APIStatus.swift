/// What the API server said when it refused or failed: a `Status` object, or plain text where it writes none (unknown paths, flow
/// control, health).
public struct APIStatus: Sendable, Hashable {
  /// The HTTP status code, or the code inside an ERROR line of a watch.
  public let code: Int
  /// `NotFound`, `Conflict`, …; missing for a 500 and for plain text.
  public let reason: String?
  /// At most ``maximumMessageLength`` characters, in one line.
  public let message: String
  /// How long the server asked us to wait, from `Retry-After` or from the details.
  public let retryAfter: Duration?

  public static let maximumMessageLength = 500

  public init(code: Int, reason: String? = nil, message: String, retryAfter: Duration? = nil) {
    self.code = code
    self.reason = reason
    let line = message.split(whereSeparator: \.isNewline).joined(separator: " ")
    self.message = String(line.prefix(Self.maximumMessageLength))
    self.retryAfter = retryAfter
  }
}

extension APIStatus: CustomStringConvertible {
  public var description: String {
    let name = reason.map { " \($0)" } ?? ""
    return "\(code)\(name)" + (message.isEmpty ? "" : ": \(message)")
  }
}

/// The `Status` object of `meta/v1`.
struct StatusObject: Decodable {
  struct Details: Decodable {
    let retryAfterSeconds: Int?
  }

  let kind: String?
  let reason: String?
  let message: String?
  let code: Int?
  let details: Details?

  func status(code fallback: Int, retryAfter: Duration?) -> APIStatus {
    let asked = details?.retryAfterSeconds.map { Duration.seconds($0) }
    return APIStatus(code: code ?? fallback, reason: reason, message: message ?? "", retryAfter: retryAfter ?? asked)
  }
}
