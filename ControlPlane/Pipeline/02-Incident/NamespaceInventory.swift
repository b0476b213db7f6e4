public import Wire

/// What one agent says lives in its namespace, by snapshot and deltas; of the cluster agent: the nodes and namespaces.
public struct NamespaceInventory: Sendable, Equatable {
  public let namespace: String
  public private(set) var boot: String
  public private(set) var revision: Int64
  private var workloadsByUID: [String: WorkloadSummary]
  private var podsByUID: [String: PodSummary]
  private var nodesByUID: [String: NodeSummary]
  private var namespacesByUID: [String: NamespaceSummary]

  /// - Returns: nil for a delta: an inventory begins with a snapshot.
  public init?(namespace: String, snapshot report: InventoryReport) {
    guard report.snapshot else { return nil }
    self.namespace = namespace
    boot = report.boot
    revision = report.revision
    workloadsByUID = Dictionary(report.workloads.map { ($0.uid, $0) }, uniquingKeysWith: { $1 })
    podsByUID = Dictionary(report.pods.map { ($0.uid, $0) }, uniquingKeysWith: { $1 })
    nodesByUID = Dictionary(report.nodes.map { ($0.uid, $0) }, uniquingKeysWith: { $1 })
    namespacesByUID = Dictionary(report.namespaces.map { ($0.uid, $0) }, uniquingKeysWith: { $1 })
  }

  /// - Returns: false when the delta does not follow what is held, and a snapshot is needed. A report that was taken already counts
  ///   as taken.
  public mutating func apply(_ report: InventoryReport) -> Bool {
    if report.snapshot {
      guard let fresh = NamespaceInventory(namespace: namespace, snapshot: report) else { return false }
      self = fresh
      return true
    }
    guard report.boot == boot else { return false }
    if report.revision <= revision { return true }
    guard report.revision == revision + 1 else { return false }
    for uid in report.removed {
      workloadsByUID[uid] = nil
      podsByUID[uid] = nil
      nodesByUID[uid] = nil
      namespacesByUID[uid] = nil
    }
    for workload in report.workloads { workloadsByUID[workload.uid] = workload }
    for pod in report.pods { podsByUID[pod.uid] = pod }
    for node in report.nodes { nodesByUID[node.uid] = node }
    for namespace in report.namespaces { namespacesByUID[namespace.uid] = namespace }
    revision = report.revision
    return true
  }

  public var workloads: [WorkloadSummary] { workloadsByUID.values.sorted { ($0.kind, $0.name) < ($1.kind, $1.name) } }
  public var pods: [PodSummary] { podsByUID.values.sorted { $0.name < $1.name } }

  public var nodes: [NodeSummary] { nodesByUID.values.sorted { $0.name < $1.name } }
  public var namespaces: [NamespaceSummary] { namespacesByUID.values.sorted { $0.name < $1.name } }

  public func node(named name: String) -> NodeSummary? {
    nodesByUID.values.first { $0.name == name }
  }

  public func pod(named name: String) -> PodSummary? {
    podsByUID.values.first { $0.name == name }
  }

  public func workload(_ name: WorkloadName) -> WorkloadSummary? {
    workloadsByUID.values.first { $0.kind == name.kind && $0.name == name.name }
  }
}
