/// One condition of an object's status, as Kubernetes writes it.
public struct ConditionFact: Sendable, Hashable, Codable {
  public let type: String
  /// `True`, `False` or `Unknown`.
  public let status: String
  public let reason: String?
  /// Redacted and cut.
  public let message: String?
  /// `lastTransitionTime`.
  public let since: Timestamp?

  public init(
    type: String, status: String, reason: String? = nil, message: String? = nil, since: Timestamp? = nil
  ) {
    self.type = type
    self.status = status
    self.reason = reason
    self.message = message
    self.since = since
  }
}
