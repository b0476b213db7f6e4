import Wire

/// Pods that were deleted and do not go.
enum Terminating {
  /// Time after the end of its grace from which a pod is stuck: kubelet and controllers need some seconds.
  static let patience = Duration.seconds(120)

  static let runbook: Runbook = { examination in
    // `deletionTimestamp` is the end of the grace, not its beginning.
    let stuck = examination.evidence.pods.filter { pod in pod.fact.deletedAt.map { $0 + patience < examination.now } ?? false }
    guard let pod = stuck.first else { return nil }
    let fact = pod.fact
    let since = examination.age(fact.deletedAt)
    if !fact.finalizers.isEmpty {
      let text =
        "Pod \(fact.name) is Terminating since \(since), held by the finalizer \(fact.finalizers.joined(separator: ", "))."
      return Opinion(
        text, facts: stuck.map(\.id),
        examination.escalate(Score.strong, "\(text) Whoever set it has to finish; removing it by hand skips their work."))
    }
    let node = fact.node.map { " on node \($0)" } ?? ""
    let kind =
      fact.isOfStatefulSet
      ? "It is of a StatefulSet: forcing it away could leave two writers (split brain)."
      : "Its node does not confirm that it has ended."
    let text = "Pod \(fact.name) is Terminating\(node) \(since) after its grace ended."
    return Opinion(text, facts: stuck.map(\.id), examination.escalate(Score.strong, "\(text) \(kind)"))
  }
}
