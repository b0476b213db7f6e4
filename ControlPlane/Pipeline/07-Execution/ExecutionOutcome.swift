public import Wire

/// What became of an order.
public enum ExecutionOutcome: Sendable, Hashable, Codable {
  case done(ActReport, at: Timestamp)
  /// The agent would not: nothing happened.
  case refused(CommandResult.Refusal, at: Timestamp)
  case failed(String, at: Timestamp)
  /// There may have been an effect.
  case unknown(String, at: Timestamp)

  var isUnknown: Bool {
    if case .unknown = self { true } else { false }
  }

  init(_ outcome: CommandResult.Outcome, at now: Timestamp) {
    switch outcome {
    case .acted(let report): self = .done(report, at: now)
    case .refused(let refusal): self = .refused(refusal, at: now)
    case .failed(let reason): self = .failed(reason, at: now)
    case .unknown(let reason): self = .unknown(reason, at: now)
    case .evidence, .observed, .stopped: self = .unknown("the agent answered an order with another kind of result", at: now)
    }
  }
}
