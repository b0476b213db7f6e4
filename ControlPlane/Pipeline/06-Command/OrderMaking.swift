import Wire

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
  static let actLifetime = Duration.seconds(120)
}
