/// The namespace itself and how the rest of it fares.
public struct NamespaceFact: Sendable, Hashable, Codable {
  public let name: String
  public let phase: String
  /// The annotation `ai-sre.dev/freeze-until`.
  public let freezeUntil: Timestamp?
  /// The annotation `ai-sre.dev/auto`.
  public let auto: String?
  public let workloads: Int
  /// Others than the incident's, as `Kind/name: reason`, at most 20.
  public let unhealthyWorkloads: [String]
  /// What the team's ConfigMap `ai-sre-guard` has against any act at this time; nil when nothing, or when it could not be read. The
  /// agent asks it again before it acts.
  public let objection: String?

  public init(
    name: String, phase: String, freezeUntil: Timestamp? = nil, auto: String? = nil, workloads: Int = 0,
    unhealthyWorkloads: [String] = [], objection: String? = nil
  ) {
    self.name = name
    self.phase = phase
    self.freezeUntil = freezeUntil
    self.auto = auto
    self.workloads = workloads
    self.unhealthyWorkloads = unhealthyWorkloads
    self.objection = objection
  }
}
