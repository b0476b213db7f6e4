/// What a pod's containers use, by metrics.k8s.io; not served everywhere. Has no uid.
public struct PodMetrics: Resource, Hashable {
  public static let type = ResourceType(apiVersion: "metrics.k8s.io/v1beta1", kind: "PodMetrics", plural: "pods")

  public struct Container: Sendable, Hashable, Decodable {
    public let name: String
    /// Quantities such as `56643986n` and `164139Ki`.
    public let usage: [String: String]
  }

  public let metadata: ObjectMetadata
  /// The end of the window that the figures are of.
  public let timestamp: APITime?
  public let containers: [Container]
}

extension PodMetrics {
  private enum CodingKeys: String, CodingKey { case metadata, timestamp, containers }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metadata = try container.decode(ObjectMetadata.self, forKey: .metadata)
    timestamp = try container.decodeIfPresent(APITime.self, forKey: .timestamp)
    containers = try container.list(.containers)
  }
}
