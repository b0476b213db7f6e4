public import Wire

extension Order {
  /// What is sent: only where policy, or policy and a person, gave a permit.
  init(_ permit: Permit, incident: Incident) {
    self.init(permit.proposal, verdictDigest: permit.verdictDigest, incident: incident)
  }

  /// What a person is shown. It is not a command: nothing sends an order without a permit, and the one that follows the approval has
  /// the same digest.
  init(shown verdict: Verdict, incident: Incident) {
    self.init(verdict.proposal, verdictDigest: verdict.digest, incident: incident)
  }

  private init(_ proposal: Proposal, verdictDigest: String, incident: Incident) {
    self.init(
      incident: incident.name, action: proposal.action, target: proposal.target, preconditions: proposal.preconditions,
      parameters: proposal.parameters, risk: proposal.action.risk, verdictDigest: verdictDigest)
  }
}

extension CommandDraft {
  /// How long after the decision an act may still begin (the design's not-after).
  public static let actLifetime = Duration.seconds(120)
  /// How long a stop is worth delivering.
  static let stopLifetime = Duration.seconds(60)
}

extension Action {
  /// How long after its beginning an act may still be under way, before its effect counts as unknown. A drain waits for disruption budgets
  /// (kubectl's own default is for ever); the agent ends it by then. Everything else is one or two requests.
  var longestRun: Duration {
    switch self {
    case .drainNode: .seconds(1800)
    case .execPod: .seconds(300)
    default: .zero
    }
  }

  /// Whether it is about a node, and so the cluster agent's.
  public var isOnNode: Bool {
    switch self {
    case .cordonNode, .uncordonNode, .drainNode: true
    default: false
    }
  }
}

extension Order {
  /// Whose agent carries it out.
  var agentNamespace: String { target.namespace.isEmpty ? Command.clusterScope : target.namespace }
}
