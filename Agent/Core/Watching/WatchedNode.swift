import Kubernetes

/// A node as the cluster agent's watch reads it. Its status is rewritten every few minutes and lists every image: only the
/// conditions are read.
struct WatchedNode: Resource {
  static let type = ResourceType(apiVersion: "v1", kind: "Node", plural: "nodes")

  let metadata: ObjectMetadata
  let unschedulable: Bool
  let conditions: [Condition]

  /// Status of the condition Ready; `Unknown` when the node does not report.
  var ready: String { conditions.first(type: "Ready")?.status ?? "Unknown" }
}

extension WatchedNode {
  private enum CodingKeys: String, CodingKey { case metadata, spec, status }
  private enum SpecKeys: String, CodingKey { case unschedulable }
  private enum StatusKeys: String, CodingKey { case conditions }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metadata = try container.decode(ObjectMetadata.self, forKey: .metadata)
    let spec = try? container.nestedContainer(keyedBy: SpecKeys.self, forKey: .spec)
    unschedulable = try spec?.decodeIfPresent(Bool.self, forKey: .unschedulable) ?? false
    let status = try? container.nestedContainer(keyedBy: StatusKeys.self, forKey: .status)
    conditions = try status?.decodeIfPresent([Condition].self, forKey: .conditions) ?? []
  }
}
