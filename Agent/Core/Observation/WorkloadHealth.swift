import Kubernetes
import Wire

/// How a workload, or a node, is at one moment, as far as the cache tells.
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
  /// `nil` when the subject is not there.
  init?(of subject: ObservationSubject, in cache: NamespaceCache, _ cluster: ClusterCache) {
    switch subject {
    case .workload(let workload): self.init(ofWorkload: workload.uid, without: nil, in: cache)
    case .successors(let pod, let workload): self.init(ofWorkload: workload.uid, without: pod, in: cache)
    case .pod(_, let uid):
      guard let pod = cache.pods[uid] else { return nil }
      self.init(desired: 0, ready: 0, restarts: [:], troubles: ["pod \(pod.name) is still there"])
    case .node(_, let uid):
      guard let node = cluster.nodes[uid] else { return nil }
      let isReady = node.ready == "True"
      self.init(
        desired: 1, ready: isReady ? 1 : 0, restarts: [:],
        troubles: isReady ? [] : ["node \(node.name) is not ready: its condition Ready is \(node.ready)"])
    }
  }

  private init?(ofWorkload uid: String, without leaving: String?, in cache: NamespaceCache) {
    guard let workload = cache.workloads[uid] else { return nil }
    let pods = cache.pods(ofWorkload: uid).sorted { $0.name < $1.name }
    var troubles: [String] = []
    if let leaving, let pod = cache.pods[leaving] { troubles.append("pod \(pod.name) is still there") }
    // Pods that have succeeded, failed or been evicted stay in the list; whether they are missed, the workload's numbers say.
    for pod in pods where !pod.terminating && !pod.ready && !["Succeeded", "Failed"].contains(pod.phase) {
      troubles.append("pod \(pod.name) is not ready" + (pod.reason.map { ": \($0)" } ?? ""))
    }
    self.init(
      desired: workload.desired, ready: workload.ready,
      restarts: Dictionary(uniqueKeysWithValues: pods.map { ($0.uid, $0.restarts) }),
      troubles: Array((troubles + workload.troubles).prefix(Self.troubleLimit)))
  }
}

extension CachedWorkload {
  /// What the object says of itself: empty when the controller has seen the last change, every replica that should have the
  /// current template has it and is available, and no old one is left.
  var troubles: [String] {
    var troubles: [String] = []
    if let complaint { troubles.append(complaint.reason + (complaint.message.isEmpty ? "" : ": \(complaint.message)")) }
    if observedGeneration < generation { troubles.append("the controller has not seen the last change yet") }
    // A Job that has just been made has no pod yet, which is not a template behind.
    if kind != JobKind.type.kind, updated < updatedWanted {
      troubles.append("\(updated) of \(updatedWanted) replicas have the current template")
    }
    if available < desired { troubles.append("\(available) of \(desired) replicas are available") }
    if kind == DeploymentKind.type.kind, replicas > updated { troubles.append("\(replicas - updated) old replicas remain") }
    return troubles
  }
}
