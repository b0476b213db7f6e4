import FoundationEssentials
import GRDB
import Pipeline
import Wire

extension Database {
  var commands: CommandTable { CommandTable(db: self) }
}

/// The outbox. The row's number is the sequence on the wire.
struct CommandTable {
  private enum State: String {
    case open, unanswered, answered
  }

  let db: Database

  func insert(_ draft: CommandDraft, of incident: Incident.ID) throws -> OpenCommand {
    try db.run(
      "INSERT INTO commands (id, incident, namespace, kind, not_after, state, draft) VALUES (?, ?, ?, ?, ?, ?, ?)",
      [
        draft.id, incident, draft.namespace, draft.task.kind.rawValue, draft.notAfter.milliseconds, State.open.rawValue,
        try StoredJSON.data(draft),
      ])
    return OpenCommand(sequence: db.lastInsertedRowID, draft: draft)
  }

  /// Keeps the first result of a command.
  /// - Returns: the incident that the command was of; nil when there is no such command of that namespace, or it has a result.
  func answer(_ id: String, of namespace: String, with result: Data, at now: Timestamp) throws -> Incident.ID? {
    try db.value(
      Int64.self,
      """
      UPDATE commands SET state = 'answered', result = ?, answered_at = ?
      WHERE id = ? AND namespace = ? AND result IS NULL RETURNING incident
      """, [result, now.milliseconds, id, namespace])
  }

  func isAnswered(_ id: String) throws -> Bool {
    try db.value(Bool.self, "SELECT 1 FROM commands WHERE id = ? AND result IS NOT NULL", [id]) != nil
  }

  /// It is no longer put before the agent; a result that comes late is still kept.
  func giveUp(_ id: String) throws {
    try db.run("UPDATE commands SET state = 'unanswered' WHERE id = ? AND state = 'open'", [id])
  }

  /// Counts a line of progress.
  /// - Returns: the incident of the act; nil when it is none of that namespace that is under way, or has said enough for now.
  func progress(_ progress: ActProgress, of namespace: String, at now: Timestamp) throws -> Incident.ID? {
    let isLast = progress.done >= progress.total
    return try db.value(
      Int64.self,
      """
      UPDATE commands SET progress_at = ?, progress_lines = progress_lines + 1
      WHERE id = ? AND namespace = ? AND kind = 'act' AND result IS NULL AND progress_lines < ?
        AND (progress_at IS NULL OR progress_at <= ?)
      RETURNING incident
      """,
      [
        now.milliseconds, progress.command, namespace, ProgressLimits.lines + (isLast ? 1 : 0),
        (isLast ? now : now - ProgressLimits.interval).milliseconds,
      ])
  }

  /// - Parameter sequence: above the highest number that was ever given out, it comes from another database and counts as 0.
  func open(for namespace: String, after sequence: Int64, at now: Timestamp, limit: Int) throws -> [OpenCommand] {
    let sequence = try sequence > highestSequence() ? 0 : sequence
    return try db.rows(
      """
      SELECT sequence, draft FROM commands
      WHERE state = 'open' AND namespace = ? AND sequence > ? AND not_after > ? ORDER BY sequence LIMIT ?
      """, [namespace, sequence, now.milliseconds, limit]
    ).compactMap { row in
      // One that an earlier version stored and this one cannot read is not sent: its time runs out, and that is noticed.
      let sequence: Int64 = row["sequence"]
      return (try? StoredJSON.value(CommandDraft.self, row["draft"], "command \(sequence)")).map {
        OpenCommand(sequence: sequence, draft: $0)
      }
    }
  }

  /// The incident of a command that still waits for its answer.
  func incident(ofOpen sequence: Int64, _ id: String) throws -> Incident.ID? {
    try db.value(
      Int64.self, "SELECT incident FROM commands WHERE sequence = ? AND id = ? AND state = 'open'", [sequence, id])
  }

  private func highestSequence() throws -> Int64 {
    try db.value(Int64.self, "SELECT seq FROM sqlite_sequence WHERE name = 'commands'") ?? 0
  }
}

extension CommandDraft.Task {
  fileprivate var kind: Command.Kind {
    switch self {
    case .gather: .gather
    case .act: .act
    case .observe: .observe
    case .stop: .stop
    }
  }
}
