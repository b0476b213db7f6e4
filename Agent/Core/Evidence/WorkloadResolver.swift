import Kubernetes
import Wire

/// Finds what an alert is about along the owner references; the names in a request are hints and may lie.
struct WorkloadResolver: Sendable {
  enum Found: Sendable {
    case deployment(Deployment)
    /// Another kind, which is not read beyond its name, and its pods' uid of owner.
    case other(WorkloadName)
    case nothing
  }

  struct Resolution: Sendable {
    var found = Found.nothing
    /// The pods that the request names and that exist.
    var pods: [Pod] = []
    var omissions: [Evidence.Omission] = []
  }

  let client: KubernetesClient
  let namespace: String

  func resolve(_ request: GatherRequest) async -> Resolution {
    var resolution = Resolution()
    for name in request.pods where resolution.pods.count < EvidenceLimits.pods {
      do {
        resolution.pods.append(try await client.get(named: name, namespace: namespace))
      } catch {
        resolution.omissions.append(.init(what: "pods/\(name)", why: error.shortReason))
      }
    }
    if let workload = request.workload {
      resolution.found = await find(workload, &resolution)
    } else {
      for pod in resolution.pods {
        if case .nothing = resolution.found { resolution.found = await owner(of: pod, &resolution) }
      }
    }
    return resolution
  }

  private func find(_ name: WorkloadName, _ resolution: inout Resolution) async -> Found {
    guard name.kind == Deployment.type.kind else { return .other(name) }
    do {
      return .deployment(try await client.get(named: name.name, namespace: namespace))
    } catch {
      resolution.omissions.append(.init(what: "deployments/\(name.name)", why: error.shortReason))
      return .nothing
    }
  }

  private func owner(of pod: Pod, _ resolution: inout Resolution) async -> Found {
    guard let controller = pod.metadata.controller else { return .nothing }
    let name = WorkloadName(kind: controller.kind, name: controller.name)
    guard controller.kind == ReplicaSet.type.kind else { return .other(name) }
    do {
      let set = try await client.metadata(of: ReplicaSet.type, named: controller.name, namespace: namespace)
      guard let owner = set.metadata.controller, owner.kind == Deployment.type.kind else { return .other(name) }
      return await find(WorkloadName(kind: owner.kind, name: owner.name), &resolution)
    } catch {
      resolution.omissions.append(.init(what: "replicasets/\(controller.name)", why: error.shortReason))
      return .nothing
    }
  }
}

extension KubernetesError {
  /// For an omission: what the server said, in one line.
  var shortReason: String {
    switch self {
    case .notFound: "not found"
    case .forbidden: "forbidden"
    default: String(description.prefix(EvidenceLimits.valueLength))
    }
  }
}
