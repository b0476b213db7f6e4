/// A ResourceQuota of the namespace.
public struct QuotaFact: Sendable, Hashable, Codable {
  public let name: String
  /// Resource → quantity as written.
  public let hard: [String: String]
  public let used: [String: String]
  /// Resources of which nothing is left.
  public let exhausted: [String]

  public init(
    name: String, hard: [String: String], used: [String: String], exhausted: [String] = []
  ) {
    self.name = name
    self.hard = hard
    self.used = used
    self.exhausted = exhausted
  }
}
