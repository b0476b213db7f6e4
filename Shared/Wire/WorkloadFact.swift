/// The workload at the end of the owner chain.
public struct WorkloadFact: Sendable, Hashable, Codable {
  public let target: Target
  public let createdAt: Timestamp?
  public let desired: Int
  public let ready: Int
  public let available: Int
  public let updated: Int
  public let generation: Int64
  public let observedGeneration: Int64
  public let paused: Bool
  /// `RollingUpdate`, `Recreate`, `OnDelete`.
  public let strategy: String?
  /// SHA-256 of the canonical pod template, in lower-case hexadecimal.
  public let templateDigest: String?
  /// `deployment.kubernetes.io/revision`.
  public let revision: Int?
  /// Status and reason of the condition Progressing, such as `True NewReplicaSetAvailable`.
  public let progressing: String?
  /// What manages the object by GitOps, such as `argocd:shop-prod`; nil when nothing does.
  public let gitOps: String?
  /// The value of the annotation `ai-sre.dev/auto`.
  public let auto: String?
  /// The last change of the spec by something other than a controller, by managedFields.
  public let lastEdit: Edit?
  /// The end of a change freeze that the Namespace declares (`ai-sre.dev/freeze-until`).
  public let freezeUntil: Timestamp?
  public let conditions: [ConditionFact]
  public let template: TemplateFact?
  /// StatefulSets and DaemonSets: the ControllerRevisions in use.
  public let currentRevisionName: String?
  public let updateRevisionName: String?
  /// The controller above it that is no workload of Kubernetes, such as an operator's resource.
  public let owner: WorkloadName?
  /// Those of the object itself, at most 32.
  public let labels: [String: String]

  public struct Edit: Sendable, Hashable, Codable {
    public let manager: String
    public let at: Timestamp

    public init(manager: String, at: Timestamp) {
      self.manager = manager
      self.at = at
    }
  }

  public init(
    target: Target, createdAt: Timestamp?, desired: Int, ready: Int, available: Int, updated: Int, generation: Int64,
    observedGeneration: Int64, paused: Bool, strategy: String?, templateDigest: String?, revision: Int?,
    progressing: String?, gitOps: String?, auto: String?, lastEdit: Edit?, freezeUntil: Timestamp?,
    conditions: [ConditionFact] = [], template: TemplateFact? = nil, currentRevisionName: String? = nil,
    updateRevisionName: String? = nil, owner: WorkloadName? = nil, labels: [String: String] = [:]
  ) {
    self.target = target
    self.createdAt = createdAt
    self.desired = desired
    self.ready = ready
    self.available = available
    self.updated = updated
    self.generation = generation
    self.observedGeneration = observedGeneration
    self.paused = paused
    self.strategy = strategy
    self.templateDigest = templateDigest
    self.revision = revision
    self.progressing = progressing
    self.gitOps = gitOps
    self.auto = auto
    self.lastEdit = lastEdit
    self.freezeUntil = freezeUntil
    self.conditions = conditions
    self.template = template
    self.currentRevisionName = currentRevisionName
    self.updateRevisionName = updateRevisionName
    self.owner = owner
    self.labels = labels
  }
}

/// One revision of a workload: a ReplicaSet of a Deployment, a ControllerRevision of a StatefulSet or DaemonSet.
public struct RevisionFact: Sendable, Hashable, Codable {
  public let revision: Int
  /// Name of the ReplicaSet or ControllerRevision.
  public let name: String
  public let createdAt: Timestamp
  public let desired: Int
  public let ready: Int
  public let available: Int
  public let current: Bool
  /// Container name → image.
  public let images: [String: String]
  /// How its pod template differs from the revision before it; empty for the oldest that is left.
  public let changes: [Change]
  /// SHA-256 of its canonical pod template.
  public let templateDigest: String?
  /// Why it counts as a revision that worked; nil when nothing says so.
  public let soundness: Soundness?

  /// What shows that a revision once worked (the design's rule 12): only to such a one may a rollback go.
  public enum Soundness: String, Sendable, Codable, CaseIterable {
    case availableNow
    /// The agent's inventory has seen it available.
    case seenAvailable
    /// It was current for an hour or more before its successor.
    case ranForAnHour
  }

  public struct Change: Sendable, Hashable, Codable {
    /// Within the pod template: `containers[app].image`, `containers[app].env[DB_URL]`.
    public let path: String
    public let before: String?
    public let after: String?

    public init(path: String, before: String?, after: String?) {
      self.path = path
      self.before = before
      self.after = after
    }
  }

  public init(
    revision: Int, name: String, createdAt: Timestamp, desired: Int, ready: Int, available: Int, current: Bool,
    images: [String: String], changes: [Change], templateDigest: String? = nil, soundness: Soundness? = nil
  ) {
    self.revision = revision
    self.name = name
    self.createdAt = createdAt
    self.desired = desired
    self.ready = ready
    self.available = available
    self.current = current
    self.images = images
    self.changes = changes
    self.templateDigest = templateDigest
    self.soundness = soundness
  }
}
