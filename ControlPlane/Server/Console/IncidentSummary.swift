import Pipeline
import Wire

/// An incident as lists show it: the original document's columns, and what the state machine adds.
struct IncidentSummary: Encodable {
  let id: Int64
  let timestamp: Timestamp
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
  let workload: String?
  let updatedAt: Timestamp
  let decidedBy: String?
  let conclusion: String?

  enum CodingKeys: String, CodingKey {
    case id, timestamp, severity, namespace, pod, description, logs, confidence, verified, state, workload, conclusion
    case alertName = "alert_name"
    case aiAnalysis = "ai_analysis"
    case actionTaken = "action_taken"
    case updatedAt = "updated_at"
    case decidedBy = "decided_by"
  }

  init(_ incident: Incident) {
    id = incident.id
    timestamp = incident.openedAt
    alertName = incident.alertName
    severity = incident.severity
    namespace = incident.subject.namespace
    pod = incident.subject.pods.first
    description = incident.description
    logs = incident.evidence?.tellingLines().joined(separator: "\n") ?? ""
    aiAnalysis = incident.decision?.reasoning
    confidence = incident.decision?.confidence
    actionTaken = incident.actionTaken
    verified = incident.verification?.verified
    state = incident.state
    workload = incident.subject.workload.map { "\($0.kind)/\($0.name)" }
    updatedAt = incident.updatedAt
    decidedBy = incident.decision?.decidedBy.description
    conclusion = incident.conclusion
  }
}

/// One incident, whole.
struct IncidentDetail: Encodable {
  let incident: IncidentSummary
  let timeline: [TimelineLine]
  let decision: Decision?
  let verdict: Verdict?
  let order: Order?
  let approval: Approval?
  let execution: ExecutionOutcome?
  let verification: Verification?
  let evidence: Evidence?

  init(_ incident: Incident, timeline: [StoredTimelineEntry]) {
    self.incident = IncidentSummary(incident)
    self.timeline = timeline.map(TimelineLine.init)
    decision = incident.decision
    verdict = incident.verdict
    order = incident.order
    approval = incident.approval
    execution = incident.execution
    verification = incident.verification
    evidence = incident.evidence
  }
}

struct TimelineLine: Encodable {
  let sequence: Int64
  let incident: Int64
  let at: Timestamp
  let stage: TimelineEntry.Stage
  let summary: String
  let hash: String

  init(_ stored: StoredTimelineEntry) {
    sequence = stored.sequence
    incident = stored.incident
    at = stored.entry.at
    stage = stored.entry.stage
    summary = stored.entry.summary
    hash = stored.hash
  }
}

/// A proposal that waits for a person.
struct PendingApproval: Encodable {
  let id: String
  let incident: Int64
  let action: Action
  let target: String
  let parameters: Order.Parameters
  let risk: Risk
  let confidence: Double?
  let reasoning: String?
  let reasons: [String]
  let askedAt: Timestamp
  let expiresAt: Timestamp

  enum CodingKeys: String, CodingKey {
    case id, incident, action, target, parameters, risk, confidence, reasoning, reasons
    case askedAt = "asked_at"
    case expiresAt = "expires_at"
  }

  init?(_ incident: Incident) {
    guard let approval = incident.approval, approval.answer == nil else { return nil }
    id = approval.id
    self.incident = incident.id
    action = approval.order.action
    target = approval.order.target.path
    parameters = approval.order.parameters
    risk = approval.order.risk
    confidence = incident.decision?.confidence
    reasoning = incident.decision?.reasoning
    reasons = approval.reasons
    askedAt = approval.askedAt
    expiresAt = approval.expiresAt
  }
}
