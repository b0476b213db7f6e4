/// An event of the core group. The scheduler writes `eventTime` and leaves the other times null and `count` out; the kubelet and
/// the controllers do the reverse.
public struct Event: Resource, Hashable {
  public static let type = ResourceType(apiVersion: "v1", kind: "Event", plural: "events")

  public struct Subject: Sendable, Hashable, Decodable {
    public let kind: String?
    public let namespace: String?
    public let name: String?
    /// Missing in some events (TaintManagerEviction), and the node's name in those of nodes.
    public let uid: String?
    /// Such as `spec.containers{web}`.
    public let fieldPath: String?
  }

  public struct Series: Sendable, Hashable, Decodable {
    public let count: Int?
    public let lastObservedTime: APITime?
  }

  public struct Source: Sendable, Hashable, Decodable {
    public let component: String?
  }

  public let metadata: ObjectMetadata
  public let involvedObject: Subject
  public let reason: String?
  public let message: String?
  /// `Normal` or `Warning`.
  public let type: String?
  public let count: Int?
  public let firstTimestamp: APITime?
  public let lastTimestamp: APITime?
  public let eventTime: APITime?
  public let series: Series?
  public let source: Source?
  public let reportingComponent: String?

  public var firstSeen: APITime? { firstTimestamp ?? eventTime ?? metadata.creationTimestamp }
  public var lastSeen: APITime? { series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp }
  public var occurrences: Int { series?.count ?? count ?? 1 }

  /// Who reported it.
  public var reporter: String? {
    if let component = source?.component, !component.isEmpty { return component }
    return reportingComponent
  }
}
