/// A node, by the cluster agent.
public struct NodeFact: Sendable, Hashable, Codable {
  public let name: String
  public let uid: String
  /// Status of the condition Ready: `True`, `False`, `Unknown`.
  public let ready: String
  public let unschedulable: Bool
  /// As `key=value:Effect`.
  public let taints: [String]
  /// Those that are not as they should be, and Ready.
  public let conditions: [ConditionFact]
  public let lastHeartbeat: Timestamp?
  public let zone: String?
  public let allocatable: [String: String]
  public let pods: Int
  /// Pods on it that are not ready, as `namespace/name: reason`, at most 20.
  public let failing: [String]
  /// The manager that set `spec.unschedulable`, by managedFields.
  public let cordonedBy: String?
  public let cordonedAt: Timestamp?
  /// Labels and annotations that speak of maintenance or of an autoscaler's work.
  public let notes: [String: String]

  public init(
    name: String, uid: String, ready: String, unschedulable: Bool = false, taints: [String] = [],
    conditions: [ConditionFact] = [], lastHeartbeat: Timestamp? = nil, zone: String? = nil, allocatable: [String: String] = [:],
    pods: Int = 0, failing: [String] = [], cordonedBy: String? = nil, cordonedAt: Timestamp? = nil, notes: [String: String] = [:]
  ) {
    self.name = name
    self.uid = uid
    self.ready = ready
    self.unschedulable = unschedulable
    self.taints = taints
    self.conditions = conditions
    self.lastHeartbeat = lastHeartbeat
    self.zone = zone
    self.allocatable = allocatable
    self.pods = pods
    self.failing = failing
    self.cordonedBy = cordonedBy
    self.cordonedAt = cordonedAt
    self.notes = notes
  }
}
