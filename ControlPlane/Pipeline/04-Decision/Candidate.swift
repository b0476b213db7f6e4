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
    /// Nothing is wrong any more, or what looks wrong is meant: the incident closes and says why.
    case nothing
  }

  /// The name by which a model picks it: the action's, with the target where several of a kind could be meant, or `escalate`,
  /// `wait` and `none`.
  public var id: String {
    switch choice {
    case .act(let proposal) where proposal.action == .deletePod: "\(proposal.action.rawValue):\(proposal.target.name)"
    case .act(let proposal): proposal.action.rawValue
    case .escalate: "escalate"
    case .wait: "wait"
    case .nothing: "none"
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
  /// What would undo it, in one sentence; nil when nothing can or need.
  public let inverse: String?

  public init(
    action: Action, target: Target, preconditions: Order.Preconditions, parameters: Order.Parameters = .init(),
    expectedEffect: String, inverse: String? = nil
  ) {
    self.action = action
    self.target = target
    self.preconditions = preconditions
    self.parameters = parameters
    self.expectedEffect = expectedEffect
    self.inverse = inverse
  }

  /// `restart_deployment shop/Deployment/checkout`
  public var title: String { "\(action.rawValue) \(target.path)" }
}
