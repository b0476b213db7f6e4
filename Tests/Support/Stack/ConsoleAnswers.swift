/// An incident as `/incidents` lists it.
public struct IncidentRow: Sendable, Decodable {
  public let id: Int64
  public let alertName: String
  public let namespace: String
  public let state: String
  /// `Deployment/checkout`, once the agent has confirmed it.
  public let workload: String?
  public let decidedBy: String?
  public let confidence: Double?
  public let actionTaken: String?
  public let verified: Bool?
  public let conclusion: String?

  public var isOpen: Bool { !["resolved", "escalated", "closed", "failed"].contains(state) }
}

/// An incident with its timeline, as `/incidents/{id}` tells it.
public struct IncidentStory: Sendable, Decodable {
  public let incident: IncidentRow
  public let timeline: [Entry]

  public struct Entry: Sendable, Decodable {
    public let sequence: Int64
    public let stage: String
    public let summary: String
  }

  /// The summaries of one stage.
  public func summaries(_ stage: String) -> [String] { timeline.filter { $0.stage == stage }.map(\.summary) }
}

/// A proposal that waits for a person, as `/pending` lists it.
public struct PendingApproval: Sendable, Decodable {
  public let id: String
  public let incident: Int64
  public let action: String
  public let target: String
  public let reasons: [String]
}

/// A `timeline` event of `/events`.
public struct TimelineNews: Sendable, Decodable {
  public let sequence: Int64
  public let incident: Int64
  /// RFC 3339.
  public let at: String
  public let stage: String
  public let summary: String
}

/// An agent as `/agents` lists it.
public struct LinkedAgent: Sendable, Decodable {
  public let namespace: String
  /// How many workloads its inventory names; nil before it has sent one.
  public let workloads: Int?
  public let pods: Int?
  /// Refused envelopes by reason.
  public let refusals: [String: Int]
}
