import Wire

/// What a control plane holds of a namespace, by the reports that it took.
struct HeldInventory: Sendable {
  private(set) var workloads: [String: WorkloadSummary] = [:]
  private(set) var pods: [String: PodSummary] = [:]
  private(set) var nodes: [String: NodeSummary] = [:]
  private var boot: String?
  private var revision: Int64 = 0

  /// - Returns: false when only a snapshot can be taken now.
  mutating func take(_ report: InventoryReport) -> Bool {
    if report.snapshot {
      self = HeldInventory()
    } else {
      guard report.boot == boot, report.revision <= revision + 1 else { return false }
      // Told again, since the answer got lost.
      guard report.revision == revision + 1 else { return true }
    }
    boot = report.boot
    revision = report.revision
    for uid in report.removed {
      workloads[uid] = nil
      pods[uid] = nil
      nodes[uid] = nil
    }
    for workload in report.workloads { workloads[workload.uid] = workload }
    for pod in report.pods { pods[pod.uid] = pod }
    for node in report.nodes { nodes[node.uid] = node }
    return true
  }
}
