/// What one incident came to.
public struct Answer: Sendable, Hashable {
  public let outcome: Outcome
  /// Set when the outcome is to act.
  public let proposal: Proposed?
  /// From 0 to 1.
  public let confidence: Double
  /// `runbook`, the model's name, `rules` where it never came to a decision, or the control's name.
  public let decidedBy: String
  public let reasoning: String
  /// What the agent said of carrying it out; nil when it was not asked to.
  public let execution: String?

  public struct Proposed: Sendable, Hashable {
    public let action: String
    /// `namespace/Kind/name` or `Node/name`.
    public let target: String
    public let parameters: [String: Int]
    public let gate: Gate

    public init(action: String, target: String, parameters: [String: Int] = [:], gate: Gate) {
      self.action = action
      self.target = target
      self.parameters = parameters
      self.gate = gate
    }
  }

  public init(
    outcome: Outcome, proposal: Proposed? = nil, confidence: Double, decidedBy: String, reasoning: String,
    execution: String? = nil
  ) {
    self.outcome = outcome
    self.proposal = proposal
    self.confidence = confidence
    self.decidedBy = decidedBy
    self.reasoning = reasoning
    self.execution = execution
  }

  /// No incident: nothing was worth one.
  public static let nothing = Answer(outcome: .none, confidence: 0, decidedBy: "rules", reasoning: "No alert made an incident.")
}

/// What the deliveries of a scenario came to.
public struct RunResult: Sendable {
  /// One for each incident, the strongest outcome first; the older incident first among equals.
  public let answers: [Answer]
  /// Incidents that the deliveries made, without those that turned out to be another one's twin.
  public let incidents: Int
  /// What can be told about the run beyond the answers, in lines; empty unless it was asked for.
  public let explanation: [String]

  public init(answers: [Answer], incidents: Int? = nil, explanation: [String] = []) {
    self.answers = answers.enumerated()
      .sorted { ($0.element.outcome, $0.offset) < ($1.element.outcome, $1.offset) }.map(\.element)
    self.incidents = incidents ?? answers.count
    self.explanation = explanation
  }

  /// The strongest.
  public var answer: Answer { answers.first ?? .nothing }
}
