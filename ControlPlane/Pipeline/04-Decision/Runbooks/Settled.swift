import Wire

/// Alerts whose trouble is over: the pod is gone and replaced, or has been well for long. Asked last, when no other runbook sees
/// anything.
///
/// Silence is not health: only what was seen whole counts, and an alert about requests or usage is not disproved by ready pods.
enum Settled {
  static let runbook: Runbook = { examination in
    guard let workload = examination.workload, let fact = examination.evidence.workload else { return gone(examination) }
    guard examination.isWhole else { return nil }
    let pods = examination.pods.filter { examination.isOwn($0.fact) }
    let well = examination.settled.filter { examination.isOwn($0.fact) }
    guard !pods.isEmpty, well.count == pods.count, isSeenWhole(examination) else { return restless(examination) }
    guard isAnswered(examination) else { return nil }
    let gone = examination.namedPods().filter { name in !examination.evidence.pods.contains { $0.fact.name == name } }
    let old = pods.flatMap(\.fact.containers).compactMap(\.lastTermination).compactMap { last in
      last.finishedAt.map { (last, $0) }
    }
    .max { $0.1 < $1.1 }
    let history =
      old.map { " The last end of a container (\($0.0.reason ?? "exit \($0.0.exitCode)")) was \(examination.age($0.1)) ago." }
      ?? ""
    let text =
      gone.isEmpty
      ? "All \(workload.desired) pods of \(workload.target.name) are ready and have been well since."
      : "Pod \(gone.joined(separator: ", ")) is gone, and all \(workload.desired) pods in its place are ready."
    return Opinion(
      text, facts: [fact.id] + pods.map(\.id),
      examination.nothing(Score.strong, "\(text)\(history) The alert tells of what is over."))
  }

  /// Neither the pod nor anything that made it is there any more: it was deleted.
  private static func gone(_ examination: Examination) -> Opinion? {
    let evidence = examination.evidence
    guard let pod = examination.names("pod"), examination.names("container") != examination.alert?.labels["job"],
      evidence.omissions.contains(where: { $0.what == "pods/\(pod)" && $0.isAbsence }), isSeenWhole(examination),
      evidence.pods.isEmpty,
      evidence.jobs.isEmpty, evidence.nodes.isEmpty, evidence.claims.isEmpty, !examination.isAboutRequests
    else { return nil }
    let text = "Pod \(pod) is gone, and nothing that it belonged to is left: it was deleted."
    return Opinion(text, facts: [], examination.nothing(Score.plain, text))
  }

  /// Ready again, but not for long.
  private static func restless(_ examination: Examination) -> Opinion? {
    let young = examination.readyPods.filter { pod in
      pod.fact.containers.contains { examination.isWithin($0.lastTermination?.finishedAt, Examination.settling) }
    }
    guard !young.isEmpty, examination.readyPods.count == examination.pods.count, !examination.isAboutRequests else { return nil }
    let text = "All pods are ready; \(young.count) restarted within the last ten minutes."
    return Opinion(
      text, facts: young.map(\.id), examination.wait(Score.strong, "\(text) Whether it stays so, the next look tells."))
  }

  private static func isSeenWhole(_ examination: Examination) -> Bool {
    !examination.evidence.blindSpans.contains { $0.to == nil }
      && !examination.evidence.omissions.contains { omission in
        (omission.what.contains("pods") || omission.what.contains("workload")) && !omission.isALimit && !omission.isAbsence
      }
  }

  /// Whether ready pods answer what the alert says.
  private static func isAnswered(_ examination: Examination) -> Bool {
    guard let alert = examination.alert else { return true }
    if examination.isAboutRequests { return false }
    if examination.isAboutUsage {
      let known = examination.usages.compactMap(\.cpu)
      return !known.isEmpty && known.allSatisfy { $0 < Examination.saturation }
    }
    let labels = ["deployment", "statefulset", "daemonset", "replicaset"]
    return !examination.namedPods().isEmpty
      || labels.contains { alert.labels[$0] == examination.name || alert.labels["exported_\($0)"] == examination.name }
  }
}

extension Evidence.Omission {
  /// More of the same that the agent has seen and not sent; the workload's own counts tell of it.
  fileprivate var isALimit: Bool { why.hasPrefix("a limit") }

  /// It was looked for, and is not there: an answer, no gap.
  fileprivate var isAbsence: Bool { why == "not found" || why == "nothing that the alert names exists" }
}
