import Wire

/// Which pods fail, and in which way.
extension Examination {
  /// A container that has died this often within the last minutes is in a crash loop even while it happens to run.
  static let crashLoopRestarts = 3
  /// Time that a container has to run before it counts as settled again: `MaxContainerBackOff` is reset after ten minutes.
  static let settling = Duration.seconds(600)

  var crashing: [Cited<PodFact>] {
    pods.filter { _, pod in pod.containers.contains { isCrashing($0) } }
  }

  func isCrashing(_ container: ContainerFact) -> Bool {
    if container.state.reason == "CrashLoopBackOff" { return true }
    guard let last = container.lastTermination, !container.isInit || !container.ready else { return false }
    if !container.ready, container.restarts > 0 { return true }
    return container.restarts >= Self.crashLoopRestarts && isWithin(last.finishedAt, Self.settling) && last.reason != "OOMKilled"
  }

  /// The containers that crash, with the pod of each.
  var crashingContainers: [(pod: Cited<PodFact>, container: ContainerFact)] {
    crashing.flatMap { pod in pod.fact.containers.filter(isCrashing).map { (pod, $0) } }
  }

  func waiting(_ reasons: Set<String>) -> [(pod: Cited<PodFact>, container: ContainerFact)] {
    pods.flatMap { pod in
      pod.fact.containers.filter { $0.state.phase == .waiting && $0.state.reason.map(reasons.contains) == true }.map { (pod, $0) }
    }
  }

  /// Pods that no node takes, with the scheduler's words.
  var unschedulable: [(pod: Cited<PodFact>, message: String)] {
    pods.compactMap { pod in
      guard pod.fact.phase == "Pending", pod.fact.node == nil else { return nil }
      let condition = pod.fact.conditions.first { $0.type == "PodScheduled" && $0.status == "False" }
      let event = events("FailedScheduling").last { $0.fact.object == "Pod/\(pod.fact.name)" }
      guard condition != nil || event != nil || pod.fact.reason?.contains("Unschedulable") == true else { return nil }
      return (pod, condition?.message ?? event?.fact.message ?? pod.fact.reason ?? "")
    }
  }

  /// Pods that run and are not ready, without dying.
  var unready: [Cited<PodFact>] {
    let crashing = Set(crashing.map(\.fact.name))
    return pods.filter { _, pod in
      !pod.ready && pod.phase == "Running" && !crashing.contains(pod.name)
        && pod.containers.allSatisfy { $0.isInit || $0.state.phase == .running }
    }
  }

  /// Pods that are ready and have run without a death for long enough.
  var settled: [Cited<PodFact>] {
    readyPods.filter { _, pod in
      !pod.containers.contains { isWithin($0.lastTermination?.finishedAt, Self.settling) && $0.restarts > 0 }
    }
  }
}
