
/// Questions about incidents, for the console and the API. All answers are bounded.
public protocol IncidentArchive: Sendable {
  func incident(_ id: Incident.ID) async throws(StoreError) -> Incident?
  /// Newest first.
  func incidents(_ page: IncidentSelection) async throws(StoreError) -> [Incident]
  /// Those whose proposal waits for a person, oldest first.
  func incidentsAwaitingApproval(limit: Int) async throws(StoreError) -> [Incident]
  /// The story of one incident, in order.
  func timeline(of incident: Incident.ID, limit: Int) async throws(StoreError) -> [StoredTimelineEntry]
  /// Entries of all incidents after a sequence number, in order: what a reader missed.
  func timeline(after sequence: Int64, limit: Int) async throws(StoreError) -> [StoredTimelineEntry]
  func incidentCounts() async throws(StoreError) -> [Incident.State: Int]
  /// Recomputes the hash chain.
  func auditChain() async throws(StoreError) -> AuditReport
}

/// Which incidents to list.
public struct IncidentSelection: Sendable, Hashable {
  public static let limit = 200

  /// From 1 to `IncidentSelection.limit`.
  public let count: Int
  /// Only those with smaller ids: the last id of the page before.
  public let before: Incident.ID?
  public let state: Incident.State?
  /// Only of these namespaces; nil is all.
  public let namespaces: Set<String>?

  public init(count: Int, before: Incident.ID? = nil, state: Incident.State? = nil, namespaces: Set<String>? = nil) {
    self.count = max(1, min(Self.limit, count))
    self.before = before
    self.state = state
    self.namespaces = namespaces
  }
}

/// What a check of the timeline's hash chain found.
public struct AuditReport: Sendable, Hashable {
  public let entries: Int64
  /// Hash of the last entry; empty when there is none.
  public let head: String
  /// Sequence number of the first entry whose hash does not fit; nil when the chain is whole.
  public let brokenAt: Int64?

  public init(entries: Int64, head: String, brokenAt: Int64?) {
    self.entries = entries
    self.head = head
    self.brokenAt = brokenAt
  }
}
