public struct PersistentVolumeClaim: Resource, Hashable {
  public static let type = ResourceType(
    apiVersion: "v1", kind: "PersistentVolumeClaim", plural: "persistentvolumeclaims")

  public let metadata: ObjectMetadata
  public let accessModes: [String]
  public let requested: String?
  public let storageClass: String?
  /// The bound PersistentVolume.
  public let volume: String?
  /// `Pending`, `Bound` or `Lost`.
  public let phase: String
  public let capacity: String?
  /// Such as `Resizing` and `FileSystemResizePending`.
  public let conditions: [Condition]
}

extension PersistentVolumeClaim {
  private enum CodingKeys: String, CodingKey { case metadata, spec, status }
  private enum SpecKeys: String, CodingKey { case accessModes, resources, storageClassName, volumeName }
  private struct Status: Decodable {
    let phase: String?
    let capacity: [String: String]?
    let conditions: [Condition]?
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metadata = try container.decode(ObjectMetadata.self, forKey: .metadata)
    let spec = try container.nestedContainer(keyedBy: SpecKeys.self, forKey: .spec)
    accessModes = try spec.list(.accessModes)
    requested = try spec.decodeIfPresent(ResourceRequirements.self, forKey: .resources)?.requests["storage"]
    storageClass = try spec.decodeIfPresent(String.self, forKey: .storageClassName)
    volume = try spec.decodeIfPresent(String.self, forKey: .volumeName)
    let status = try container.decodeIfPresent(Status.self, forKey: .status)
    phase = status?.phase ?? "Pending"
    capacity = status?.capacity?["storage"]
    conditions = status?.conditions ?? []
  }
}
