import Wire

/// Tells an alert about a node from one about something that runs on it.
///
/// Alerts about nodes carry the namespace of monitoring, and the pod of the exporter that was asked; alerts about pods often carry their
/// node. So a node is meant only where nothing else is named that is not the exporter's own.
enum NodeAlert {
  private static let nodeLabels = ["node", "nodename", "kubernetes_node", "kubernetes_io_hostname"]
  /// Labels of an object within a namespace.
  private static let objectLabels = [
    "deployment", "statefulset", "daemonset", "replicaset", "job_name", "cronjob", "persistentvolumeclaim",
    "horizontalpodautoscaler", "poddisruptionbudget", "resourcequota",
  ]
  /// Scrape jobs that speak of nodes, by the names that the usual charts give them.
  private static let exporters: Set<String> = ["kubelet", "node-exporter", "kube-state-metrics", "node-problem-detector"]

  /// - Parameter cluster: the cluster agent's inventory. Where there is one it decides whether a label names a node; where there is none,
  ///   only the label of an exporter that is known to mean nodes counts.
  static func node(of alert: Alert, _ cluster: NamespaceInventory?) -> String? {
    guard !objectLabels.contains(where: { alert.label($0) != nil }), isExportersOwn(pod: alert.label("pod"), alert) else {
      return nil
    }
    if let cluster { return names(in: alert).first { cluster.node(named: $0) != nil } }
    guard alert.labels["job"].map(exporters.contains) == true else { return nil }
    return nodeLabels.lazy.compactMap(alert.label).first(where: ObjectHints.isName)
  }

  private static func names(in alert: Alert) -> [String] {
    let instance = alert.labels["instance"].map { instance in
      String(instance.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).first ?? "")
    }
    return nodeLabels.compactMap(alert.label) + [instance].compactMap(\.self)
  }

  /// Whether the pod is that of the exporter which was asked: it is named after its job, its service or its container.
  private static func isExportersOwn(pod: String?, _ alert: Alert) -> Bool {
    guard let pod else { return true }
    // With `exported_pod` the exporter speaks of a pod of somebody else's.
    guard alert.labels["exported_pod"] == nil else { return false }
    return ["job", "service", "container"].contains { label in
      guard let name = alert.labels[label], let exporter = exporters.first(where: { name.contains($0) }) else { return false }
      return pod.contains(exporter)
    }
  }
}
