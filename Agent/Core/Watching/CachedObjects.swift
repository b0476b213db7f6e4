import Kubernetes
import Wire

/// A pod as the cache keeps it: about 400 bytes instead of 10 KB.
struct CachedPod: Sendable, Hashable {
  let uid: String
  let name: String
  let owner: Owner?
  let phase: String
  let ready: Bool
  let terminating: Bool
  let restarts: Int
  /// A waiting or terminated container's reason, most telling first.
  let reason: String?

  struct Owner: Sendable, Hashable {
    let kind: String
    let name: String
    let uid: String
  }
}

/// A Deployment as the cache keeps it.
struct CachedWorkload: Sendable, Hashable {
  let uid: String
  let kind: String
  let name: String
  let desired: Int
  let replicas: Int
  let updated: Int
  let ready: Int
  let available: Int
  let generation: Int64
  let observedGeneration: Int64
}

/// A ReplicaSet is kept for its owner alone.
struct CachedReplicaSet: Sendable, Hashable {
  let uid: String
  let owner: CachedPod.Owner?
}

extension CachedPod {
  init(_ pod: Pod) {
    uid = pod.metadata.uid
    name = pod.metadata.name
    owner = pod.metadata.controller.map { Owner($0) }
    phase = pod.status.phase
    ready = pod.isReady
    terminating = pod.metadata.deletionTimestamp != nil
    let statuses = pod.status.initContainerStatuses + pod.status.containerStatuses
    restarts = statuses.reduce(0) { $0 + $1.restartCount }
    reason = pod.troubleReason
  }
}

extension CachedPod.Owner {
  init(_ reference: OwnerReference) {
    self.init(kind: reference.kind, name: reference.name, uid: reference.uid)
  }
}

extension CachedWorkload {
  init(_ deployment: Deployment) {
    uid = deployment.metadata.uid
    kind = Deployment.type.kind
    name = deployment.metadata.name
    desired = deployment.spec.replicas
    replicas = deployment.status.replicas
    updated = deployment.status.updatedReplicas
    ready = deployment.status.readyReplicas
    available = deployment.status.availableReplicas
    generation = deployment.metadata.generation ?? 0
    observedGeneration = deployment.status.observedGeneration ?? 0
  }
}

extension CachedReplicaSet {
  init(_ set: ReplicaSetSummary) {
    uid = set.metadata.uid
    owner = set.metadata.controller.map { CachedPod.Owner($0) }
  }
}

extension Pod {
  /// Why the pod is not well, in one word of Kubernetes: its own reason (`Evicted`), that it cannot be scheduled, or the
  /// reason of the first container that waits or ended badly. `nil` when nothing is wrong.
  var troubleReason: String? {
    if let reason = status.reason { return reason }
    for container in status.initContainerStatuses + status.containerStatuses {
      if let reason = container.state.waiting?.reason, !["ContainerCreating", "PodInitializing"].contains(reason) {
        return reason
      }
      if let ended = container.state.terminated, ended.exitCode != 0 { return ended.reason ?? "Error" }
    }
    if let scheduled = status.conditions.first(type: "PodScheduled"), !scheduled.isTrue { return scheduled.reason }
    return nil
  }
}
