/// A HorizontalPodAutoscaler, or KEDA's ScaledObject, that scales the workload.
public struct AutoscalerFact: Sendable, Hashable, Codable {
  /// The autoscaler itself.
  public let target: Target
  public let scales: WorkloadName
  public let minimum: Int
  public let maximum: Int
  public let current: Int
  public let desired: Int
  public let metrics: [Metric]
  public let conditions: [ConditionFact]
  public let lastScaleAt: Timestamp?
  /// What owns the autoscaler, such as `keda:ScaledObject/web`.
  public let managedBy: String?

  public init(
    target: Target, scales: WorkloadName, minimum: Int, maximum: Int, current: Int, desired: Int, metrics: [Metric] = [],
    conditions: [ConditionFact] = [], lastScaleAt: Timestamp? = nil, managedBy: String? = nil
  ) {
    self.target = target
    self.scales = scales
    self.minimum = minimum
    self.maximum = maximum
    self.current = current
    self.desired = desired
    self.metrics = metrics
    self.conditions = conditions
    self.lastScaleAt = lastScaleAt
    self.managedBy = managedBy
  }

  /// One metric as text, since units differ: `cpu` `87%` of `60%`.
  public struct Metric: Sendable, Hashable, Codable {
    public let name: String
    /// Nil when the autoscaler cannot read it.
    public let current: String?
    public let goal: String

    public init(
      name: String, current: String? = nil, goal: String
    ) {
      self.name = name
      self.current = current
      self.goal = goal
    }
  }
}
