import Kubernetes
import Wire

extension AgentScope {
  /// The plural names of what it watches.
  var watched: [String] {
    switch self {
    case .namespace: LiveNamespace.watched
    case .cluster: LiveNamespace.watchedInCluster
    }
  }

  /// Whether it can observe that target.
  func observes(_ target: Target) -> Bool {
    switch self {
    case .namespace(let name): target.namespace == name && Self.observed.contains(target.kind)
    case .cluster: target.kind == WatchedNode.type.kind && target.namespace.isEmpty
    }
  }

  /// For a refusal.
  var whatItObserves: String {
    switch self {
    case .namespace(let name): "workloads, pods and autoscalers of \(name)"
    case .cluster: "nodes"
    }
  }

  private static let observed: Set<String> = [
    DeploymentKind.type.kind, StatefulSetKind.type.kind, DaemonSetKind.type.kind, JobKind.type.kind, Pod.type.kind,
    ObservationTargeting.autoscaler.kind,
  ]
}
