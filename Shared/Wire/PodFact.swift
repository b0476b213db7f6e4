/// One pod with its containers' states.
public struct PodFact: Sendable, Hashable, Codable {
  public let name: String
  public let uid: String
  public let node: String?
  /// The ReplicaSet or other direct controller.
  public let owner: WorkloadName?
  public let phase: String
  public let ready: Bool
  public let createdAt: Timestamp?
  public let deletedAt: Timestamp?
  /// Reason and message of the pod itself (`Evicted`) or of a false PodScheduled condition.
  public let reason: String?
  public let containers: [ContainerFact]
  /// Those that are not True.
  public let conditions: [ConditionFact]
  /// `Guaranteed`, `Burstable` or `BestEffort`.
  public let qualityOfService: String?
  public let priority: Int?
  public let finalizers: [String]
  /// `deletionGracePeriodSeconds`.
  public let graceSeconds: Int?
  /// At most 32.
  public let labels: [String: String]
  /// `pod-template-hash` or `controller-revision-hash`.
  public let revisionHash: String?

  public init(
    name: String, uid: String, node: String?, owner: WorkloadName?, phase: String, ready: Bool, createdAt: Timestamp?,
    deletedAt: Timestamp?, reason: String?, containers: [ContainerFact], conditions: [ConditionFact] = [],
    qualityOfService: String? = nil, priority: Int? = nil, finalizers: [String] = [], graceSeconds: Int? = nil,
    labels: [String: String] = [:], revisionHash: String? = nil
  ) {
    self.name = name
    self.uid = uid
    self.node = node
    self.owner = owner
    self.phase = phase
    self.ready = ready
    self.createdAt = createdAt
    self.deletedAt = deletedAt
    self.reason = reason
    self.containers = containers
    self.conditions = conditions
    self.qualityOfService = qualityOfService
    self.priority = priority
    self.finalizers = finalizers
    self.graceSeconds = graceSeconds
    self.labels = labels
    self.revisionHash = revisionHash
  }
}

/// One container of a pod, init containers included.
public struct ContainerFact: Sendable, Hashable, Codable {
  public let name: String
  public let image: String
  public let ready: Bool
  public let restarts: Int
  public let state: State
  public let lastTermination: Termination?
  /// `limits.memory` as written, such as `512Mi`.
  public let memoryLimit: String?
  public let isInit: Bool
  /// The startup probe has passed.
  public let started: Bool?
  /// By metrics.k8s.io, when it is served.
  public let usage: Usage?
  /// `requests.cpu` as written.
  public let cpuRequest: String?
  public let cpuLimit: String?
  public let memoryRequest: String?

  public init(
    name: String, image: String, ready: Bool, restarts: Int, state: State, lastTermination: Termination?,
    memoryLimit: String?, isInit: Bool, started: Bool? = nil, usage: Usage? = nil, cpuRequest: String? = nil,
    cpuLimit: String? = nil, memoryRequest: String? = nil
  ) {
    self.name = name
    self.image = image
    self.ready = ready
    self.restarts = restarts
    self.state = state
    self.lastTermination = lastTermination
    self.memoryLimit = memoryLimit
    self.isInit = isInit
    self.started = started
    self.usage = usage
    self.cpuRequest = cpuRequest
    self.cpuLimit = cpuLimit
    self.memoryRequest = memoryRequest
  }

  public struct Usage: Sendable, Hashable, Codable {
    public let cpuMillicores: Int
    public let memoryBytes: Int64
    public let at: Timestamp

    public init(cpuMillicores: Int, memoryBytes: Int64, at: Timestamp) {
      self.cpuMillicores = cpuMillicores
      self.memoryBytes = memoryBytes
      self.at = at
    }
  }

  public struct State: Sendable, Hashable, Codable {
    public enum Phase: String, Sendable, Codable, CaseIterable {
      case waiting, running, terminated
    }

    public let phase: Phase
    /// `CrashLoopBackOff`, `ContainerCreating`, `Completed`, …
    public let reason: String?
    public let message: String?
    /// When it began to run; nil unless running.
    public let since: Timestamp?

    public init(phase: Phase, reason: String? = nil, message: String? = nil, since: Timestamp? = nil) {
      self.phase = phase
      self.reason = reason
      self.message = message
      self.since = since
    }
  }

  public struct Termination: Sendable, Hashable, Codable {
    public let exitCode: Int
    /// `Error`, `OOMKilled`, `Completed`.
    public let reason: String?
    public let message: String?
    public let startedAt: Timestamp?
    public let finishedAt: Timestamp?

    public init(exitCode: Int, reason: String?, message: String?, startedAt: Timestamp?, finishedAt: Timestamp?) {
      self.exitCode = exitCode
      self.reason = reason
      self.message = message
      self.startedAt = startedAt
      self.finishedAt = finishedAt
    }
  }
}
