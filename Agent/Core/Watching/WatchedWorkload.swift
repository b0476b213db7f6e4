import Kubernetes

/// Which kind a ``WatchedWorkload`` is.
protocol WorkloadKind: Sendable {
  static var type: ResourceType { get }
}

enum DeploymentKind: WorkloadKind {
  static let type = ResourceType(apiVersion: "apps/v1", kind: "Deployment", plural: "deployments")
}

enum StatefulSetKind: WorkloadKind {
  static let type = ResourceType(apiVersion: "apps/v1", kind: "StatefulSet", plural: "statefulsets")
}

enum DaemonSetKind: WorkloadKind {
  static let type = ResourceType(apiVersion: "apps/v1", kind: "DaemonSet", plural: "daemonsets")
}

enum JobKind: WorkloadKind {
  static let type = ResourceType(apiVersion: "batch/v1", kind: "Job", plural: "jobs")
}

/// A workload as its watch reads it: numbers and conditions, never the pod template, which is most of its size. One shape for
/// all kinds; each fills in what it has.
struct WatchedWorkload<Kind: WorkloadKind>: Resource {
  static var type: ResourceType { Kind.type }

  let metadata: ObjectMetadata
  let spec: WorkloadSpec
  let status: WorkloadStatus
}

struct WorkloadSpec: Sendable, Decodable {
  struct UpdateStrategy: Sendable, Decodable {
    struct RollingUpdate: Sendable, Decodable { let partition: Int? }
    let type: String?
    let rollingUpdate: RollingUpdate?
  }

  let replicas: Int?
  let updateStrategy: UpdateStrategy?
  let completions: Int?
  let parallelism: Int?
  let suspend: Bool?
}

/// A zero is left out of a status.
struct WorkloadStatus: Sendable, Decodable {
  let observedGeneration: Int64?
  let replicas: Int?
  let readyReplicas: Int?
  let updatedReplicas: Int?
  let availableReplicas: Int?
  let currentRevision: String?
  let updateRevision: String?
  let currentNumberScheduled: Int?
  let desiredNumberScheduled: Int?
  let updatedNumberScheduled: Int?
  let numberReady: Int?
  let numberAvailable: Int?
  let active: Int?
  let ready: Int?
  let succeeded: Int?
  let conditions: [Condition]?
}

extension WatchedWorkload {
  private enum CodingKeys: String, CodingKey { case metadata, spec, status }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metadata = try container.decode(ObjectMetadata.self, forKey: .metadata)
    spec = try container.decode(WorkloadSpec.self, forKey: .spec)
    status = try container.decodeIfPresent(WorkloadStatus.self, forKey: .status) ?? .empty
  }
}

extension WorkloadStatus {
  static let empty = Self(
    observedGeneration: nil, replicas: nil, readyReplicas: nil, updatedReplicas: nil, availableReplicas: nil,
    currentRevision: nil, updateRevision: nil, currentNumberScheduled: nil, desiredNumberScheduled: nil,
    updatedNumberScheduled: nil, numberReady: nil, numberAvailable: nil, active: nil, ready: nil, succeeded: nil,
    conditions: nil)
}
