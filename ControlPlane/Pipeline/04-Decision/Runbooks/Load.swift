import Wire

/// CPU: more load than the pods can carry, an autoscaler at work, at its end or blind, or one pod gone wild.
enum Load {
  /// An autoscaler that acted within this time is given time to show its effect: its own default for stabilisation.
  static let autoscalerTime = Duration.seconds(300)

  static let runbook: Runbook = { examination in
    if let autoscaler = examination.evidence.autoscalers.first(where: { $0.fact.scales.name == examination.name })
      ?? examination.evidence.autoscalers.first,
      let opinion = autoscaled(autoscaler, examination)
    {
      return opinion
    }
    if let hot = examination.hotReplica { return one(hot, examination) }
    guard examination.isSaturated else { return nil }
    return opinion(examination, because: "Every pod is saturated under load")
  }

  /// For pods that are all saturated: more of them, unless something says that more would not help.
  static func opinion(_ examination: Examination, because text: String) -> Opinion {
    let reason = "\(text) (\(examination.saturationText))."
    let facts = examination.usages.map(\.pod.id)
    if let revision = regression(examination) {
      let since =
        "\(reason) It began with revision \(revision.fact.revision), \(examination.age(revision.fact.createdAt)) old: "
        + "\(revision.fact.changeText)."
      return Opinion(
        since, facts: facts + [revision.id], examination.rollback(Score.strong, since), examination.escalate(0.75, since))
    }
    if let doubt = doubt(examination) {
      return Opinion(reason, facts: facts, examination.escalate(Score.plain, "\(reason) \(doubt)"))
    }
    guard let workload = examination.workload, workload.target.kind == "Deployment" else {
      return Opinion(
        reason, facts: facts,
        examination.escalate(
          Score.likely, "\(reason) A \(examination.workload?.target.kind ?? "workload") is not scaled by a robot."))
    }
    if let autoscaler = examination.evidence.autoscalers.first {
      return autoscaled(autoscaler, examination)
        ?? Opinion(
          reason, facts: facts + [autoscaler.id],
          examination.escalate(Score.likely, "\(reason) An autoscaler scales it, and is not at its end."))
    }
    let wanted = workload.desired <= 4 ? workload.desired * 2 : workload.desired + (workload.desired + 1) / 2
    guard let replicas = examination.bounded(wanted, from: workload.desired) else {
      return Opinion(
        reason, facts: facts,
        examination.escalate(
          Score.strong, "\(reason) There is no room for more pods: \(examination.quotaRoom?.by ?? "the quota") is used up."))
    }
    return Opinion(
      reason, facts: facts,
      examination.scale(
        to: replicas, Score.strong,
        "\(reason) No autoscaler scales it; \(replicas) instead of \(workload.desired) pods share the load."),
      examination.escalate(0.5, reason))
  }

  /// All the pods of a young revision work harder than its predecessor's did.
  private static func regression(_ examination: Examination) -> Examination.Cited<RevisionFact>? {
    guard let revision = examination.currentRevision, !revision.fact.isMereRestart, examination.soundRevision != nil,
      examination.isWithin(revision.fact.createdAt, .seconds(7200)), !revision.fact.changeText.isEmpty
    else { return nil }
    return revision
  }

  /// What makes more pods the wrong answer: they would only press harder on what is behind them.
  private static func doubt(_ examination: Examination) -> String? {
    let retries = examination.logs.filter { log in
      log.fact.lines.filter {
        let line = $0.lowercased(); return line.contains("retry") || line.contains("retries")
      }.count * 5 >= max(5, log.fact.lines.count)
    }
    if examination.claims("retry", "retries") || !retries.isEmpty {
      return "Much of it is retries: a storm feeds on every pod that is added, and ends at whoever sends it."
    }
    let signs: Set<LogSign> = [.connection, .timeout, .noSpace]
    if let complaint = examination.complaints(of: examination.pods).first(where: { signs.contains($0.sign) }) {
      return "What is behind it does not keep up (\(complaint.line.quoted)); more pods would press harder."
    }
    return nil
  }

  private static func one(_ hot: Examination.PodUsage, _ examination: Examination) -> Opinion {
    let pod = hot.pod
    let share = Int(((hot.cpu ?? 0) * 100).rounded())
    let text =
      "Only one of \(examination.pods.count) pods, \(pod.fact.name), works at \(share) % of its CPU limit while the others idle"
    let words = examination.logs(of: [pod]).flatMap(\.fact.lines).map { $0.lowercased() }
    let marks = [
      "became leader", "became the leader", "acquired lease", "acquired leader", "leader election", "elected leader",
      "i am the leader", "is leader", "new leader elected", "promoted to primary",
    ]
    let isLeader =
      words.contains { line in marks.contains(where: line.contains) }
      || ["leader", "primary", "master"].contains(pod.fact.labels["role"] ?? "")
    if isLeader || pod.fact.isOfStatefulSet {
      return Opinion(
        text + ".", facts: [pod.id],
        examination.escalate(
          0.8, "\(text): it is the elected leader and does work that the others do not; moving it moves the work."))
    }
    return Opinion(
      text + ".", facts: [pod.id],
      examination.deletePod(
        pod, Score.strong, "\(text): a single stuck worker, not load. A pod in its place begins anew, and the others carry on."),
      examination.escalate(0.6, text + "."))
  }
}
