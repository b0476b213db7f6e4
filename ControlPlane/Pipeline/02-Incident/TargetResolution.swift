import Wire

/// From labels that may lie to what the inventory confirms.
///
/// `pod`, `container` and `service` may be those of kube-state-metrics, so a label counts only when its namespace's inventory knows the
/// name. What it does not know is kept as a hint for the agent, who looks along the owner references.
public enum TargetResolution {
  /// Labels that name a workload, with its kind, as kube-state-metrics writes them.
  private static let workloadLabels = [
    ("deployment", "Deployment"), ("statefulset", "StatefulSet"), ("daemonset", "DaemonSet"), ("cronjob", "CronJob"),
    ("job_name", "Job"),
  ]

  /// - Parameter inventories: by namespace; the cluster agent's under `Command.clusterScope`.
  /// - Returns: nil when there is nothing to do: a heartbeat or a note that names no namespace. A warning that names none gets an empty
  ///   namespace, so that a person hears of it.
  public static func subject(of alert: Alert, inventories: [String: NamespaceInventory]) -> Subject? {
    if let node = NodeAlert.node(of: alert, inventories[Command.clusterScope]) {
      return Subject(
        namespace: Command.clusterScope, workload: WorkloadName(kind: "Node", name: node), pods: [], objects: ["Node/\(node)"])
    }
    let objects = ObjectHints.of(alert)
    guard let namespace = alert.label("namespace") else {
      return quietSeverities.contains(alert.severity)
        ? nil : Subject(namespace: "", workload: nil, pods: [], objects: objects)
    }
    let pod = alert.label("pod")
    return Subject(
      namespace: namespace, workload: confirmedWorkload(alert, pod: pod, inventories[namespace]),
      pods: [pod].compactMap(\.self).filter { $0.utf8.count <= 253 }, objects: objects)
  }

  private static let quietSeverities: Set<String> = ["none", "info"]

  private static func confirmedWorkload(_ alert: Alert, pod: String?, _ inventory: NamespaceInventory?) -> WorkloadName? {
    guard let inventory else { return nil }
    if let pod, let workload = inventory.pod(named: pod)?.workload { return workload }
    for (label, kind) in workloadLabels {
      guard let name = alert.label(label) else { continue }
      let candidate = WorkloadName(kind: kind, name: name)
      if inventory.workload(candidate) != nil { return candidate }
    }
    if let pod, let workload = owner(ofGonePod: pod, inventory) { return workload }
    return nil
  }

  /// A pod that is gone: its name still begins with its Deployment's (`NAME-HASH-SUFFIX`). The inventory confirms the prefix.
  private static func owner(ofGonePod pod: String, _ inventory: NamespaceInventory) -> WorkloadName? {
    let parts = pod.split(separator: "-")
    guard parts.count >= 3 else { return nil }
    let name = WorkloadName(kind: "Deployment", name: parts.dropLast(2).joined(separator: "-"))
    return inventory.workload(name).map { _ in name }
  }
}
