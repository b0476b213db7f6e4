import Wire

extension Rule {
  /// By the clock of this side: an agent's may be wrong. The pipeline gathers anew before it comes to this.
  static let freshness = Rule(
    "evidence_freshness", .refuses, "Evidence older than 60 s is gathered again, and nothing is done on it."
  ) { question in
    let seconds = max(0, question.evidenceAge.wholeMilliseconds / 1000)
    guard question.evidenceAge <= question.settings.evidenceLifetime else { return .refuses("the evidence is \(seconds) s old") }
    return .passes("the evidence is \(seconds) s old")
  }

  static let confidence = Rule(
    "confidence", .asksAPerson, "Below a confidence of 0.8 the best candidate is proposed (`CONFIDENCE_THRESHOLD`)."
  ) { question in
    let (confidence, threshold) = (question.confidence, question.settings.confidenceThreshold)
    guard confidence >= threshold else { return .needsApproval("confidence \(confidence) is below \(threshold)") }
    return .passes("confidence \(confidence) reaches \(threshold)")
  }

  static let risk = Rule(
    "risk", .asksAPerson, "Actions of high risk always need a person, and those that `REQUIRE_APPROVAL_FOR` names."
  ) { question in
    let action = question.proposal.action
    if action.risk == .high { return .needsApproval("\(action.rawValue) is of high risk") }
    if question.settings.requireApprovalFor.contains(action) {
      return .needsApproval("REQUIRE_APPROVAL_FOR names \(action.rawValue)")
    }
    return .passes("\(action.rawValue) is of \(action.risk.rawValue) risk")
  }

  static let automation = Rule(
    "automation", .asksAPerson, "With `AUTO_ACTION_ENABLED=false` everything is proposed and nothing done alone."
  ) { question in
    question.settings.autoActionEnabled ? .passes("automatic action is on") : .needsApproval("automatic action is off")
  }
}
