public import Wire

/// One condition that a proposed act has to meet: a small pure function with a name, a reason, and its limits in
/// `PolicySettings`.
public struct Rule: Sendable {
  public let name: String
  /// The rule in one sentence, with its default, as the documentation has it.
  public let statement: String
  /// What it does to an act that does not meet it.
  public let strictness: Strictness
  let judge: @Sendable (PolicyQuestion) -> Answer

  init(
    _ name: String, _ strictness: Strictness, _ statement: String, _ judge: @escaping @Sendable (PolicyQuestion) -> Answer
  ) {
    self.name = name
    self.statement = statement
    self.strictness = strictness
    self.judge = judge
  }

  public enum Strictness: String, Sendable, CaseIterable {
    case refuses
    case asksAPerson = "asks a person"
  }

  public enum Answer: Sendable, Hashable, Codable {
    case passes(String)
    /// A person must agree.
    case needsApproval(String)
    /// Must not be done; not even offered.
    case refuses(String)
  }
}

/// Everything that a rule may look at.
public struct PolicyQuestion: Sendable {
  public let proposal: Proposal
  /// From 0 to 1.
  public let confidence: Double
  public let evidence: Evidence
  /// Since it was taken in here.
  public let evidenceAge: Duration
  public let history: WorkloadHistory
  public let settings: PolicySettings
  public let now: Timestamp

  public init(
    proposal: Proposal, confidence: Double, evidence: Evidence, evidenceAge: Duration = .zero, history: WorkloadHistory,
    settings: PolicySettings,
    now: Timestamp
  ) {
    self.proposal = proposal
    self.confidence = confidence
    self.evidence = evidence
    self.evidenceAge = evidenceAge
    self.history = history
    self.settings = settings
    self.now = now
  }

  var workload: WorkloadFact? { evidence.workload?.fact }

  var namespace: NamespaceFact? { evidence.namespaceFact?.fact }

  /// The pod that the act would take away.
  var targetPod: PodFact? {
    guard proposal.target.kind == "Pod" else { return nil }
    return evidence.pods.lazy.map(\.fact).first { $0.uid == proposal.target.uid }
  }
}
