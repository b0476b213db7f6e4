import Wire

/// Containers that the kubelet kills because a liveness or startup probe fails, while the program itself did not end.
enum Probes {
  static let runbook: Runbook = { examination in
    let killed = examination.crashing.filter { isKilledByProbe($0.fact, examination) }
    guard !killed.isEmpty else { return nil }
    let events = examination.events("Unhealthy", "Killing").filter { event in
      killed.contains { event.fact.object == "Pod/\($0.fact.name)" }
    }
    let said = events.last { $0.fact.reason == "Unhealthy" }.map { ": \($0.fact.message.quoted)" } ?? ""
    let text = "The kubelet kills \(killed.count) of \(examination.pods.count) pods because their probe fails\(said)"
    let facts = killed.map(\.id) + events.map(\.id)
    if let revision = examination.blamedRevision(for: killed), examination.soundRevision != nil {
      let reason =
        "\(text). Since revision \(revision.fact.revision), \(examination.age(revision.fact.createdAt)) old: "
        + "\(revision.fact.changeText)."
      return Opinion(
        reason, facts: facts + [revision.id], examination.rollback(Score.strong, reason), examination.escalate(0.75, reason))
    }
    if examination.isSaturated {
      return Load.opinion(examination, because: "\(text): it is throttled at its CPU limit and answers too late")
    }
    if let complaint = examination.complaint(of: killed), complaint.sign != .timeout { return nil }
    if examination.settled.count * 2 >= examination.pods.count, killed.count == 1 {
      let reason = "\(text). The other pods of the same revision are well: it is this one alone."
      return Opinion(
        reason, facts: facts, examination.deletePod(killed[0], Score.plain, reason), examination.escalate(0.6, reason))
    }
    let reason =
      "\(text). No rollout came before it and no CPU is short: the probe asks too early or too much, or the program hangs "
      + "(\(probes(examination)))."
    return Opinion(reason, facts: facts, examination.escalate(Score.strong, reason))
  }

  /// 137 and 143 are the statuses of a program that was killed or asked to go; the event says by whom.
  private static func isKilledByProbe(_ pod: PodFact, _ examination: Examination) -> Bool {
    let own = examination.evidence.events.filter { $0.fact.object == "Pod/\(pod.name)" }.map(\.fact)
    let says = own.contains { event in
      event.reason == "Killing"
        && (event.message.contains("failed liveness probe") || event.message.contains("failed startup probe"))
        || event.reason == "Unhealthy" && (event.message.hasPrefix("Liveness") || event.message.hasPrefix("Startup"))
    }
    return says
      && pod.containers.contains { examination.isCrashing($0) && ![0, 1, 2].contains($0.lastTermination?.exitCode ?? 137) }
  }

  private static func probes(_ examination: Examination) -> String {
    let probes = (examination.workload?.template?.containers ?? []).flatMap(\.probes).filter { $0.kind != .readiness }
    let texts = probes.map {
      "\($0.kind.rawValue) \($0.check) after \($0.initialDelay) s, every \($0.period) s, timeout \($0.timeout) s, "
        + "\($0.failureThreshold) times"
    }
    return texts.isEmpty ? "probe not known" : texts.prefix(2).joined(separator: "; ")
  }
}
