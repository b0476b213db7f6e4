/// A PersistentVolumeClaim that the workload mounts, or that an alert names.
public struct ClaimFact: Sendable, Hashable, Codable {
  public let name: String
  public let uid: String
  /// `Pending`, `Bound` or `Lost`.
  public let phase: String
  public let accessModes: [String]
  public let requested: String?
  public let capacity: String?
  public let storageClass: String?
  public let volume: String?
  /// Pods that mount it.
  public let usedBy: [String]
  public let conditions: [ConditionFact]

  public init(
    name: String, uid: String, phase: String, accessModes: [String] = [], requested: String? = nil, capacity: String? = nil,
    storageClass: String? = nil, volume: String? = nil, usedBy: [String] = [], conditions: [ConditionFact] = []
  ) {
    self.name = name
    self.uid = uid
    self.phase = phase
    self.accessModes = accessModes
    self.requested = requested
    self.capacity = capacity
    self.storageClass = storageClass
    self.volume = volume
    self.usedBy = usedBy
    self.conditions = conditions
  }
}
