import Kubernetes
import Wire

/// A pod as its watch reads it: metadata and status, none of its spec but the node.
struct WatchedPod: Resource {
  static let type = Pod.type

  let metadata: ObjectMetadata
  let node: String?
  let status: Status

  struct Status: Sendable {
    let phase: String
    let reason: String?
    let conditions: [Condition]
    let initContainers: [Container]
    let containers: [Container]
  }

  struct Container: Sendable, Decodable {
    let name: String
    let restartCount: Int?
    let state: ContainerState?
    let lastState: ContainerState?
  }

  var isReady: Bool { metadata.deletionTimestamp == nil && status.conditions.first(type: "Ready")?.isTrue == true }
}

extension WatchedPod {
  private enum CodingKeys: String, CodingKey { case metadata, spec, status }
  private enum SpecKeys: String, CodingKey { case nodeName }
  private enum StatusKeys: String, CodingKey { case phase, reason, conditions, initContainerStatuses, containerStatuses }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metadata = try container.decode(ObjectMetadata.self, forKey: .metadata)
    node = try container.nestedContainer(keyedBy: SpecKeys.self, forKey: .spec).decodeIfPresent(String.self, forKey: .nodeName)
    let status = try container.nestedContainer(keyedBy: StatusKeys.self, forKey: .status)
    self.status = Status(
      phase: try status.decodeIfPresent(String.self, forKey: .phase) ?? "Unknown",
      reason: try status.decodeIfPresent(String.self, forKey: .reason),
      conditions: try status.decodeIfPresent([Condition].self, forKey: .conditions) ?? [],
      initContainers: try status.decodeIfPresent([Container].self, forKey: .initContainerStatuses) ?? [],
      containers: try status.decodeIfPresent([Container].self, forKey: .containerStatuses) ?? [])
  }
}
