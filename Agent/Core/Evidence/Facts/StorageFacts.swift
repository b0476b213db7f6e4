import Kubernetes
import Wire

/// PersistentVolumeClaims as facts. Pure.
struct StorageFacts: Sendable {
  let text: SafeText

  func fact(_ claim: PersistentVolumeClaim, pods: [Pod]) -> ClaimFact {
    let name = claim.metadata.name
    let users = pods.filter { pod in pod.spec.volumes.contains { $0.persistentVolumeClaim?.claimName == name } }
    return ClaimFact(
      name: name, uid: claim.metadata.uid, phase: claim.phase, accessModes: claim.accessModes, requested: claim.requested,
      capacity: claim.capacity, storageClass: claim.storageClass, volume: claim.volume,
      usedBy: users.map(\.metadata.name).sorted(), conditions: claim.conditions.map(text.condition))
  }

  /// The claims that the workload mounts: by its template, by its pods, and those that a StatefulSet makes for each pod.
  static func names(of workload: Workload?, _ pods: [Pod]) -> Set<String> {
    let volumes = (workload?.template?.spec.volumes ?? []) + pods.flatMap(\.spec.volumes)
    var names = Set(volumes.compactMap(\.persistentVolumeClaim?.claimName))
    if let workload, case .statefulSet(let templates, _) = workload.particulars {
      for template in templates {
        for number in 0..<min(workload.counts.desired, EvidenceLimits.claims) {
          names.insert("\(template)-\(workload.metadata.name)-\(number)")
        }
      }
    }
    return names
  }
}
