public import Pipeline
public import Wire

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

  var boundedLimit: Int { min(max(1, limit), Self.maximumLimit) }
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

/// An incident as a list shows it: the original document's columns, and what the list is filtered by.
public struct IncidentSummary: Sendable, Hashable, Identifiable {
  public let id: Incident.ID
  /// When it was opened, as RFC 3339.
  public let timestamp: String
  public let alertName: String
  public let severity: String
  public let namespace: String
  /// The first pod that its alerts name.
  public let pod: String?
  public let description: String
  /// The telling lines.
  public let logs: String?
  /// The reasoning of the decision.
  public let aiAnalysis: String?
  public let confidence: Double?
  /// What the agent did, once it has.
  public let actionTaken: Action?
  /// Whether it helped; nil until that is known.
  public let verified: Bool?
  public let state: Incident.State
  public let mode: Incident.Mode
  public let workload: WorkloadName?
  public let updatedAt: Timestamp
}
