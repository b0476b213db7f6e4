import Kubernetes

struct CachedNode: Sendable, Hashable {
  let uid: String
  let name: String
  /// Status of the condition Ready.
  let ready: String
  let unschedulable: Bool
}

struct CachedNamespace: Sendable, Hashable {
  let uid: String
  let name: String
  let phase: String
}

/// Where a pod is and how it is, for counting.
struct CachedPlacement: Sendable, Hashable {
  let uid: String
  let namespace: String
  let node: String?
  let ready: Bool
  /// It has succeeded or failed.
  let isOver: Bool
}

extension CachedNode {
  init(_ node: WatchedNode) {
    self.init(
      uid: node.metadata.uid, name: node.metadata.name, ready: node.ready, unschedulable: node.unschedulable)
  }
}

extension CachedNamespace {
  init(_ namespace: Namespace) {
    self.init(
      uid: namespace.metadata.uid, name: namespace.metadata.name, phase: namespace.status?.phase ?? "Active")
  }
}

extension CachedPlacement {
  init(_ pod: WatchedPod, sharing pool: StringPool) {
    self.init(
      uid: pod.metadata.uid, namespace: pool.shared(pod.metadata.namespace ?? ""), node: pod.node.map { pool.shared($0) },
      ready: pod.isReady, isOver: ["Succeeded", "Failed"].contains(pod.status.phase))
  }
}
