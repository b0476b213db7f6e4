import Kubernetes
import Wire

/// What was read of the namespace for one subject, before it becomes facts.
struct Reading: Sendable {
  var namespaces: [Namespace] = []
  var replicaSets: [ReplicaSet] = []
  var revisions: [ControllerRevision] = []
  /// The workload's own, and those that the alert names.
  var pods: [Pod] = []
  var metrics: [PodMetrics] = []
  var autoscalers: [HorizontalPodAutoscaler] = []
  var budgets: [PodDisruptionBudget] = []
  var quotas: [ResourceQuota] = []
  var claims: [PersistentVolumeClaim] = []
  var services: [Service] = []
  /// Pods behind Services, by the Service's name.
  var backends: [String: [ServiceReading.Backend]] = [:]
  /// `nil` when they were not read.
  var slices: [EndpointSlice]?
  var policies: [NetworkPolicy] = []
  var jobs: [JobSummary] = []
  var configMaps: [ConfigMapOutline] = []
  var missingConfigMaps: Set<String> = []
  /// Of the ConfigMap by which the team stops its agent.
  var guardData: [String: String] = [:]
  var customs: [FoundCustom] = []
  var events: [EventBook.Entry] = []
  var omissions: [Evidence.Omission] = []
}

/// A custom resource with its kind, which the items of a list do not carry.
struct FoundCustom: Sendable {
  let kind: CustomKind
  let object: CustomResource
}

/// A ConfigMap without its values, which stay in the namespace and out of memory.
struct ConfigMapOutline: Resource {
  static let type = ConfigMap.type

  let metadata: ObjectMetadata
  let edits: [FieldEdit]
  let keys: Set<String>

  private enum CodingKeys: String, CodingKey { case metadata, data, binaryData }
  private struct Passed: Decodable { init(from decoder: any Decoder) {} }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metadata = try container.decode(ObjectMetadata.self, forKey: .metadata)
    edits = try FieldEdit.all(in: decoder)
    let text = try container.decodeIfPresent([String: Passed].self, forKey: .data) ?? [:]
    let binary = try container.decodeIfPresent([String: Passed].self, forKey: .binaryData) ?? [:]
    keys = Set(text.keys).union(binary.keys)
  }
}
