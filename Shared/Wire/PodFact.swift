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

  public init(
    name: String, uid: String, node: String?, owner: WorkloadName?, phase: String, ready: Bool, createdAt: Timestamp?,
    deletedAt: Timestamp?, reason: String?, containers: [ContainerFact]
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

  public init(
    name: String, image: String, ready: Bool, restarts: Int, state: State, lastTermination: Termination?,
    memoryLimit: String?, isInit: Bool
  ) {
    self.name = name
    self.image = image
    self.ready = ready
    self.restarts = restarts
    self.state = state
    self.lastTermination = lastTermination
    self.memoryLimit = memoryLimit
    self.isInit = isInit
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
