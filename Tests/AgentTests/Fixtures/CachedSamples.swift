import Wire

@testable import AgentCore

extension CachedOwner {
  static let web = CachedOwner(kind: "Deployment", name: "web", uid: "d-1")
}

extension CachedPod {
  /// A pod that is well unless it is said how it is not.
  static func sample(
    _ name: String, owner: CachedOwner? = .web, phase: String = "Running", ready: Bool = true, reason: String? = nil,
    deletionDue: Timestamp? = nil, unschedulable: Unschedulable? = nil, containers: [CachedContainer] = []
  ) -> CachedPod {
    CachedPod(
      uid: "uid-\(name)", name: name, owner: owner, phase: phase, ready: ready,
      restarts: containers.reduce(0) { $0 + $1.restarts }, reason: reason, deletionDue: deletionDue,
      unschedulable: unschedulable, containers: containers)
  }
}

extension CachedWorkload {
  static func sample(
    uid: String = "d-1", kind: String = "Deployment", name: String = "web", owner: CachedOwner? = nil, desired: Int = 2,
    updated: Int = 2, ready: Int = 2, complaint: Complaint? = nil
  ) -> CachedWorkload {
    CachedWorkload(
      uid: uid, kind: kind, name: name, owner: owner, desired: desired, replicas: desired, updated: updated,
      updatedWanted: desired, ready: ready, available: ready, generation: 1, observedGeneration: 1, complaint: complaint)
  }
}
