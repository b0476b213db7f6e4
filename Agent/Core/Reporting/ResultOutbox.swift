import Wire

/// Results on their way up, kept until the control plane has them. Those of acts are in the journal as well.
actor ResultOutbox {
  static let limit = 256

  private var pending: [CommandResult] = []
  nonisolated let changed = ChangeSignal()

  var first: CommandResult? { pending.first }

  /// The first result of a command counts; a full box drops its oldest result that is no act's.
  func add(_ result: CommandResult) {
    guard !pending.contains(where: { $0.command == result.command && $0.kind == result.kind }) else { return }
    if pending.count >= Self.limit { pending.remove(at: pending.firstIndex { $0.kind != .act } ?? 0) }
    pending.append(result)
    changed.raise()
  }

  func remove(_ result: CommandResult) { pending.removeAll { $0.command == result.command && $0.kind == result.kind } }

  /// When the control plane will not have it as it is.
  func replace(_ result: CommandResult, with outcome: CommandResult.Outcome) {
    guard let index = pending.firstIndex(of: result) else { return }
    pending[index] = CommandResult(
      command: result.command, kind: result.kind, outcome: outcome, finishedAt: result.finishedAt)
  }
}
