public import Wire

/// What an incident is about.
public struct Subject: Sendable, Hashable, Codable {
  public let namespace: String
  /// The workload that the inventory or the evidence confirmed; nil until one has.
  public let workload: WorkloadName?
  /// Pods that the alerts name, which may be gone or mean something else.
  public let pods: [String]

  public static let podLimit = 64

  public init(namespace: String, workload: WorkloadName?, pods: [String]) {
    self.namespace = namespace
    self.workload = workload
    self.pods = pods
  }

  public var title: String {
    if namespace.isEmpty { return pods.first ?? "the cluster" }
    if let workload { return "\(namespace)/\(workload.name)" }
    return pods.first.map { "\(namespace)/\($0)" } ?? namespace
  }

  func confirmed(_ workload: WorkloadName) -> Subject {
    Subject(namespace: namespace, workload: workload, pods: pods)
  }

  /// With the other's pods, as far as there is room, and its workload when this one knows none.
  public func joined(by other: Subject) -> Subject {
    let new = other.pods.filter { !pods.contains($0) }
    return Subject(
      namespace: namespace, workload: workload ?? other.workload, pods: Array((pods + new).prefix(Self.podLimit)))
  }
}
