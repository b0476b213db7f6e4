public import Wire

/// One thing that could be done about an incident. The list is made here, from evidence; a model picks from it and adds nothing.
public struct Candidate: Sendable, Hashable, Codable {
  public let choice: Choice
  /// How well the evidence supports it, from 0 to 1.
  public let score: Double
  /// One sentence.
  public let rationale: String

  public init(_ choice: Choice, score: Double, rationale: String) {
    self.choice = choice
    self.score = score
    self.rationale = rationale
  }

  public enum Choice: Sendable, Hashable, Codable {
    case act(Proposal)
    /// Nothing that a robot should do: a person takes over.
    case escalate
    /// Something is at it already: look again later.
    case wait
  }

  /// The name by which a model picks it: the action's, or `escalate` and `wait`.
  public var id: String {
    switch choice {
    case .act(let proposal): proposal.action.rawValue
    case .escalate: "escalate"
    case .wait: "wait"
    }
  }
}

/// An action with everything that it needs, taken from the evidence.
public struct Proposal: Sendable, Hashable, Codable {
  public let action: Action
  public let target: Target
  public let preconditions: Order.Preconditions
  public let parameters: Order.Parameters
  /// What should be seen when it works, in one sentence.
  public let expectedEffect: String

  public init(
    action: Action, target: Target, preconditions: Order.Preconditions, parameters: Order.Parameters = .init(),
    expectedEffect: String
  ) {
    self.action = action
    self.target = target
    self.preconditions = preconditions
    self.parameters = parameters
    self.expectedEffect = expectedEffect
  }

  /// `restart_deployment shop/Deployment/checkout`
  public var title: String { "\(action.rawValue) \(target.path)" }
}
