/// Which incidents to list.
public struct IncidentQuery: Sendable, Hashable {
  public static let maximumLimit = 200

  /// Only incidents in one of these; nil is every state.
  public var states: Set<Incident.State>?
  /// Only those of these namespaces: what the asker may see. Nil is all; empty is none.
  public var namespaces: Set<String>?
  /// Only incidents older than this one: `IncidentPage.next` of the page before.
  public var before: Incident.ID?
  /// From 1 to `maximumLimit`; others are brought into that range.
  public var limit: Int

  public init(
    states: Set<Incident.State>? = nil, namespaces: Set<String>? = nil, before: Incident.ID? = nil, limit: Int = 50
  ) {
    self.states = states
    self.namespaces = namespaces
    self.before = before
    self.limit = limit
  }

  /// `limit`, brought into its range.
  public var boundedLimit: Int { min(max(1, limit), Self.maximumLimit) }
}

public struct IncidentPage: Sendable, Hashable {
  /// Newest first.
  public let incidents: [IncidentSummary]
  /// Where the next page begins; nil when this is the last one.
  public let next: Incident.ID?

  public init(incidents: [IncidentSummary], next: Incident.ID?) {
    self.incidents = incidents
    self.next = next
  }
}
