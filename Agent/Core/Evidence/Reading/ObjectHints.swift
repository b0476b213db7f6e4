import Kubernetes
import Wire

/// The objects that an alert names beside its pods and its workload, by kind. They may lie. Pure.
struct ObjectHints: Sendable, Hashable {
  private(set) var names: [String: [String]] = [:]

  /// Each as `Kind/name`; anything else is passed over.
  init(_ objects: [String]) {
    for object in objects {
      let parts = object.split(separator: "/", maxSplits: 1).map(String.init)
      guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { continue }
      names[parts[0], default: []].append(parts[1])
    }
  }

  subscript(type: ResourceType) -> [String] { names[type.kind] ?? [] }

  subscript(kind: String) -> [String] { names[kind] ?? [] }
}

/// Which workloads a pod's name may have come from, the likeliest first: names are all that is left of a pod that is gone. Pure.
enum PodNameOrigin {
  static func candidates(_ pod: String) -> [WorkloadName] {
    let parts = pod.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    guard parts.count >= 2, let last = parts.last else { return [] }
    let base = parts.dropLast().joined(separator: "-")
    if !last.isEmpty, last.allSatisfy({ $0.isASCII && $0.isNumber }) {
      return [WorkloadName(kind: StatefulSet.type.kind, name: base)]
    }
    guard last.count == 5 else { return [] }
    let sets = [ReplicaSet.type, DaemonSet.type, Job.type].map { WorkloadName(kind: $0.kind, name: base) }
    // A ReplicaSet that its Deployment has cleaned up.
    let deployment = parts.dropLast(2).joined(separator: "-")
    return sets + (deployment.isEmpty ? [] : [WorkloadName(kind: Deployment.type.kind, name: deployment)])
  }
}
