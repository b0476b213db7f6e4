import Pipeline
import Wire

/// An incident as lists show it: the original document's columns, and what the state machine adds.
struct IncidentRow: Encodable {
  let id: Int64
  let timestamp: String
  let alertName: String
  let severity: String
  let namespace: String
  let pod: String?
  let description: String
  let logs: String
  let aiAnalysis: String?
  let confidence: Double?
  let actionTaken: Action?
  let verified: Bool?
  let state: Incident.State
  let mode: Incident.Mode
  let workload: String?
  let updatedAt: Timestamp
  /// Only where the whole incident is at hand: not in lists.
  let decidedBy: String?
  let conclusion: String?

  enum CodingKeys: String, CodingKey {
    case id, timestamp, severity, namespace, pod, description, logs, confidence, verified, state, mode, workload, conclusion
    case alertName = "alert_name"
    case aiAnalysis = "ai_analysis"
    case actionTaken = "action_taken"
    case updatedAt = "updated_at"
    case decidedBy = "decided_by"
  }

  init(_ summary: IncidentSummary, decidedBy: String? = nil, conclusion: String? = nil) {
    id = summary.id
    timestamp = summary.timestamp
    alertName = summary.alertName
    severity = summary.severity
    namespace = summary.namespace
    pod = summary.pod
    description = summary.description
    logs = summary.logs ?? ""
    aiAnalysis = summary.aiAnalysis
    confidence = summary.confidence
    actionTaken = summary.actionTaken
    verified = summary.verified
    state = summary.state
    mode = summary.mode
    workload = summary.workload.map { "\($0.kind)/\($0.name)" }
    updatedAt = summary.updatedAt
    self.decidedBy = decidedBy
    self.conclusion = conclusion
  }

  init(_ incident: Incident) {
    self.init(
      IncidentSummary(incident), decidedBy: incident.decision?.decidedBy.description, conclusion: incident.conclusion)
  }
}
