public struct Job: Resource, Hashable {
  public static let type = ResourceType(apiVersion: "batch/v1", kind: "Job", plural: "jobs")

  public let metadata: ObjectMetadata
  public let edits: [FieldEdit]
  public let spec: JobSpec
  public let status: JobStatus
  public let template: PodTemplate
}

/// A Job without its template, for watching and listing many.
public struct JobSummary: Resource, Hashable {
  public static let type = Job.type

  public let metadata: ObjectMetadata
  public let spec: JobSpec
  public let status: JobStatus
}

public struct JobSpec: Sendable, Hashable {
  public let parallelism: Int
  public let completions: Int?
  /// Failed pods before the Job gives up; Kubernetes' default is 6.
  public let backoffLimit: Int
  public let activeDeadlineSeconds: Int?
  public let suspend: Bool
  /// Absent in what was written by hand; the server sets it.
  public let selector: LabelSelector?
}

public struct JobStatus: Sendable, Hashable {
  public let startTime: APITime?
  public let completionTime: APITime?
  public let active: Int
  public let ready: Int
  public let succeeded: Int
  public let failed: Int
  public let conditions: [Condition]

  public var isFailed: Bool { conditions.first(type: "Failed")?.isTrue == true }
  public var isComplete: Bool { conditions.first(type: "Complete")?.isTrue == true }
}

extension Job {
  private enum CodingKeys: String, CodingKey { case metadata, spec, status }
  private struct Templated: Decodable { let template: PodTemplate }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metadata = try container.decode(ObjectMetadata.self, forKey: .metadata)
    edits = try container.edits(.metadata)
    spec = try container.decode(JobSpec.self, forKey: .spec)
    status = try container.decodeIfPresent(JobStatus.self, forKey: .status) ?? .empty
    template = try container.decode(Templated.self, forKey: .spec).template
  }
}

extension JobSummary {
  private enum CodingKeys: String, CodingKey { case metadata, spec, status }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metadata = try container.decode(ObjectMetadata.self, forKey: .metadata)
    spec = try container.decode(JobSpec.self, forKey: .spec)
    status = try container.decodeIfPresent(JobStatus.self, forKey: .status) ?? .empty
  }
}

extension JobSpec: Decodable {
  private enum CodingKeys: String, CodingKey {
    case parallelism, completions, backoffLimit, activeDeadlineSeconds, suspend, selector
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    parallelism = try container.decodeIfPresent(Int.self, forKey: .parallelism) ?? 1
    completions = try container.decodeIfPresent(Int.self, forKey: .completions)
    backoffLimit = try container.decodeIfPresent(Int.self, forKey: .backoffLimit) ?? 6
    activeDeadlineSeconds = try container.decodeIfPresent(Int.self, forKey: .activeDeadlineSeconds)
    suspend = try container.flag(.suspend)
    selector = try container.decodeIfPresent(LabelSelector.self, forKey: .selector)
  }
}

extension JobStatus: Decodable {
  private enum CodingKeys: String, CodingKey { case startTime, completionTime, active, ready, succeeded, failed, conditions }

  static let empty = Self(
    startTime: nil, completionTime: nil, active: 0, ready: 0, succeeded: 0, failed: 0, conditions: [])

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    startTime = try container.decodeIfPresent(APITime.self, forKey: .startTime)
    completionTime = try container.decodeIfPresent(APITime.self, forKey: .completionTime)
    active = try container.count(.active)
    ready = try container.count(.ready)
    succeeded = try container.count(.succeeded)
    failed = try container.count(.failed)
    conditions = try container.list(.conditions)
  }
}
