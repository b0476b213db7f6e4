import Kubernetes
import Wire

/// Reads the object of an observation itself, past the watches.
struct FreshRead: Sendable {
  let client: KubernetesClient
  let namespace: String

  /// - Returns: what the object says is wrong with it; `nil` when no object has the subject's uid.
  func find(_ subject: ObservationSubject) async throws(KubernetesError) -> [String]? {
    do {
      switch subject {
      case .workload(let workload), .successors(_, let workload): return try await troubles(of: workload)
      case .pod(let name, let uid):
        let pod = try await client.metadata(of: Pod.type, named: name, namespace: namespace).metadata
        return pod.uid == uid ? [] : nil
      case .node(let name, let uid):
        let node = try await client.get(WatchedNode.self, named: name, namespace: nil)
        guard node.metadata.uid == uid else { return nil }
        return node.ready == "True" ? [] : ["its condition Ready is \(node.ready)"]
      }
    } catch .notFound {
      return nil
    }
  }

  private func troubles(of workload: CachedOwner) async throws(KubernetesError) -> [String]? {
    let found =
      switch workload.kind {
      case DeploymentKind.type.kind: try await read(DeploymentKind.self, workload.name)
      case StatefulSetKind.type.kind: try await read(StatefulSetKind.self, workload.name)
      case DaemonSetKind.type.kind: try await read(DaemonSetKind.self, workload.name)
      default: try await read(JobKind.self, workload.name)
      }
    return found.uid == workload.uid ? found.troubles : nil
  }

  private func read<Kind: WorkloadKind>(_ kind: Kind.Type, _ name: String) async throws(KubernetesError) -> CachedWorkload {
    let found = try await client.get(WatchedWorkload<Kind>.self, named: name, namespace: namespace)
    return CachedWorkload(found, sharing: StringPool())
  }
}
