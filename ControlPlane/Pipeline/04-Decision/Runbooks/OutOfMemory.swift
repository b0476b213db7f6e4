import Wire

/// Containers that the kernel killed at their memory limit.
///
/// A leak begins anew with a restart, which buys hours for a fix; a limit that was lowered goes back; a program that needs more
/// from its first second needs a person. The reason stays in the pod's status for good: an old kill is no news.
enum OutOfMemory {
  static let recent = Duration.seconds(3600)
  /// Killed this soon after its start, every time, a program needs more than it may have.
  static let firstBreath = Duration.seconds(45)

  static let runbook: Runbook = { examination in
    let killed = examination.pods.filter { isRecentlyKilled($0.fact, examination) }
    guard let pod = killed.first, let container = pod.fact.containers.first(where: { killedAt($0) != nil }) else { return nil }
    let text =
      "\(killed.count) of \(examination.pods.count) pods were OOM-killed at their memory limit of "
      + "\(container.memoryLimit ?? "unknown size"), the last \(examination.age(killedAt(container))) ago"
    let facts = killed.map(\.id)
    if let lowered = loweredLimit(examination) {
      let reason =
        "\(text). Revision \(lowered.revision.fact.revision) lowered it \(examination.age(lowered.revision.fact.createdAt)) "
        + "ago: \(lowered.change.text)."
      return Opinion(
        reason, facts: facts + [lowered.revision.id], examination.rollback(Score.proven, reason),
        examination.escalate(0.75, reason))
    }
    if let revision = examination.blamedRevision(for: killed), examination.soundRevision != nil {
      let reason =
        "\(text). It began with revision \(revision.fact.revision), \(examination.age(revision.fact.createdAt)) old: "
        + "\(revision.fact.changeText)."
      return Opinion(
        reason, facts: facts + [revision.id], examination.rollback(Score.strong, reason), examination.escalate(0.75, reason))
    }
    if let asked = mutated(container, examination) {
      let reason =
        "\(text), while the template says \(asked): something changes the limit when pods are made (a VerticalPodAutoscaler, "
        + "a webhook, a LimitRange)."
      return Opinion(reason, facts: facts, examination.escalate(Score.strong, "\(reason) A restart would get the same limit."))
    }
    if diesAtOnce(killed, examination) {
      let reason =
        "\(text), each time within \(firstBreath.wholeMilliseconds / 1000) s of its start: it needs more memory than it may have."
      return Opinion(reason, facts: facts, examination.escalate(Score.strong, reason))
    }
    let reason = "\(text); no rollout came before it, so it grew (OOM): a restart begins with little memory."
    return Opinion("\(text).", facts: facts, examination.restart(0.84, reason), examination.escalate(Score.weak, text + "."))
  }

  private static func killedAt(_ container: ContainerFact) -> Timestamp? {
    guard let last = container.lastTermination, last.reason == "OOMKilled" else {
      return container.state.phase == .terminated && container.state.reason == "OOMKilled" ? container.state.since : nil
    }
    return last.finishedAt
  }

  private static func isRecentlyKilled(_ pod: PodFact, _ examination: Examination) -> Bool {
    pod.containers.contains { container in
      guard let at = killedAt(container) else { return false }
      return examination.isWithin(at, recent) || container.state.reason == "CrashLoopBackOff"
    }
  }

  private static func loweredLimit(
    _ examination: Examination
  ) -> (revision: Examination.Cited<RevisionFact>, change: RevisionFact.Change)? {
    guard let current = examination.currentRevision, examination.soundRevision != nil else { return nil }
    let lowered = current.fact.changes("limits.memory").first { change in
      guard let after = change.after.flatMap({ Quantity($0) }), let before = change.before.flatMap({ Quantity($0) }) else {
        return change.before == nil && change.after != nil
      }
      return after < before
    }
    guard let change = lowered ?? loweredResources(current.fact) else { return nil }
    return (current, change)
  }

  /// `resources` changed as a whole, from text to text.
  private static func loweredResources(_ revision: RevisionFact) -> RevisionFact.Change? {
    revision.changes.first { change in
      guard change.path.hasSuffix("resources") || change.path.hasSuffix("resources.limits"), let before = change.before,
        let after = change.after,
        let was = memory(in: before), let isNow = memory(in: after)
      else { return false }
      return isNow < was
    }
  }

  /// The last `"memory":"512Mi"` of some JSON: limits stand before requests, so the first is the limit.
  private static func memory(in json: String) -> Quantity? {
    guard let range = json.ranges(of: "\"memory\":\"").first else { return nil }
    return Quantity(String(json[range.upperBound...].prefix { $0 != "\"" }))
  }

  /// What the template asks for, when the pod got something else.
  private static func mutated(_ container: ContainerFact, _ examination: Examination) -> String? {
    guard let spec = examination.workload?.template?.containers.first(where: { $0.name == container.name }),
      let got = container.memoryLimit.flatMap({ Quantity($0) })
    else { return nil }
    guard let asked = spec.limits["memory"] else { return "no limit" }
    return Quantity(asked) == got ? nil : asked
  }

  private static func diesAtOnce(_ killed: [Examination.Cited<PodFact>], _ examination: Examination) -> Bool {
    guard examination.readyPods.isEmpty else { return false }
    let deaths = killed.flatMap(\.fact.containers).filter { killedAt($0) != nil }
    return deaths.allSatisfy { container in
      guard container.restarts >= Examination.crashLoopRestarts, let last = container.lastTermination, let start = last.startedAt,
        let end = last.finishedAt
      else { return false }
      return start.duration(to: end) < firstBreath
    }
  }
}
