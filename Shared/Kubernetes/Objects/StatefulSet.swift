public struct StatefulSet: Resource, Hashable {
  public static let type = ResourceType(apiVersion: "apps/v1", kind: "StatefulSet", plural: "statefulsets")

  public let metadata: ObjectMetadata
  public let edits: [FieldEdit]
  public let spec: Spec
  public let status: StatefulSetStatus

  public struct Spec: Sendable, Hashable {
    public let replicas: Int
    /// `RollingUpdate` or `OnDelete`.
    public let strategy: String
    /// Pods with a lower number keep the old revision.
    public let partition: Int
    public let serviceName: String?
    public let selector: LabelSelector
    public let template: PodTemplate
    /// Names of the claims that each pod gets: pod `web-0` mounts `NAME-web-0`.
    public let claimTemplates: [String]
  }
}

public struct StatefulSetStatus: Sendable, Hashable {
  public let observedGeneration: Int64?
  public let replicas: Int
  public let readyReplicas: Int
  public let availableReplicas: Int
  public let updatedReplicas: Int
  /// Names of ControllerRevisions; they differ during a rollout.
  public let currentRevision: String?
  public let updateRevision: String?
  public let conditions: [Condition]
}

extension StatefulSet {
  private enum CodingKeys: String, CodingKey { case metadata, spec, status }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metadata = try container.decode(ObjectMetadata.self, forKey: .metadata)
    edits = try container.edits(.metadata)
    spec = try container.decode(Spec.self, forKey: .spec)
    status = try container.decodeIfPresent(StatefulSetStatus.self, forKey: .status) ?? .empty
  }
}

extension StatefulSet.Spec: Decodable {
  private enum CodingKeys: String, CodingKey {
    case replicas, updateStrategy, serviceName, selector, template, volumeClaimTemplates
  }
  private struct Strategy: Decodable {
    struct Rolling: Decodable { let partition: Int? }
    let type: String?
    let rollingUpdate: Rolling?
  }
  private struct ClaimTemplate: Decodable { let metadata: ObjectMetadata }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    replicas = try container.decodeIfPresent(Int.self, forKey: .replicas) ?? 1
    let update = try container.decodeIfPresent(Strategy.self, forKey: .updateStrategy)
    strategy = update?.type ?? "RollingUpdate"
    partition = update?.rollingUpdate?.partition ?? 0
    serviceName = try container.decodeIfPresent(String.self, forKey: .serviceName)
    selector = try container.decode(LabelSelector.self, forKey: .selector)
    template = try container.decode(PodTemplate.self, forKey: .template)
    let claims: [ClaimTemplate] = try container.list(.volumeClaimTemplates)
    claimTemplates = claims.map(\.metadata.name)
  }
}

extension StatefulSetStatus: Decodable {
  private enum CodingKeys: String, CodingKey {
    case observedGeneration, replicas, readyReplicas, availableReplicas, updatedReplicas, currentRevision, updateRevision,
      conditions
  }

  static let empty = Self(
    observedGeneration: nil, replicas: 0, readyReplicas: 0, availableReplicas: 0, updatedReplicas: 0, currentRevision: nil,
    updateRevision: nil, conditions: [])

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    observedGeneration = try container.decodeIfPresent(Int64.self, forKey: .observedGeneration)
    replicas = try container.count(.replicas)
    readyReplicas = try container.count(.readyReplicas)
    availableReplicas = try container.count(.availableReplicas)
    updatedReplicas = try container.count(.updatedReplicas)
    currentRevision = try container.decodeIfPresent(String.self, forKey: .currentRevision)
    updateRevision = try container.decodeIfPresent(String.self, forKey: .updateRevision)
    conditions = try container.list(.conditions)
  }
}
