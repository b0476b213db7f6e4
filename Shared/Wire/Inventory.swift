/// `POST /agent/v1/inventory`: what lives in the namespace, as a snapshot after hello and deltas from then on. A report is
/// acknowledged by status 204; `snapshotNeeded` asks for a snapshot.
public struct InventoryReport: Sendable, Hashable, Codable {
  public let boot: String
  /// Counts the reports of one boot from 1; a delta follows its predecessor without a gap.
  public let revision: Int64
  /// True when this report replaces everything; false when it changes what came before.
  public let snapshot: Bool
  public let workloads: [WorkloadSummary]
  public let pods: [PodSummary]
  /// Uids of what is gone, of any kind.
  public let removed: [String]
  /// Only a cluster agent has these two.
  public let nodes: [NodeSummary]
  public let namespaces: [NamespaceSummary]

  public init(
    boot: String, revision: Int64, snapshot: Bool, workloads: [WorkloadSummary], pods: [PodSummary], removed: [String],
    nodes: [NodeSummary] = [], namespaces: [NamespaceSummary] = []
  ) {
    self.boot = boot
    self.revision = revision
    self.snapshot = snapshot
    self.workloads = workloads
    self.pods = pods
    self.removed = removed
    self.nodes = nodes
    self.namespaces = namespaces
  }
}

/// A workload as the inventory lists it.
public struct WorkloadSummary: Sendable, Hashable, Codable {
  public let kind: String
  public let name: String
  public let uid: String
  public let desired: Int
  public let ready: Int

  public init(kind: String, name: String, uid: String, desired: Int, ready: Int) {
    self.kind = kind
    self.name = name
    self.uid = uid
    self.desired = desired
    self.ready = ready
  }
}

/// A pod as the inventory lists it.
public struct PodSummary: Sendable, Hashable, Codable {
  public let name: String
  public let uid: String
  /// The workload at the end of the owner chain, so that an alert about a pod finds it without another question.
  public let workload: WorkloadName?
  public let phase: String
  public let ready: Bool
  public let restarts: Int
  /// A waiting or terminated container's reason, such as `CrashLoopBackOff`.
  public let reason: String?

  public init(
    name: String, uid: String, workload: WorkloadName?, phase: String, ready: Bool, restarts: Int, reason: String?
  ) {
    self.name = name
    self.uid = uid
    self.workload = workload
    self.phase = phase
    self.ready = ready
    self.restarts = restarts
    self.reason = reason
  }
}

/// A node as the cluster agent lists it.
public struct NodeSummary: Sendable, Hashable, Codable {
  public let name: String
  public let uid: String
  /// Status of the condition Ready.
  public let ready: String
  public let unschedulable: Bool
  public let pods: Int

  public init(name: String, uid: String, ready: String, unschedulable: Bool, pods: Int) {
    self.name = name
    self.uid = uid
    self.ready = ready
    self.unschedulable = unschedulable
    self.pods = pods
  }
}

/// A namespace as the cluster agent lists it, whether it has an agent of its own or not.
public struct NamespaceSummary: Sendable, Hashable, Codable {
  public let name: String
  public let uid: String
  public let phase: String
  public let pods: Int
  public let notReadyPods: Int

  public init(name: String, uid: String, phase: String, pods: Int, notReadyPods: Int) {
    self.name = name
    self.uid = uid
    self.phase = phase
    self.pods = pods
    self.notReadyPods = notReadyPods
  }
}
