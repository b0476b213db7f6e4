/// Something that a runbook concluded, with the facts that it rests on.
public struct Finding: Sendable, Hashable, Codable {
  /// One sentence.
  public let statement: String
  /// Ids of facts in the evidence.
  public let facts: [String]

  public init(_ statement: String, facts: [String]) {
    self.statement = statement
    self.facts = facts
  }
}
