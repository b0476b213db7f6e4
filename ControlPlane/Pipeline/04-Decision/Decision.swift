import Wire

/// What should be done, by whose judgement, how sure, and why.
public struct Decision: Sendable, Hashable, Codable {
  public let choice: Candidate.Choice
  /// From 0 to 1.
  public let confidence: Double
  /// What the confidence was made of, so that it can be held against what became of it. Nil for decisions stored
  /// before it was kept.
  public let grounds: Confidence?
  public let decidedBy: Decider
  public let reasoning: String
  public let findings: [Finding]
  /// All candidates with the runbooks' scores, best first.
  public let considered: [Candidate]
  public let precedents: [Precedent]
  /// Why no model took part, when one is configured and did not.
  public let modelAbsence: String?

  public enum Decider: Sendable, Hashable, Codable {
    case runbooks
    case model(String)
  }
}

extension Decision.Decider: CustomStringConvertible {
  public var description: String {
    switch self {
    case .runbooks: "runbooks"
    case .model(let name): name
    }
  }
}
