/// Asks for the evidence of one incident. The names are hints from an alert's labels, which may lie: the agent looks them up and
/// reports the workload that it finds along the owner references.
public struct GatherRequest: Sendable, Hashable, Codable {
  /// Pods that the alerts name.
  public let pods: [String]
  /// The workload, when the inventory has already confirmed one.
  public let workload: WorkloadName?
  /// Other objects that the alert names, as `Kind/name`: `Node/worker-1`, `PersistentVolumeClaim/data-0`,
  /// `HorizontalPodAutoscaler/web`, `Service/api`, `Job/migrate`.
  public let objects: [String]
  /// Lines of each container's current and of its previous log (the original document: 50).
  public let logLines: Int

  public static let podLimit = 32
  public static let objectLimit = 16

  public init(pods: [String], workload: WorkloadName?, objects: [String] = [], logLines: Int = 50) {
    self.pods = Array(pods.prefix(Self.podLimit))
    self.workload = workload
    self.objects = Array(objects.prefix(Self.objectLimit))
    self.logLines = logLines
  }

  init(_ object: consuming StrictObject) throws(StrictJSONError) {
    let pods = try object.strings("pods", limit: Self.podLimit)
    let objects = try object.strings("objects", limit: Self.objectLimit)
    let lines = try object.integer("logLines")
    guard (1...500).contains(lines) else { throw .wrongType(key: "gather.logLines", expected: "from 1 to 500") }
    let kind = try object.optionalString("workloadKind", limit: 64)
    let name = try object.optionalString("workloadName", limit: 253)
    try object.finish()
    guard (kind == nil) == (name == nil) else { throw .missingKey("gather.workloadKind and gather.workloadName") }
    self.pods = pods
    self.objects = objects
    workload = if let kind, let name { WorkloadName(kind: kind, name: name) } else { nil }
    logLines = Int(lines)
  }

  enum CodingKeys: String, CodingKey { case pods, workloadKind, workloadName, objects, logLines }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    pods = try container.decode([String].self, forKey: .pods)
    let kind = try container.decodeIfPresent(String.self, forKey: .workloadKind)
    let name = try container.decodeIfPresent(String.self, forKey: .workloadName)
    workload = if let kind, let name { WorkloadName(kind: kind, name: name) } else { nil }
    objects = try container.decode([String].self, forKey: .objects)
    logLines = try container.decode(Int.self, forKey: .logLines)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(pods, forKey: .pods)
    try container.encodeIfPresent(workload?.kind, forKey: .workloadKind)
    try container.encodeIfPresent(workload?.name, forKey: .workloadName)
    try container.encode(objects, forKey: .objects)
    try container.encode(logLines, forKey: .logLines)
  }
}

/// A workload within the agent's namespace.
public struct WorkloadName: Sendable, Hashable, Codable {
  /// `Deployment`, `StatefulSet`, …
  public let kind: String
  public let name: String

  public init(kind: String, name: String) {
    self.kind = kind
    self.name = name
  }
}
