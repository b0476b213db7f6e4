/// A Job: the workload itself, or a run of a CronJob.
public struct JobFact: Sendable, Hashable, Codable {
  public let name: String
  public let uid: String
  public let cronJob: String?
  public let createdAt: Timestamp?
  public let startedAt: Timestamp?
  public let completedAt: Timestamp?
  public let active: Int
  public let succeeded: Int
  public let failed: Int
  public let completions: Int?
  public let backoffLimit: Int
  /// `activeDeadlineSeconds`.
  public let deadlineSeconds: Int?
  public let suspended: Bool
  public let conditions: [ConditionFact]

  public init(
    name: String, uid: String, cronJob: String? = nil, createdAt: Timestamp? = nil, startedAt: Timestamp? = nil,
    completedAt: Timestamp? = nil, active: Int = 0, succeeded: Int = 0, failed: Int = 0, completions: Int? = nil,
    backoffLimit: Int = 6, deadlineSeconds: Int? = nil, suspended: Bool = false, conditions: [ConditionFact] = []
  ) {
    self.name = name
    self.uid = uid
    self.cronJob = cronJob
    self.createdAt = createdAt
    self.startedAt = startedAt
    self.completedAt = completedAt
    self.active = active
    self.succeeded = succeeded
    self.failed = failed
    self.completions = completions
    self.backoffLimit = backoffLimit
    self.deadlineSeconds = deadlineSeconds
    self.suspended = suspended
    self.conditions = conditions
  }
}

public struct CronJobFact: Sendable, Hashable, Codable {
  public let name: String
  public let uid: String
  public let schedule: String
  public let timeZone: String?
  public let suspended: Bool
  public let concurrencyPolicy: String?
  public let lastScheduledAt: Timestamp?
  public let lastSucceededAt: Timestamp?
  /// Names of running Jobs.
  public let active: [String]

  public init(
    name: String, uid: String, schedule: String, timeZone: String? = nil, suspended: Bool = false,
    concurrencyPolicy: String? = nil, lastScheduledAt: Timestamp? = nil, lastSucceededAt: Timestamp? = nil, active: [String] = []
  ) {
    self.name = name
    self.uid = uid
    self.schedule = schedule
    self.timeZone = timeZone
    self.suspended = suspended
    self.concurrencyPolicy = concurrencyPolicy
    self.lastScheduledAt = lastScheduledAt
    self.lastSucceededAt = lastSucceededAt
    self.active = active
  }
}
