import Kubernetes
import Wire

/// The namespace and how the rest of it fares, as the watches see it. Pure.
struct NamespaceFacts: Sendable {
  let text: SafeText

  static let limit = 20

  func fact(
    _ namespace: Namespace?, name: String, freezeUntil: Timestamp?, objection: String?, cache: NamespaceCache, except uid: String?
  ) -> NamespaceFact {
    NamespaceFact(
      name: name, phase: namespace?.status?.phase ?? "Active", freezeUntil: freezeUntil,
      auto: namespace?.metadata.annotations[AutoAnnotation.name].map(text.value), workloads: cache.workloads.count,
      unhealthyWorkloads: Array(Self.unhealthy(in: cache, except: uid).prefix(Self.limit)).map(text.message),
      objection: objection.map(text.message))
  }

  /// As `Kind/name: reason`, those with a reason first.
  private static func unhealthy(in cache: NamespaceCache, except uid: String?) -> [String] {
    struct Trouble {
      var reasons: [String: Int] = [:]
      var pods = 0
    }
    var byOwner: [String: Trouble] = [:]
    for pod in cache.pods.values where !pod.ready && pod.phase != "Succeeded" {
      let owner = cache.workload(of: pod)
      guard owner?.uid != uid || uid == nil else { continue }
      let name = owner.map { "\($0.kind)/\($0.name)" } ?? "Pod/\(pod.name)"
      byOwner[name, default: Trouble()].pods += 1
      if let reason = pod.reason { byOwner[name]?.reasons[reason, default: 0] += 1 }
    }
    for workload in cache.workloads.values where workload.uid != uid && workload.ready < workload.desired {
      let name = "\(workload.kind)/\(workload.name)"
      if byOwner[name] == nil { byOwner[name] = Trouble(reasons: ["\(workload.ready) of \(workload.desired) ready": 1]) }
    }
    return byOwner.sorted { left, right in
      let bare = (left.value.reasons.isEmpty, right.value.reasons.isEmpty)
      return bare.0 == bare.1 ? left.key < right.key : bare.1
    }.map { name, trouble in
      let reason = trouble.reasons.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? "not ready"
      return "\(name): \(reason)" + (trouble.pods > 1 ? " (\(trouble.pods) pods)" : "")
    }
  }
}
