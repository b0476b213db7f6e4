public struct ResourceQuota: Resource, Hashable {
  public static let type = ResourceType(apiVersion: "v1", kind: "ResourceQuota", plural: "resourcequotas")

  public let metadata: ObjectMetadata
  /// Resource → quantity; as the status has it, or the spec while there is no status.
  public let hard: [String: String]
  public let used: [String: String]
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
