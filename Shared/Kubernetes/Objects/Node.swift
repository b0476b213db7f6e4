public struct Node: Resource, Hashable {
  public static let type = ResourceType(apiVersion: "v1", kind: "Node", plural: "nodes")

  public struct Taint: Sendable, Hashable, Decodable {
    public let key: String
    public let value: String?
    /// `NoSchedule`, `PreferNoSchedule` or `NoExecute`.
    public let effect: String
    public let timeAdded: APITime?
  }

  public let metadata: ObjectMetadata
  public let edits: [FieldEdit]
  /// Cordoned.
  public let unschedulable: Bool
  public let taints: [Taint]
  public let allocatable: [String: String]
  public let conditions: [Condition]

  /// Status of the condition Ready: `True`, `False`, or `Unknown` when the kubelet is silent or has not spoken yet.
  public var ready: String { conditions.first(type: "Ready")?.status ?? "Unknown" }
}

extension Node {
  private enum CodingKeys: String, CodingKey { case metadata, spec, status }
  private struct Spec: Decodable {
    let unschedulable: Bool?
    let taints: [Taint]?
  }
  private struct Status: Decodable {
    let allocatable: [String: String]?
    let conditions: [Condition]?
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metadata = try container.decode(ObjectMetadata.self, forKey: .metadata)
    edits = try container.edits(.metadata)
    let spec = try container.decodeIfPresent(Spec.self, forKey: .spec)
    unschedulable = spec?.unschedulable ?? false
    taints = spec?.taints ?? []
    let status = try container.decodeIfPresent(Status.self, forKey: .status)
    allocatable = status?.allocatable ?? [:]
    conditions = status?.conditions ?? []
  }
}
