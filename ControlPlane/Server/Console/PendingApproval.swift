import Pipeline
import Wire

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
