import Wire

extension Rule {
  static let freshness = Rule("evidence_freshness") { question in
    let age = question.evidence.gatheredAt.duration(to: question.now)
    guard age <= question.settings.evidenceLifetime else {
      return .refuses("the evidence is \(age.wholeMilliseconds / 1000) s old")
    }
    return .passes("the evidence is \(max(0, age.wholeMilliseconds / 1000)) s old")
  }

  static let confidence = Rule("confidence") { question in
    let (confidence, threshold) = (question.confidence, question.settings.confidenceThreshold)
    guard confidence >= threshold else { return .needsApproval("confidence \(confidence) is below \(threshold)") }
    return .passes("confidence \(confidence) reaches \(threshold)")
  }

  static let risk = Rule("risk") { question in
    let action = question.proposal.action
    if action.risk == .high { return .needsApproval("\(action.rawValue) is of high risk") }
    if question.settings.requireApprovalFor.contains(action) {
      return .needsApproval("REQUIRE_APPROVAL_FOR names \(action.rawValue)")
    }
    return .passes("\(action.rawValue) is of \(action.risk.rawValue) risk")
  }

  static let automation = Rule("automation") { question in
    question.settings.autoActionEnabled ? .passes("automatic action is on") : .needsApproval("automatic action is off")
  }
}
