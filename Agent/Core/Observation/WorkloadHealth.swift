import Wire

/// How a workload is at one moment, as far as the cache tells.
struct WorkloadHealth: Sendable, Hashable {
  let desired: Int
  let ready: Int
  /// Container restarts by pod uid.
  let restarts: [String: Int]
  /// What is wrong, one line each, most telling first; empty when healthy.
  let troubles: [String]

  var isHealthy: Bool { troubles.isEmpty }

  static let troubleLimit = 10
}

extension WorkloadHealth {
  /// `nil` when the workload is not there.
  init?(of uid: String, in cache: NamespaceCache) {
    guard let workload = cache.workloads[uid] else { return nil }
    let pods = cache.pods(ofWorkload: uid).sorted { $0.name < $1.name }
    var troubles: [String] = []
    for pod in pods where !pod.terminating && !pod.ready {
      troubles.append("pod \(pod.name) is not ready" + (pod.reason.map { ": \($0)" } ?? ""))
    }
    if workload.observedGeneration < workload.generation { troubles.append("the controller has not seen the last change yet") }
    if workload.updated < workload.desired {
      troubles.append("\(workload.updated) of \(workload.desired) replicas have the current template")
    }
    if workload.available < workload.desired {
      troubles.append("\(workload.available) of \(workload.desired) replicas are available")
    }
    if workload.replicas > workload.updated { troubles.append("\(workload.replicas - workload.updated) old replicas remain") }
    self.init(
      desired: workload.desired, ready: workload.ready,
      restarts: Dictionary(uniqueKeysWithValues: pods.map { ($0.uid, $0.restarts) }),
      troubles: Array(troubles.prefix(Self.troubleLimit)))
  }
}
