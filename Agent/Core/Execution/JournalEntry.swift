import Wire

/// One act in the journal: the intent, written before the act, and the result, written after it. An intent without a result
/// is bare: the agent died in between, or does not know yet.
struct JournalEntry: Sendable, Hashable, Codable {
  let command: String
  let incident: String
  let action: Action
  let target: Target
  let intendedAt: Timestamp
  /// The end of the command's time; a bare intent past it is not acted upon again.
  let notAfter: Timestamp
  /// The values that the act replaces and sets, by JSON pointer; an absent member is null.
  let before: [String: String?]
  let after: [String: String?]
  var result: CommandResult?
  /// The control plane has the result.
  var acknowledged = false

  init(
    command: String, incident: String, action: Action, target: Target, intendedAt: Timestamp, notAfter: Timestamp,
    before: [String: String?], after: [String: String?]
  ) {
    self.command = command
    self.incident = incident
    self.action = action
    self.target = target
    self.intendedAt = intendedAt
    self.notAfter = notAfter
    self.before = before
    self.after = after
  }
}
