import Wire

/// Rollouts that are paused, on their way, or over their deadline without a pod that says why.
enum Rollouts {
  /// Somebody who paused a rollout this recently is still at it.
  static let pauseTime = Duration.seconds(14_400)

  static let runbook: Runbook = { examination in
    guard let workload = examination.workload, let fact = examination.evidence.workload else { return nil }
    if workload.paused {
      let edited = workload.lastEdit.map { " by \($0.manager) \(examination.age($0.at)) ago" } ?? ""
      let text = "The rollout of \(workload.target.name) is paused\(edited)."
      let isFresh = examination.isWithin(workload.lastEdit?.at, pauseTime)
      return Opinion(
        text, facts: [fact.id],
        isFresh
          ? examination.wait(Score.strong, "\(text) Somebody is at it.")
          : examination.escalate(Score.strong, "\(text) Whoever paused it has to go on or back."))
    }
    if workload.desired == 0 {
      let text = "\(workload.target.name) is scaled to 0."
      return Opinion(text, facts: [fact.id], examination.nothing(Score.plain, "\(text) No pod is wanted, and none is there."))
    }
    let starting = examination.pods.filter { !$0.fact.ready && examination.isWithin($0.fact.createdAt, .seconds(300)) }
    if examination.isRollingOut, examination.crashing.isEmpty {
      let text = "A rollout is in progress: \(workload.updated) of \(workload.desired) pods are new, \(workload.ready) ready."
      return Opinion(text, facts: [fact.id], examination.wait(Score.strong, "\(text) It is judged by its own deadline."))
    }
    if !starting.isEmpty, starting.count == examination.pods.count - examination.readyPods.count, examination.crashing.isEmpty {
      let text =
        "\(starting.count) pods are starting, the oldest \(examination.age(starting.compactMap(\.fact.createdAt).min())) ago."
      return Opinion(text, facts: starting.map(\.id), examination.wait(Score.strong, text))
    }
    return nil
  }
}
