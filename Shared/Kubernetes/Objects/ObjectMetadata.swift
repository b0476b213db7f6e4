/// `metadata` of an object. `managedFields` is not kept here; see ``FieldEdit``.
public struct ObjectMetadata: Sendable, Hashable {
  /// Empty in bookmarks only.
  public let name: String
  public let namespace: String?
  public let uid: String
  public let resourceVersion: String
  /// Raised by the API server with each change of the spec; absent for kinds without one. A Deployment's is raised by
  /// changes of its annotations too.
  public let generation: Int64?
  public let creationTimestamp: APITime?
  /// Set while the object waits for its graceful deletion; it may still move.
  public let deletionTimestamp: APITime?
  public let labels: [String: String]
  public let annotations: [String: String]
  public let ownerReferences: [OwnerReference]
  /// What must be done before a deletion completes.
  public let finalizers: [String]
  /// How long the object had to end when its deletion was asked for.
  public let deletionGracePeriodSeconds: Int?

  /// The owner that controls the object (a ReplicaSet for a pod, a Deployment for a ReplicaSet).
  public var controller: OwnerReference? { ownerReferences.first { $0.controller } }
}

extension ObjectMetadata {
  /// As much as a reference tells of the object that it names.
  public init(reference: OwnerReference, namespace: String?) {
    self.init(
      name: reference.name, namespace: namespace, uid: reference.uid, resourceVersion: "", generation: nil,
      creationTimestamp: nil, deletionTimestamp: nil, labels: [:], annotations: [:], ownerReferences: [], finalizers: [],
      deletionGracePeriodSeconds: nil)
  }
}

public struct OwnerReference: Sendable, Hashable {
  public let apiVersion: String
  public let kind: String
  public let name: String
  public let uid: String
  public let controller: Bool
}

extension ObjectMetadata: Decodable {
  private enum CodingKeys: String, CodingKey {
    case name, namespace, uid, resourceVersion, generation, creationTimestamp, deletionTimestamp, labels, annotations,
      ownerReferences, finalizers, deletionGracePeriodSeconds
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decodeIfPresent(String.self, forKey: .name) ?? ""
    namespace = try container.decodeIfPresent(String.self, forKey: .namespace)
    uid = try container.decodeIfPresent(String.self, forKey: .uid) ?? ""
    resourceVersion = try container.decodeIfPresent(String.self, forKey: .resourceVersion) ?? ""
    generation = try container.decodeIfPresent(Int64.self, forKey: .generation)
    creationTimestamp = try container.decodeIfPresent(APITime.self, forKey: .creationTimestamp)
    deletionTimestamp = try container.decodeIfPresent(APITime.self, forKey: .deletionTimestamp)
    labels = try container.map(.labels)
    annotations = try container.map(.annotations)
    ownerReferences = try container.list(.ownerReferences)
    finalizers = try container.list(.finalizers)
    deletionGracePeriodSeconds = try container.decodeIfPresent(Int.self, forKey: .deletionGracePeriodSeconds)
  }
}

extension OwnerReference: Decodable {
  private enum CodingKeys: String, CodingKey { case apiVersion, kind, name, uid, controller }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    apiVersion = try container.decode(String.self, forKey: .apiVersion)
    kind = try container.decode(String.self, forKey: .kind)
    name = try container.decode(String.self, forKey: .name)
    uid = try container.decode(String.self, forKey: .uid)
    controller = try container.decodeIfPresent(Bool.self, forKey: .controller) ?? false
  }
}
