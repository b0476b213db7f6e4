import Wire

/// Pods that run, do not die, and do not become ready.
enum Unready {
  static let runbook: Runbook = { examination in
    let unready = examination.unready
    guard let pod = unready.first, !isStarting(unready, examination) else { return nil }
    let probe = examination.events("Unhealthy").last { event in unready.contains { event.fact.object == "Pod/\($0.fact.name)" } }
    let said = probe.map { ": \($0.fact.message.quoted)" } ?? "."
    let text = "\(unready.count) of \(examination.pods.count) pods run and are not ready\(said)"
    let facts = unready.map(\.id) + [probe?.id].compactMap(\.self)
    let complaint = examination.complaint(of: unready)
    if let complaint, let opinion = Outside.opinion(on: complaint, of: unready, examination) { return opinion }
    if let revision = examination.blamedRevision(for: unready), examination.soundRevision != nil {
      let words = complaint.map { " Its last words: \($0.line.quoted)" } ?? ""
      let reason =
        "\(text) Since revision \(revision.fact.revision), \(examination.age(revision.fact.createdAt)) old: "
        + "\(revision.fact.changeText).\(words)"
      return Opinion(
        reason, facts: facts + [revision.id], examination.rollback(Score.strong, reason), examination.escalate(0.75, reason))
    }
    if examination.isSaturated { return Load.opinion(examination, because: "\(text) They work at their CPU limit") }
    if unready.count == 1, examination.settled.count >= 2, !pod.fact.isOfStatefulSet {
      let reason = "\(text) The other \(examination.settled.count) pods of the same revision are well: it is this one alone."
      return Opinion(reason, facts: facts, examination.deletePod(pod, Score.plain, reason), examination.escalate(0.6, reason))
    }
    if let complaint, let opinion = Outside.unexplained(complaint, examination) { return opinion }
    if let complaint, complaint.sign.isDeterministic {
      let reason = "\(text) Their logs say \(complaint.line.quoted)."
      return Opinion(reason, facts: facts + [complaint.fact], examination.escalate(0.8, "\(reason) A restart meets the same."))
    }
    return Opinion(
      text, facts: facts, examination.restart(Score.likely, "\(text) It ran well before, and nothing was changed."),
      examination.escalate(0.65, text))
  }

  /// Pods of a rollout that are given the time which the slowest of them may take to start.
  private static func isStarting(_ unready: [Examination.Cited<PodFact>], _ examination: Examination) -> Bool {
    examination.isRollingOut
      && unready.allSatisfy { _, pod in
        examination.isCurrent(pod) && examination.isWithin(pod.createdAt, startTime)
          && pod.containers.allSatisfy { $0.isInit || $0.restarts == 0 }
      }
  }

  /// Beyond it the deadline of the rollout (ten minutes by default) is still ahead, and the pods say what is wrong.
  private static let startTime = Duration.seconds(180)
}
