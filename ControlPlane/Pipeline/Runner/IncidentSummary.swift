public import Wire

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

  public init(
    id: Incident.ID, timestamp: String, alertName: String, severity: String, namespace: String, pod: String?,
    description: String, logs: String?, aiAnalysis: String?, confidence: Double?, actionTaken: Action?,
    verified: Bool?, state: Incident.State, mode: Incident.Mode, workload: WorkloadName?, updatedAt: Timestamp
  ) {
    self.id = id
    self.timestamp = timestamp
    self.alertName = alertName
    self.severity = severity
    self.namespace = namespace
    self.pod = pod
    self.description = description
    self.logs = logs
    self.aiAnalysis = aiAnalysis
    self.confidence = confidence
    self.actionTaken = actionTaken
    self.verified = verified
    self.state = state
    self.mode = mode
    self.workload = workload
    self.updatedAt = updatedAt
  }
}

extension IncidentSummary {
  public init(_ incident: Incident) {
    self.init(
      id: incident.id, timestamp: incident.openedAt.rfc3339, alertName: incident.alertName, severity: incident.severity,
      namespace: incident.subject.namespace, pod: incident.subject.pods.first, description: incident.description,
      logs: incident.evidence?.tellingLines().joined(separator: "\n"), aiAnalysis: incident.decision?.reasoning,
      confidence: incident.decision?.confidence, actionTaken: incident.actionTaken, verified: incident.verification?.verified,
      state: incident.state, mode: incident.mode, workload: incident.subject.workload, updatedAt: incident.updatedAt)
  }
}
