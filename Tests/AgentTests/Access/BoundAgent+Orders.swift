import Kubernetes
import Simulator
import Support
import Wire

@testable import AgentCore

extension BoundAgent {
  /// An order about the cluster as it is now, so that the same action can be ordered again and again.
  func order(_ action: Action) async throws -> Order {
    let object = try await target(of: action)
    let kind = ActCatalogue.meaning(of: action).kind
    let replicas = object.integer(action == .raiseHPAMax ? Places.maxReplicas : Places.replicas)
    return Order(
      incident: "7", action: action,
      target: Target(
        apiVersion: kind.apiVersion, kind: kind.kind, namespace: object.metadata.namespace ?? "", name: object.metadata.name,
        uid: object.metadata.uid),
      preconditions: .init(templateDigest: object[Places.template].map(TemplateDigest.of), replicas: replicas),
      parameters: .init(
        replicas: replicas.map { $0 == 3 ? 4 : 3 },
        revision: action == .rollbackDeployment ? try await otherRevision(of: object) : nil),
      risk: .high, verdictDigest: String(repeating: "a", count: 64))
  }

  private func target(of action: Action) async throws -> Unstructured {
    switch action {
    case .restartDeployment: return try await object(Deployment.type, "cart")
    case .restartStatefulSet: return try await object(StatefulSet.type, "storage")
    case .restartDaemonSet: return try await object(DaemonSet.type, "storage")
    case .scaleDeployment: return try await object(Deployment.type, "basket")
    case .rollbackDeployment: return try await object(Deployment.type, "checkout")
    case .raiseHPAMax: return try await object(HorizontalPodAutoscaler.type, "checkout")
    case .deleteDeployment:
      try await cluster.apply(ManifestLoader.seeds(yaml: Self.obsolete).map(\.object))
      return try await object(Deployment.type, "obsolete")
    case .deletePod, .execPod:
      let pod = try await waitFor("a pod that lives", within: .seconds(10)) {
        try await pods().first { $0.metadata.controller?.kind == "ReplicaSet" }
      }
      return try await object(Pod.type, pod.metadata.name)
    case .cordonNode: return try await node(closed: false)
    case .uncordonNode: return try await node(closed: true)
    case .drainNode: return try await fullestNode()
    }
  }

  func object(_ type: ResourceType, _ name: String) async throws -> Unstructured {
    try await administrator.get(ObjectPlace(type, namespace: type == Node.type ? nil : "shop", name: name))
  }

  func pods(on node: String? = nil) async throws -> [NodePod] {
    var options = ListOptions()
    options.fieldSelector = node.map { "spec.nodeName=\($0)" }
    return try await administrator.list(NodePod.self, namespace: node == nil ? "shop" : nil, options: options).items
      .filter { $0.metadata.deletionTimestamp == nil }
  }

  private func otherRevision(of deployment: Unstructured) async throws -> Int? {
    let now = deployment[Places.template].map(TemplateDigest.of)
    return try await administrator.list(ReplicaSet.self, namespace: "shop").items.first {
      $0.metadata.controller?.uid == deployment.metadata.uid && TemplateDigest.of($0.spec.template.whole) != now
    }?.revision
  }

  private func nodes() async throws -> [Unstructured] {
    var found: [Unstructured] = []
    for node in await cluster.objects("nodes") {
      guard let name = node["metadata"]?["name"]?.string else { continue }
      found.append(try await object(Node.type, name))
    }
    return found
  }

  /// A node in that state, put there if there is none.
  private func node(closed: Bool) async throws -> Unstructured {
    let all = try await nodes()
    if let found = all.first(where: { ($0[Places.unschedulable] == true) == closed }) { return found }
    guard let first = all.first else { throw Overdue("a node", after: .zero) }
    _ = try await administrator.write(
      NodeCordon.patch(closes: closed, "prepared", on: first), options: WriteOptions(fieldManager: "agent-tests"))
    return try await object(Node.type, first.metadata.name)
  }

  private func fullestNode() async throws -> Unstructured {
    for node in try await nodes() where node[Places.unschedulable] == true {
      _ = try await administrator.write(
        NodeCordon.patch(closes: false, "prepared", on: node), options: WriteOptions(fieldManager: "agent-tests"))
    }
    var best: (pods: Int, node: Unstructured)?
    for node in try await nodes() {
      let count = DrainPlan(try await pods(on: node.metadata.name)).evictions.count
      if count > best?.pods ?? 0 { best = (count, node) }
    }
    guard let best else { throw Overdue("a node with pods", after: .zero) }
    return best.node
  }
}
