import Wire

/// Pods that fail while a rollout replaces them: their successors are on their way, and none of them fails.
enum Replacement {
  /// What a new pod may take before its silence counts.
  private static let startTime = Duration.seconds(180)

  static let runbook: Runbook = { examination in
    guard examination.isRollingOut, let workload = examination.workload, let fact = examination.evidence.workload else {
      return nil
    }
    let old = examination.pods.filter { !examination.isCurrent($0.fact) }
    let new = examination.pods.filter { examination.isCurrent($0.fact) }
    let failing = old.filter { !$0.fact.ready }
    guard !failing.isEmpty, !new.isEmpty, new.allSatisfy({ isWell($0.fact, examination) }) else { return nil }
    let text =
      "\(failing.count) pods of \(workload.target.name) fail, and a rollout is replacing them: \(workload.updated) of "
      + "\(workload.desired) pods are new, and none of these fails."
    return Opinion(
      text, facts: [fact.id] + failing.map(\.id),
      examination.wait(Score.strong, "\(text) Whether it helps is seen when it has ended."))
  }

  private static func isWell(_ pod: PodFact, _ examination: Examination) -> Bool {
    pod.containers.allSatisfy { $0.restarts == 0 } && (pod.ready || examination.isWithin(pod.createdAt, startTime))
  }
}
