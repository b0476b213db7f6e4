public struct Pod: Resource, Hashable {
  public static let type = ResourceType(apiVersion: "v1", kind: "Pod", plural: "pods")

  public let metadata: ObjectMetadata
  public let spec: PodSpec
  public let status: Status

  public struct Status: Sendable, Hashable {
    /// `Pending`, `Running`, `Succeeded`, `Failed` or `Unknown`. A crash-looping pod is `Running`.
    public let phase: String
    /// Such as `Evicted`.
    public let reason: String?
    public let message: String?
    public let startTime: APITime?
    public let conditions: [Condition]
    public let containerStatuses: [ContainerStatus]
    public let initContainerStatuses: [ContainerStatus]
    /// `Guaranteed`, `Burstable` or `BestEffort`.
    public let qosClass: String?
  }

  /// Ready and not on its way out.
  public var isReady: Bool {
    metadata.deletionTimestamp == nil && status.conditions.first(type: "Ready")?.isTrue == true
  }
}

/// The spec of a pod or of a pod template.
public struct PodSpec: Sendable, Hashable {
  public let nodeName: String?
  public let containers: [Container]
  public let initContainers: [Container]
  public let volumes: [Volume]
  /// Preemption goes by it: a pod of a higher one may push out others.
  public let priority: Int?
}

public struct Volume: Sendable, Hashable, Decodable {
  public struct Claim: Sendable, Hashable, Decodable {
    public let claimName: String
  }

  public struct ConfigMapSource: Sendable, Hashable, Decodable {
    public let name: String?
  }

  public struct SecretSource: Sendable, Hashable, Decodable {
    public let secretName: String?
  }

  public let name: String
  public let persistentVolumeClaim: Claim?
  public let configMap: ConfigMapSource?
  public let secret: SecretSource?
}

extension PodSpec: Decodable {
  private enum CodingKeys: String, CodingKey { case nodeName, containers, initContainers, volumes, priority }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    nodeName = try container.decodeIfPresent(String.self, forKey: .nodeName)
    containers = try container.list(.containers)
    initContainers = try container.list(.initContainers)
    volumes = try container.list(.volumes)
    priority = try container.decodeIfPresent(Int.self, forKey: .priority)
  }
}

extension Pod.Status: Decodable {
  private enum CodingKeys: String, CodingKey {
    case phase, reason, message, startTime, conditions, containerStatuses, initContainerStatuses,
      qosClass
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    phase = try container.decodeIfPresent(String.self, forKey: .phase) ?? "Unknown"
    reason = try container.decodeIfPresent(String.self, forKey: .reason)
    message = try container.decodeIfPresent(String.self, forKey: .message)
    startTime = try container.decodeIfPresent(APITime.self, forKey: .startTime)
    conditions = try container.list(.conditions)
    containerStatuses = try container.list(.containerStatuses)
    initContainerStatuses = try container.list(.initContainerStatuses)
    qosClass = try container.decodeIfPresent(String.self, forKey: .qosClass)
  }
}
