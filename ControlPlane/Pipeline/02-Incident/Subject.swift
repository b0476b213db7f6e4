public import Wire

/// What an incident is about.
public struct Subject: Sendable, Hashable, Codable {
  /// `Command.clusterScope` for what no namespace holds, such as a node; empty when nothing says whose it is.
  public let namespace: String
  /// The workload that the inventory or the evidence confirmed, or the node; nil until one has.
  public let workload: WorkloadName?
  /// Pods that the alerts name, which may be gone or mean something else.
  public let pods: [String]
  /// Other objects that the alerts name, as `Kind/name`, most telling first: hints for the agent, which may lie.
  public let objects: [String]

  public static let podLimit = 64
  public static let objectLimit = GatherRequest.objectLimit

  public init(namespace: String, workload: WorkloadName?, pods: [String], objects: [String] = []) {
    self.namespace = namespace
    self.workload = workload
    self.pods = pods
    self.objects = objects
  }

  public var isCluster: Bool { namespace == Command.clusterScope }

  public var title: String {
    if isCluster { return objects.first ?? workload.map { "\($0.kind)/\($0.name)" } ?? "the cluster" }
    let name = workload?.name ?? pods.first ?? objects.first
    if namespace.isEmpty { return name ?? "the cluster" }
    return name.map { "\(namespace)/\($0)" } ?? namespace
  }

  /// The names by which further alerts find an incident whose workload nobody knows yet. A service is named last of the objects, since
  /// that label is often the exporter's.
  public var names: [String] {
    if !pods.isEmpty || workload != nil { return pods }
    return Array(objects.prefix(1))
  }

  func confirmed(_ workload: WorkloadName) -> Subject {
    Subject(namespace: namespace, workload: workload, pods: pods, objects: objects)
  }

  /// With the other's pods and objects, as far as there is room, and its workload when this one knows none.
  public func joined(by other: Subject) -> Subject {
    Subject(
      namespace: namespace, workload: workload ?? other.workload,
      pods: Self.joined(pods, other.pods, limit: Self.podLimit),
      objects: Self.joined(objects, other.objects, limit: Self.objectLimit))
  }

  private static func joined(_ known: [String], _ more: [String], limit: Int) -> [String] {
    Array((known + more.filter { !known.contains($0) }).prefix(limit))
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    namespace = try container.decode(String.self, forKey: .namespace)
    workload = try container.decodeIfPresent(WorkloadName.self, forKey: .workload)
    pods = try container.decode([String].self, forKey: .pods)
    // Incidents of the first schema have none.
    objects = try container.decodeIfPresent([String].self, forKey: .objects) ?? []
  }
}
