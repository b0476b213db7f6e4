public struct CronJob: Resource, Hashable {
  public static let type = ResourceType(apiVersion: "batch/v1", kind: "CronJob", plural: "cronjobs")

  public let metadata: ObjectMetadata
  public let edits: [FieldEdit]
  public let spec: Spec
  public let status: Status

  public struct Spec: Sendable, Hashable {
    public let schedule: String
    public let timeZone: String?
    public let suspend: Bool
    /// `Allow`, `Forbid` or `Replace`.
    public let concurrencyPolicy: String
    public let startingDeadlineSeconds: Int?
    /// The pods of its Jobs.
    public let template: PodTemplate
  }

  public struct Status: Sendable, Hashable {
    /// Names of running Jobs.
    public let active: [String]
    public let lastScheduleTime: APITime?
    public let lastSuccessfulTime: APITime?
  }
}

extension CronJob {
  private enum CodingKeys: String, CodingKey { case metadata, spec, status }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metadata = try container.decode(ObjectMetadata.self, forKey: .metadata)
    edits = try container.edits(.metadata)
    spec = try container.decode(Spec.self, forKey: .spec)
    status =
      try container.decodeIfPresent(Status.self, forKey: .status)
      ?? Status(active: [], lastScheduleTime: nil, lastSuccessfulTime: nil)
  }
}

extension CronJob.Spec: Decodable {
  private enum CodingKeys: String, CodingKey {
    case schedule, timeZone, suspend, concurrencyPolicy, startingDeadlineSeconds, jobTemplate
  }
  private struct JobTemplate: Decodable {
    struct Spec: Decodable { let template: PodTemplate }
    let spec: Spec
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    schedule = try container.decodeIfPresent(String.self, forKey: .schedule) ?? ""
    timeZone = try container.decodeIfPresent(String.self, forKey: .timeZone)
    suspend = try container.flag(.suspend)
    concurrencyPolicy = try container.decodeIfPresent(String.self, forKey: .concurrencyPolicy) ?? "Allow"
    startingDeadlineSeconds = try container.decodeIfPresent(Int.self, forKey: .startingDeadlineSeconds)
    template = try container.decode(JobTemplate.self, forKey: .jobTemplate).spec.template
  }
}

extension CronJob.Status: Decodable {
  private enum CodingKeys: String, CodingKey { case active, lastScheduleTime, lastSuccessfulTime }
  private struct Reference: Decodable { let name: String? }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let references: [Reference] = try container.list(.active)
    active = references.compactMap(\.name)
    lastScheduleTime = try container.decodeIfPresent(APITime.self, forKey: .lastScheduleTime)
    lastSuccessfulTime = try container.decodeIfPresent(APITime.self, forKey: .lastSuccessfulTime)
  }
}
