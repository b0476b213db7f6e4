import Wire

extension Notification {
  /// The subject of a fix is the original document's: `[AI-SRE] Fixed PodCrashLoopBackOff`.
  static func about(_ incident: Incident, _ kind: Kind) -> Notification {
    let verb =
      switch kind {
      case .fixed: "Fixed"
      case .escalated: "Needs a person:"
      case .approvalNeeded: "Approval needed:"
      }
    return Notification(
      incident: incident.id, kind: kind, subject: "[AI-SRE] \(verb) \(oneLine(incident.alertName))", body: body(incident, kind))
  }

  /// Carries the audit timeline's head out of the database's reach: `sre-control-plane audit verify --head` checks against it.
  func ending(with head: ChainHead) -> Notification {
    Notification(incident: incident, kind: kind, subject: subject, body: body + "\nAudit head \(head)\n")
  }

  private static func body(_ incident: Incident, _ kind: Kind) -> String {
    var lines = [
      "Incident \(incident.id): \(incident.alertName) (\(incident.severity)) on \(incident.subject.title)", "",
      incident.conclusion ?? incident.description, "",
    ]
    if let decision = incident.decision {
      lines.append("Decided by \(decision.decidedBy) with confidence \(decision.confidence): \(decision.reasoning)")
      if let absence = decision.modelAbsence { lines.append(absence) }
      lines += decision.findings.map { "- \($0.statement)" }
      lines.append("")
    }
    if let order = incident.order ?? incident.approval?.order {
      lines.append("Action: \(order.action.rawValue) on \(order.target.path)")
    }
    if let verification = incident.verification {
      lines.append("Verified: \(verification.verified ? "yes" : "no"), \(verification.reason)")
    }
    if let undo = incident.undo { lines.append("Then: \(undo.summary)") }
    if kind == .approvalNeeded, let approval = incident.approval {
      lines += [
        "Why you are asked: \(approval.reasons.joined(separator: "; "))", "The proposal expires at \(approval.expiresAt).",
      ]
    }
    if let evidence = incident.evidence { lines += EvidenceText(incident, evidence, at: incident.updatedAt).forPeople }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func oneLine(_ text: String) -> String {
    String(text.map { $0.isNewline ? " " : $0 }.prefix(120))
  }
}
