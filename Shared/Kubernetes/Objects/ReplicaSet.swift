public struct ReplicaSet: Resource, Hashable {
  public static let type = ResourceType(apiVersion: "apps/v1", kind: "ReplicaSet", plural: "replicasets")

  public let metadata: ObjectMetadata
  public let spec: Spec
  public let status: ReplicaSetStatus

  public struct Spec: Sendable, Hashable {
    public let replicas: Int
    public let template: PodTemplate
  }

  /// The revision of the Deployment that this ReplicaSet carries now.
  public var revision: Int? { metadata.annotations[Deployment.revisionAnnotation].flatMap { Int($0) } }
}

public struct ReplicaSetStatus: Sendable, Hashable {
  public let replicas: Int
  public let readyReplicas: Int
  public let availableReplicas: Int
}

/// A ReplicaSet without its template, which is most of its size: for watching many.
public struct ReplicaSetSummary: Resource, Hashable {
  public static let type = ReplicaSet.type

  public let metadata: ObjectMetadata
  public let status: ReplicaSetStatus

  public var revision: Int? { metadata.annotations[Deployment.revisionAnnotation].flatMap { Int($0) } }
}

extension ReplicaSet.Spec: Decodable {
  private enum CodingKeys: String, CodingKey { case replicas, template }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    replicas = try container.decodeIfPresent(Int.self, forKey: .replicas) ?? 1
    template = try container.decode(PodTemplate.self, forKey: .template)
  }
}

extension ReplicaSetStatus: Decodable {
  private enum CodingKeys: String, CodingKey { case replicas, readyReplicas, availableReplicas }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    replicas = try container.count(.replicas)
    readyReplicas = try container.count(.readyReplicas)
    availableReplicas = try container.count(.availableReplicas)
  }
}
