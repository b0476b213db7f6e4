public struct ReplicaSet: Resource, Hashable {
  public static let type = ResourceType(apiVersion: "apps/v1", kind: "ReplicaSet", plural: "replicasets")

  public let metadata: ObjectMetadata
  public let edits: [FieldEdit]
  public let spec: Spec
  public let status: ReplicaSetStatus

  public struct Spec: Sendable, Hashable {
    public let replicas: Int
    public let selector: LabelSelector
    public let template: PodTemplate
  }

  /// The revision of the Deployment that this ReplicaSet carries now.
  public var revision: Int? { metadata.annotations[Deployment.revisionAnnotation].flatMap { Int($0) } }
}

public struct ReplicaSetStatus: Sendable, Hashable {
  public let replicas: Int
  public let readyReplicas: Int
  public let availableReplicas: Int
  /// Such as ReplicaFailure, when the API server refuses its pods.
  public let conditions: [Condition]
}

/// A ReplicaSet without its template, which is most of its size: for watching many.
public struct ReplicaSetSummary: Resource, Hashable {
  public static let type = ReplicaSet.type

  public let metadata: ObjectMetadata
  public let status: ReplicaSetStatus

  public var revision: Int? { metadata.annotations[Deployment.revisionAnnotation].flatMap { Int($0) } }
}

extension ReplicaSet {
  private enum CodingKeys: String, CodingKey { case metadata, spec, status }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metadata = try container.decode(ObjectMetadata.self, forKey: .metadata)
    edits = try container.edits(.metadata)
    spec = try container.decode(Spec.self, forKey: .spec)
    status =
      try container.decodeIfPresent(ReplicaSetStatus.self, forKey: .status)
      ?? ReplicaSetStatus(replicas: 0, readyReplicas: 0, availableReplicas: 0, conditions: [])
  }
}

extension ReplicaSet.Spec: Decodable {
  private enum CodingKeys: String, CodingKey { case replicas, selector, template }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    replicas = try container.decodeIfPresent(Int.self, forKey: .replicas) ?? 1
    selector = try container.decodeIfPresent(LabelSelector.self, forKey: .selector) ?? .everything
    template = try container.decode(PodTemplate.self, forKey: .template)
  }
}

extension ReplicaSetStatus: Decodable {
  private enum CodingKeys: String, CodingKey { case replicas, readyReplicas, availableReplicas, conditions }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    replicas = try container.count(.replicas)
    readyReplicas = try container.count(.readyReplicas)
    availableReplicas = try container.count(.availableReplicas)
    conditions = try container.list(.conditions)
  }
}
