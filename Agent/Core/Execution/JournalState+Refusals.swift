import Wire

extension JournalState {
  /// What to answer to an act that is not carried out now, such as one whose time is over. An earlier life of this agent may have carried it
  /// out: then its result is the answer, and a bare intent is for the settlement to look into.
  /// - Returns: nil while nobody can tell.
  func answer(
    toRefused command: Command, _ refusal: CommandResult.Refusal, at now: Timestamp
  ) -> CommandResult? {
    guard let entry = entry(command.id) else {
      return CommandResult(command: command.id, kind: command.kind, outcome: .refused(refusal), finishedAt: now)
    }
    return entry.result
  }
}
