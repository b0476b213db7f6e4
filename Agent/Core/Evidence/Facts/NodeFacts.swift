import Kubernetes
import Wire

/// Nodes as facts. Pure.
struct NodeFacts: Sendable {
  let text: SafeText

  /// As much of a pod as its node needs.
  struct Resident: Sendable {
    let path: String
    let node: String?
    let isOver: Bool
    let isReady: Bool
    let reason: String?

    init(_ pod: Pod) {
      path = "\(pod.metadata.namespace ?? "")/\(pod.metadata.name)"
      node = pod.spec.nodeName
      isOver = ["Succeeded", "Failed"].contains(pod.status.phase)
      isReady = pod.isReady
      reason = pod.metadata.deletionTimestamp == nil ? pod.troubleReason : "Terminating"
    }
  }

  static let failing = 20
  private static let shownResources = ["cpu", "memory", "ephemeral-storage", "pods"]

  func fact(_ node: Node, pods: [Resident]) -> NodeFact {
    let own = pods.filter { $0.node == node.metadata.name && !$0.isOver }
    let ill = own.filter { !$0.isReady }.sorted { $0.path < $1.path }
    let cordon = cordon(of: node)
    let ready = node.conditions.first(type: "Ready")
    return NodeFact(
      name: node.metadata.name, uid: node.metadata.uid, ready: node.ready, unschedulable: node.unschedulable,
      taints: node.taints.map { text.value("\($0.key)\($0.value.map { "=\($0)" } ?? ""):\($0.effect)") },
      conditions: node.conditions.filter { $0.type == "Ready" || $0.status != "False" }.map(text.condition),
      lastHeartbeat: ready?.lastHeartbeatTime.map { Timestamp($0) }, zone: node.metadata.labels["topology.kubernetes.io/zone"],
      allocatable: node.allocatable.filter { Self.shownResources.contains($0.key) || $0.key.contains("gpu") }, pods: own.count,
      failing: ill.prefix(Self.failing).map { text.message("\($0.path): \($0.reason ?? "not ready")") },
      cordonedBy: cordon?.manager, cordonedAt: cordon?.at, notes: notes(node.metadata))
  }

  /// Who set `spec.unschedulable`; where managedFields do not say, when the taint that follows it was added.
  private func cordon(of node: Node) -> (manager: String?, at: Timestamp?)? {
    guard node.unschedulable else { return nil }
    let edit = node.edits.last { $0.specMembers.contains("unschedulable") }
    let taint = node.taints.first { $0.key == "node.kubernetes.io/unschedulable" }?.timeAdded
    return (edit.map { text.value($0.manager) }, (edit?.time ?? taint).map { Timestamp($0) })
  }

  private func notes(_ metadata: ObjectMetadata) -> [String: String] {
    let words = [
      "maint", "cordon", "drain", "reboot", "upgrade", "autoscaler", "spot", "preempt", "scale-down", "ticket", "reason",
    ]
    let all = metadata.labels.merging(metadata.annotations) { label, _ in label }
    return text.map(
      all.filter { key, _ in
        let key = key.lowercased()
        return words.contains { key.contains($0) }
      })
  }
}
