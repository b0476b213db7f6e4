/// An object of a custom resource, whose spec and status are read member by member. Where it is served, and in which version,
/// discovery tells: see ``KubernetesClient/apiGroups()``.
public struct CustomResource: Resource, Hashable {
  /// Never used as a path: the caller names the real type.
  public static let type = ResourceType(apiVersion: "example.com/v1", kind: "CustomResource", plural: "customresources")

  public let metadata: ObjectMetadata
  public let spec: JSONValue
  public let status: JSONValue
  /// `status.conditions`, when they are of Kubernetes' own form.
  public let conditions: [Condition]
}

extension CustomResource {
  private enum CodingKeys: String, CodingKey { case metadata, spec, status }
  private struct Status: Decodable { let conditions: [Condition]? }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metadata = try container.decode(ObjectMetadata.self, forKey: .metadata)
    spec = try container.decodeIfPresent(JSONValue.self, forKey: .spec) ?? .null
    status = try container.decodeIfPresent(JSONValue.self, forKey: .status) ?? .null
    conditions = (try? container.decodeIfPresent(Status.self, forKey: .status))?.conditions ?? []
  }
}

/// An API group that the server offers.
public struct APIGroup: Sendable, Hashable {
  public let name: String
  /// As `group/version`.
  public let preferredVersion: String
}

extension APIGroup: Decodable {
  private enum CodingKeys: String, CodingKey { case name, preferredVersion }
  private struct Version: Decodable { let groupVersion: String }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    preferredVersion = try container.decode(Version.self, forKey: .preferredVersion).groupVersion
  }
}

struct APIGroupList: Decodable {
  let groups: [APIGroup]
}
