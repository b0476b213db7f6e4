import Pipeline
import Wire

/// One incident, whole.
struct IncidentDetail: Encodable {
  let incident: IncidentRow
  let timeline: [TimelineLine]
  let decision: Decision?
  let verdict: Verdict?
  let order: Order?
  let approval: Approval?
  let execution: ExecutionOutcome?
  let verification: Verification?
  let undo: Undo?
  let evidence: Evidence?

  init(_ incident: Incident, timeline: [StoredTimelineEntry]) {
    self.incident = IncidentRow(incident)
    self.timeline = timeline.map(TimelineLine.init)
    decision = incident.decision
    verdict = incident.verdict
    order = incident.order
    approval = incident.approval
    execution = incident.execution
    verification = incident.verification
    undo = incident.undo
    evidence = incident.evidence
  }
}

struct TimelineLine: Encodable {
  let sequence: Int64
  let incident: Int64
  let at: Timestamp
  let stage: TimelineEntry.Stage
  let summary: String
  /// What proves it; absent where there is nothing.
  let details: [String: String]?
  let hash: String

  init(_ stored: StoredTimelineEntry) {
    sequence = stored.sequence
    incident = stored.incident
    at = stored.entry.at
    stage = stored.entry.stage
    summary = stored.entry.summary
    details = stored.entry.details.isEmpty ? nil : stored.entry.details
    hash = stored.hash
  }
}
