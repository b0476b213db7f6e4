import Kubernetes

/// Which logs are read, the most telling first. Pure.
enum LogPlan {
  struct Source: Sendable, Hashable {
    let pod: String
    let podUID: String
    let container: String
    let previous: Bool
  }

  /// - Parameter pods: most telling first.
  static func sources(_ pods: [Pod], named: Set<String>) -> [Source] {
    let troubled = pods.filter { $0.urgency > 0 || !$0.failingContainers.isEmpty }
    let wanted = pods.filter { named.contains($0.metadata.uid) }
    // Trouble that no status shows (errors, a hot replica) is told by the logs of any pod that runs.
    let others = pods.filter { $0.status.phase == "Running" }.prefix(2)
    var chosen: [Pod] = []
    for pod in wanted + spread(troubled) + (wanted.isEmpty && troubled.isEmpty ? Array(others) : [])
    where chosen.count < EvidenceLimits.loggedPods && !chosen.contains(where: { $0.metadata.uid == pod.metadata.uid }) {
      chosen.append(pod)
    }
    return Array(chosen.flatMap { sources($0) }.prefix(EvidenceLimits.logs))
  }

  /// One pod of each revision, node and reason first: two of a kind say the same.
  private static func spread(_ pods: [Pod]) -> [Pod] {
    var seen: Set<[String]> = []
    let firsts = pods.filter { seen.insert([$0.revisionHash ?? "", $0.troubleReason ?? ""]).inserted }
    let first = Set(firsts.map(\.metadata.uid))
    return firsts + pods.filter { !first.contains($0.metadata.uid) }
  }

  private static func sources(_ pod: Pod) -> [Source] {
    let statuses = pod.status.initContainerStatuses + pod.status.containerStatuses
    let failing = pod.failingContainers
    let started = (failing.isEmpty ? pod.status.containerStatuses : failing).filter(\.hasStarted).prefix(3)
    let waiting = pod.status.initContainerStatuses.filter { $0.state.running != nil && !$0.ready }
    let names = (started + waiting.filter { wait in !started.contains { $0.name == wait.name } }).map(\.name)
    return names.flatMap { name in
      // The run that ended tells more than the one that is being tried.
      let hasPrevious = statuses.first { $0.name == name }.map { $0.restartCount > 0 || $0.lastState.terminated != nil } ?? false
      return (hasPrevious ? [true, false] : [false]).map {
        Source(pod: pod.metadata.name, podUID: pod.metadata.uid, container: name, previous: $0)
      }
    }
  }
}

extension ContainerStatus {
  /// A container that never ran has no log.
  var hasStarted: Bool {
    state.running != nil || state.terminated != nil || lastState.terminated != nil || restartCount > 0
  }
}
