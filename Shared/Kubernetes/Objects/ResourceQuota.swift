public struct ResourceQuota: Resource, Hashable {
  public static let type = ResourceType(apiVersion: "v1", kind: "ResourceQuota", plural: "resourcequotas")

  public let metadata: ObjectMetadata
  /// Resource → quantity; as the status has it, or the spec while there is no status.
  public let hard: [String: String]
  public let used: [String: String]
}

/// The bounds and defaults that admission applies to pods without figures of their own.
public struct LimitRange: Resource, Hashable {
  public static let type = ResourceType(apiVersion: "v1", kind: "LimitRange", plural: "limitranges")

  public struct Item: Sendable, Hashable, Decodable {
    /// `Container`, `Pod` or `PersistentVolumeClaim`.
    public let type: String
    public let max: [String: String]?
    public let min: [String: String]?
    public let `default`: [String: String]?
    public let defaultRequest: [String: String]?
  }

  public let metadata: ObjectMetadata
  public let limits: [Item]
}

extension ResourceQuota {
  private enum CodingKeys: String, CodingKey { case metadata, spec, status }
  private struct Amounts: Decodable {
    let hard: [String: String]?
    let used: [String: String]?
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metadata = try container.decode(ObjectMetadata.self, forKey: .metadata)
    let spec = try container.decodeIfPresent(Amounts.self, forKey: .spec)
    let status = try container.decodeIfPresent(Amounts.self, forKey: .status)
    hard = status?.hard ?? spec?.hard ?? [:]
    used = status?.used ?? [:]
  }
}

extension LimitRange {
  private enum CodingKeys: String, CodingKey { case metadata, spec }
  private enum SpecKeys: String, CodingKey { case limits }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metadata = try container.decode(ObjectMetadata.self, forKey: .metadata)
    limits = try container.nestedContainer(keyedBy: SpecKeys.self, forKey: .spec).list(.limits)
  }
}
