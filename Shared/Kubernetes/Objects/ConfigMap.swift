/// A ConfigMap with text values. `binaryData` is not kept: replacing an object that has some would drop it.
public struct ConfigMap: Resource, Hashable {
  public static let type = ResourceType(apiVersion: "v1", kind: "ConfigMap", plural: "configmaps")

  public let metadata: ObjectMetadata
  public let data: [String: String]
}

extension ConfigMap {
  private enum CodingKeys: String, CodingKey { case metadata, data }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metadata = try container.decode(ObjectMetadata.self, forKey: .metadata)
    data = try container.map(.data)
  }
}
