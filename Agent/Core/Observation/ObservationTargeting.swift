import Kubernetes
import Wire

/// Finds what must be well for an act on a target to have helped: the workload of a pod that was evicted, the scale target of a
/// HorizontalPodAutoscaler, otherwise the target itself.
struct ObservationTargeting: Sendable {
  enum Failure: Error, Sendable, CustomStringConvertible {
    case unknownWorkload(pod: String)
    case noScaleTarget(String)
    case unreadable(String)

    var description: String {
      switch self {
      case .unknownWorkload(let pod): "pod \(pod) is gone, and this agent does not know whose it was"
      case .noScaleTarget(let target): "the autoscaler scales \(target), which is not there or of a kind that is not watched"
      case .unreadable(let reason): "the target could not be read: \(reason)"
      }
    }
  }

  let client: KubernetesClient
  let view: LiveNamespace

  static let autoscaler = ScaledObject.type

  func subject(of target: Target) async throws(Failure) -> ObservationSubject {
    switch target.kind {
    case WatchedNode.type.kind: .node(name: target.name, uid: target.uid)
    case Pod.type.kind: try await workload(ofPod: target)
    case Self.autoscaler.kind: try await scaled(by: target)
    default: .workload(CachedOwner(kind: target.kind, name: target.name, uid: target.uid))
    }
  }

  private func workload(ofPod target: Target) async throws(Failure) -> ObservationSubject {
    let cache = await view.cache
    if let owner = cache.workload(ofPod: target.uid) {
      // A pod of a CronJob's Job, or of a custom resource: only its own end can be seen.
      let isWatched = cache.workloads[owner.uid] != nil
      return isWatched ? .successors(pod: target.uid, workload: owner) : .pod(name: target.name, uid: target.uid)
    }
    if cache.pods[target.uid] != nil { return .pod(name: target.name, uid: target.uid) }
    // The successor in a StatefulSet has its name.
    if let successor = cache.pods.values.first(where: { $0.name == target.name }), let owner = successor.owner,
      cache.workloads[owner.uid] != nil
    {
      return .successors(pod: target.uid, workload: owner)
    }
    throw .unknownWorkload(pod: target.name)
  }

  private func scaled(by target: Target) async throws(Failure) -> ObservationSubject {
    let autoscaler: ScaledObject
    do {
      autoscaler = try await client.get(named: target.name, namespace: target.namespace)
    } catch {
      throw .unreadable(error.shortReason)
    }
    let scaled = WorkloadName(kind: autoscaler.spec.scaleTargetRef.kind, name: autoscaler.spec.scaleTargetRef.name)
    guard let workload = await view.cache.workload(scaled) else { throw .noScaleTarget("\(scaled.kind)/\(scaled.name)") }
    return .workload(CachedOwner(kind: workload.kind, name: workload.name, uid: workload.uid))
  }
}

/// A HorizontalPodAutoscaler, read for what it scales.
struct ScaledObject: Resource {
  static let type = ResourceType(
    apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", plural: "horizontalpodautoscalers")

  struct Spec: Sendable, Decodable { let scaleTargetRef: Reference }
  struct Reference: Sendable, Decodable {
    let kind: String
    let name: String
  }

  let metadata: ObjectMetadata
  let spec: Spec
}
