import Wire

/// Trouble that comes from outside of the workload, as its logs tell it: something that it needs does not answer, does not know
/// it, or is not reached. Shared by the runbooks of pods that crash and of pods that run and fail.
enum Outside {
  /// A policy that appeared this recently explains what began to fail.
  static let policySuspicion = Duration.seconds(86_400)

  private static let signs: Set<LogSign> = [.connection, .timeout, .nameResolution, .authentication, .certificate]

  /// - Returns: nil when the evidence does not show what is wrong outside.
  static func opinion(
    on complaint: Complaint, of failing: [Examination.Cited<PodFact>], _ examination: Examination
  ) -> Opinion? {
    guard signs.contains(complaint.sign) else { return nil }
    if [.connection, .timeout, .nameResolution].contains(complaint.sign) {
      if let opinion = policy(complaint, examination) { return opinion }
      if let opinion = dependency(complaint, failing, examination) { return opinion }
    }
    return nil
  }

  private static func dependency(
    _ complaint: Complaint, _ failing: [Examination.Cited<PodFact>], _ examination: Examination
  ) -> Opinion? {
    let words = complaint.line.quoted
    switch examination.dependency(of: complaint) {
    case .back(let service):
      let text =
        "It failed because its dependency \(service.fact.name) did not answer (\(words)); \(service.fact.name) is ready "
        + "again since \(examination.age(service.fact.readySince))"
      guard examination.blamedRevision(for: failing) == nil else { return nil }
      return Opinion(
        "\(text).", facts: [complaint.fact, service.id],
        examination.restart(Score.proven, "\(text), and only the back-off keeps the pods down."),
        examination.escalate(0.5, text + "."))
    case .starting(let service):
      let text =
        "It fails because its dependency \(service.fact.name) does not answer (\(words)) and has no ready pod; "
        + "\(service.fact.notReadyPods) are on their way."
      return Opinion(
        text, facts: [complaint.fact, service.id], examination.wait(Score.strong, "\(text) A restart would die as well."),
        examination.escalate(0.6, text))
    case .down(let service, let trouble):
      let text = "It fails because its dependency \(service.fact.name) does not answer (\(words)) and is down itself: \(trouble)."
      return Opinion(
        text, facts: [complaint.fact, service.id],
        examination.escalate(Score.strong, "\(text) The trouble is there; a restart here would die as well."),
        examination.wait(0.6, text))
    case .fine(let service):
      guard examination.blamedRevision(for: failing) == nil else { return nil }
      let ports = complaint.line.ports.filter { !service.fact.ports.contains($0) && $0 != 53 }
      let wrong = ports.first.map { " It calls port \($0), which the service does not have (\(service.fact.ports))." } ?? ""
      let text =
        "It fails to reach \(service.fact.name) (\(words)), although that has been ready for "
        + "\(examination.age(service.fact.readySince)).\(wrong)"
      return Opinion(
        text, facts: [complaint.fact, service.id],
        examination.escalate(0.8, "\(text) The way to it is broken, which a restart does not mend."))
    case .unknown: return nil
    }
  }

  private static func policy(_ complaint: Complaint, _ examination: Examination) -> Opinion? {
    // A refusal is an answer: what a policy drops gets none.
    guard complaint.sign != .connection || !complaint.line.lowercased().contains("refused") else { return nil }
    let policies = examination.evidence.networkPolicies.filter {
      $0.fact.types.contains("Egress") && examination.isWithin($0.fact.changedAt ?? $0.fact.createdAt, policySuspicion)
    }
    guard
      let policy = policies.max(by: {
        ($0.fact.changedAt ?? $0.fact.createdAt ?? Timestamp(seconds: 0))
          < ($1.fact.changedAt ?? $1.fact.createdAt ?? Timestamp(seconds: 0))
      })
    else { return nil }
    let what =
      policy.fact.egress.isEmpty
      ? "allows no egress at all" : "allows egress only to \(policy.fact.egress.prefix(3).joined(separator: ", "))"
    let text =
      "Calls get no answer (\(complaint.line.quoted)) since NetworkPolicy \(policy.fact.name), written "
      + "\(examination.age(policy.fact.changedAt ?? policy.fact.createdAt)) ago, \(what)."
    return Opinion(
      text, facts: [complaint.fact, policy.id],
      examination.escalate(Score.strong, "\(text) Whoever wrote the network policy has to open it; no pod can."))
  }

  /// Something outside is named, and nothing shows whether it is well.
  static func unexplained(_ complaint: Complaint, _ examination: Examination) -> Opinion? {
    guard signs.contains(complaint.sign) else { return nil }
    let what: String
    switch complaint.sign {
    case .authentication: what = "Its credentials are refused, and nothing shows that newer ones are there"
    case .certificate: what = "A certificate is refused, and nothing shows that a newer one is there"
    case .nameResolution: what = "A name is not resolved (DNS)"
    default: what = "Something that it needs does not answer, and whether that is well is not seen from here"
    }
    let certificates = examination.evidence.customResources.filter { $0.fact.kind == "Certificate" }.prefix(2).map { resource in
      " Certificate \(resource.fact.name): "
        + (resource.fact.conditions.first { $0.type == "Ready" }.map { "Ready \($0.status) \($0.reason ?? "")" } ?? "unknown")
        + "."
    }.joined()
    let text = "\(what): \(complaint.line.quoted).\(certificates)"
    return Opinion(text, facts: [complaint.fact], examination.escalate(0.8, "\(text) A restart asks the same again."))
  }
}
