import Kubernetes

/// Why a pod is not well, in one word of Kubernetes.
enum PodTrouble {
  /// Its own reason (`Evicted`), that of the first container that waits or ended badly, or that it cannot be scheduled; `nil`
  /// when nothing is wrong.
  static func reason(
    ofPod reason: String?, containers: some Sequence<ContainerState?>, scheduled: Condition?
  ) -> String? {
    if let reason { return reason }
    for state in containers {
      if let waiting = state?.waiting?.reason, !isOrdinaryWait(waiting) { return waiting }
      if let ended = state?.terminated, ended.exitCode != 0 { return ended.reason ?? "Error" }
    }
    if let scheduled, !scheduled.isTrue { return scheduled.reason }
    return nil
  }

  /// What every container waits for before it runs.
  static func isOrdinaryWait(_ reason: String) -> Bool { ["", "ContainerCreating", "PodInitializing"].contains(reason) }
}

extension Pod {
  /// See ``PodTrouble``.
  var troubleReason: String? {
    PodTrouble.reason(
      ofPod: status.reason, containers: (status.initContainerStatuses + status.containerStatuses).lazy.map { $0.state },
      scheduled: status.conditions.first(type: "PodScheduled"))
  }
}
