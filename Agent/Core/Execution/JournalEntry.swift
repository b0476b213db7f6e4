import Wire

/// One act in the journal: the intent, written before the act, and the result, written after it. An intent without a result
/// is bare: the agent died in between, or does not know yet.
struct JournalEntry: Sendable, Hashable, Codable {
  let command: String
  let incident: String
  let action: Action
  let target: Target
  /// Nil in a journal of an older version.
  let parameters: Order.Parameters?
  let intendedAt: Timestamp
  /// The end of the command's time; a bare intent past it is not acted upon again.
  let notAfter: Timestamp
  /// The values that the act replaces and sets, by JSON pointer; an absent member is null.
  let before: [String: String?]
  let after: [String: String?]
  let inverse: Inverse?
  let detail: String?
  /// Of a drain: the pods that it evicts. Goes when the result comes.
  private(set) var plan: [PlannedEviction]?
  private(set) var result: CommandResult?
  /// The control plane has the result.
  var acknowledged = false

  init(_ change: ActChange, of order: Order, command: Command, now: Timestamp) {
    self.init(
      command: command.id, incident: command.incident, action: order.action, target: order.target,
      parameters: order.parameters, intendedAt: now, notAfter: command.notAfter, change)
  }

  init(
    command: String, incident: String, action: Action, target: Target, parameters: Order.Parameters? = nil,
    intendedAt: Timestamp, notAfter: Timestamp, _ change: ActChange
  ) {
    self.command = command
    self.incident = incident
    self.action = action
    self.target = target
    self.parameters = parameters
    self.intendedAt = intendedAt
    self.notAfter = notAfter
    before = change.before
    after = change.after
    inverse = change.inverse
    detail = change.detail
    plan = change.plan
  }

  /// Characters of a result's detail that the journal keeps: the output of a command may be long, and a ConfigMap is not.
  static let detailLimit = 2000

  mutating func finish(with result: CommandResult) {
    self.result = result.cut(to: Self.detailLimit)
    plan = nil
  }

  func report(generation: Int64?, alreadyDone: Bool, detail: String? = nil) -> ActReport {
    ActReport(
      generation: generation, before: before, after: after, alreadyDone: alreadyDone, inverse: inverse,
      detail: detail ?? self.detail)
  }
}

extension CommandResult {
  fileprivate func cut(to limit: Int) -> CommandResult {
    func short(_ text: String) -> String { text.count > limit ? text.prefix(limit) + "…" : text }
    let outcome: Outcome =
      switch outcome {
      case .acted(let report):
        .acted(
          ActReport(
            generation: report.generation, before: report.before, after: report.after, alreadyDone: report.alreadyDone,
            inverse: report.inverse, detail: report.detail.map(short)))
      case .unknown(let text): .unknown(short(text))
      case .failed(let text): .failed(short(text))
      case .refused, .evidence, .observed, .stopped: outcome
      }
    return CommandResult(command: command, kind: kind, outcome: outcome, finishedAt: finishedAt)
  }
}
