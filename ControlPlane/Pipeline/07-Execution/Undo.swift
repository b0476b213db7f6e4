public import Wire

/// The one attempt to take back an act that did not help, by the inverse that the agent recorded before it acted.
public struct Undo: Sendable, Hashable, Codable {
  public let order: Order
  public let verdict: Verdict
  public internal(set) var execution: ExecutionOutcome?
  public internal(set) var verification: Verification?

  init(order: Order, verdict: Verdict) {
    self.order = order
    self.verdict = verdict
  }

  /// What became of it, as the end of a sentence.
  var summary: String {
    let act = "\(order.action.rawValue) \(order.target.path)"
    switch (execution, verification) {
    case (_, let verification?):
      return verification.verified
        ? "undone by \(act), and what was before holds: \(verification.reason)" : "undone by \(act): \(verification.reason)"
    case (.done?, nil): return "undone by \(act), which nobody watched"
    case (.refused(let refusal, _)?, nil): return "undoing it by \(act) was refused: \(refusal.detail)"
    case (.failed(let reason, _)?, nil): return "undoing it by \(act) failed: \(reason)"
    case (.unknown(let reason, _)?, nil): return "whether \(act) undid it is unknown: \(reason)"
    case (nil, nil): return "it was not undone (\(act) was proposed)"
    }
  }
}

extension Proposal {
  /// - Parameter inverse: as the agent recorded it: target and values are the cluster's own from before the act.
  init(undoing inverse: Inverse) {
    self.init(
      action: inverse.action, target: inverse.target, preconditions: inverse.preconditions, parameters: inverse.parameters,
      expectedEffect: "What was changed is as it was before.")
  }
}
