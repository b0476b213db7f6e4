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

  /// Labels by which programs and their dashboards are named, last the exporter's own. They count only as the name of a workload that
  /// the inventory knows.
  private static let programLabels = [
    "workload", "workload_name", "deployment_name", "kube_deployment", "k8s_deployment_name", "destination_workload", "app",
    "app_kubernetes_io_name", "label_app_kubernetes_io_name", "app_kubernetes_io_instance", "label_app", "k8s_app", "component",
    "name", "service_name", "service", "container_name", "container", "job",
  ]
  private static let namespaceLabels = [
    "namespace", "kubernetes_namespace", "kube_namespace", "k8s_namespace_name", "namespace_name",
    "destination_workload_namespace",
    "destination_service_namespace", "target_namespace",
  ]
  private static let podLabels = ["pod", "pod_name", "kubernetes_pod_name", "k8s_pod_name"]

  /// - Parameter inventories: by namespace; the cluster agent's under `Command.clusterScope`.
  /// - Returns: nil when there is nothing to do: a heartbeat or a note that names no namespace. A warning that names none gets an empty
  ///   namespace, so that a person hears of it.
  public static func subject(of alert: Alert, inventories: [String: NamespaceInventory]) -> Subject? {
    if let node = NodeAlert.node(of: alert, inventories[Command.clusterScope]) {
      return Subject(
        namespace: Command.clusterScope, workload: WorkloadName(kind: "Node", name: node), pods: [], objects: ["Node/\(node)"])
    }
    let objects = ObjectHints.of(alert)
    let pod = podLabels.lazy.compactMap(alert.label).first
    guard let namespace = namespace(of: alert, pod: pod, inventories) else {
      return quietSeverities.contains(alert.severity)
        ? nil : Subject(namespace: "", workload: nil, pods: [], objects: objects)
    }
    return Subject(
      namespace: namespace, workload: confirmedWorkload(alert, pod: pod, inventories[namespace]),
      pods: [pod].compactMap(\.self).filter { $0.utf8.count <= 253 }, objects: objects)
  }

  private static let quietSeverities: Set<String> = ["none", "info"]

  /// The label's, unless the pod that is named lives in one other namespace only: then the label is the exporter's. Numbered pods are
  /// named alike everywhere, and prove nothing.
  private static func namespace(of alert: Alert, pod: String?, _ inventories: [String: NamespaceInventory]) -> String? {
    let claimed = namespaceLabels.lazy.compactMap(alert.label).first
    guard let pod, let suffix = pod.split(separator: "-").last, !suffix.allSatisfy(\.isNumber) else { return claimed }
    if let inventory = claimed.flatMap({ inventories[$0] }),
      inventory.pod(named: pod) != nil || owner(ofGonePod: pod, inventory) != nil
    {
      return claimed
    }
    let homes = inventories.filter { $0.key != Command.clusterScope && $0.value.pod(named: pod) != nil }.keys
    return homes.count == 1 ? homes.first : claimed
  }

  private static func confirmedWorkload(_ alert: Alert, pod: String?, _ inventory: NamespaceInventory?) -> WorkloadName? {
    guard let inventory else { return nil }
    if let pod, let workload = inventory.pod(named: pod)?.workload { return workload }
    for (label, kind) in workloadLabels {
      guard let name = alert.label(label) else { continue }
      let candidate = WorkloadName(kind: kind, name: name)
      if inventory.workload(candidate) != nil { return candidate }
    }
    if let pod, let workload = owner(ofGonePod: pod, inventory) { return workload }
    // An object of another kind that is named leads the agent, who can follow it.
    if ObjectHints.of(alert).contains(where: { !$0.hasPrefix("Service/") }) { return nil }
    return program(named: alert, inventory) ?? (pod == nil ? onlyTroubled(inventory) : nil)
  }

  private static func program(named alert: Alert, _ inventory: NamespaceInventory) -> WorkloadName? {
    for name in programLabels.lazy.compactMap(alert.label) {
      let named = inventory.workloads.filter { $0.name == name && lasting.contains($0.kind) }
      if named.count == 1 { return WorkloadName(kind: named[0].kind, name: name) }
    }
    return nil
  }

  private static let lasting: Set<String> = ["Deployment", "StatefulSet", "DaemonSet"]

  /// Where an alert names nothing but the namespace, the one workload in it that is ill is meant.
  private static func onlyTroubled(_ inventory: NamespaceInventory) -> WorkloadName? {
    let troubled = inventory.workloads.filter { lasting.contains($0.kind) && $0.ready < $0.desired }
    return troubled.count == 1 ? WorkloadName(kind: troubled[0].kind, name: troubled[0].name) : nil
  }

  /// A pod that is gone: its name still begins with its Deployment's (`NAME-HASH-SUFFIX`). The inventory confirms the prefix.
  private static func owner(ofGonePod pod: String, _ inventory: NamespaceInventory) -> WorkloadName? {
    let parts = pod.split(separator: "-")
    guard parts.count >= 3 else { return nil }
    let name = WorkloadName(kind: "Deployment", name: parts.dropLast(2).joined(separator: "-"))
    return inventory.workload(name).map { _ in name }
  }
}
