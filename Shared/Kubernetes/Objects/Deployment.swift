public struct Deployment: Resource, Hashable {
  public static let type = ResourceType(apiVersion: "apps/v1", kind: "Deployment", plural: "deployments")

  public let metadata: ObjectMetadata
  /// Who wrote what, newest last as the server orders it.
  public let edits: [FieldEdit]
  public let spec: Spec
  public let status: Status

  public struct Spec: Sendable, Hashable {
    public let replicas: Int
    public let paused: Bool
    public let minReadySeconds: Int
    public let progressDeadlineSeconds: Int?
    /// `RollingUpdate` or `Recreate`.
    public let strategy: String
    public let selector: LabelSelector
    public let template: PodTemplate
  }

  /// The annotation that a Deployment and its ReplicaSets carry; a rollback gives the old ReplicaSet a new number.
  public static let revisionAnnotation = "deployment.kubernetes.io/revision"

  public struct Status: Sendable, Hashable {
    public let observedGeneration: Int64?
    public let replicas: Int
    public let updatedReplicas: Int
    public let readyReplicas: Int
    public let availableReplicas: Int
    public let conditions: [Condition]
  }
}

extension Deployment {
  private enum CodingKeys: String, CodingKey { case metadata, spec, status }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metadata = try container.decode(ObjectMetadata.self, forKey: .metadata)
    edits = try container.edits(.metadata)
    spec = try container.decode(Spec.self, forKey: .spec)
    status = try container.decodeIfPresent(Status.self, forKey: .status) ?? .empty
  }
}

extension Deployment.Spec: Decodable {
  private enum CodingKeys: String, CodingKey {
    case replicas, paused, minReadySeconds, progressDeadlineSeconds, strategy, selector, template
  }
  private struct Strategy: Decodable { let type: String? }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    replicas = try container.decodeIfPresent(Int.self, forKey: .replicas) ?? 1
    paused = try container.decodeIfPresent(Bool.self, forKey: .paused) ?? false
    minReadySeconds = try container.count(.minReadySeconds)
    progressDeadlineSeconds = try container.decodeIfPresent(Int.self, forKey: .progressDeadlineSeconds)
    strategy = try container.decodeIfPresent(Strategy.self, forKey: .strategy)?.type ?? "RollingUpdate"
    selector = try container.decode(LabelSelector.self, forKey: .selector)
    template = try container.decode(PodTemplate.self, forKey: .template)
  }
}

extension Deployment.Status: Decodable {
  private enum CodingKeys: String, CodingKey {
    case observedGeneration, replicas, updatedReplicas, readyReplicas, availableReplicas, conditions
  }

  static let empty = Self(
    observedGeneration: nil, replicas: 0, updatedReplicas: 0, readyReplicas: 0, availableReplicas: 0, conditions: [])

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    observedGeneration = try container.decodeIfPresent(Int64.self, forKey: .observedGeneration)
    replicas = try container.count(.replicas)
    updatedReplicas = try container.count(.updatedReplicas)
    readyReplicas = try container.count(.readyReplicas)
    availableReplicas = try container.count(.availableReplicas)
    conditions = try container.list(.conditions)
  }
}
