import FoundationEssentials
import GRDB
public import Pipeline
public import Wire

extension SQLiteIncidentStore {
  public func dueIntents(at now: Timestamp, limit: Int) async throws(StoreError) -> [PendingIntent] {
    try await read { db in try db.intents.due(at: now, limit: max(0, limit)) }
  }

  public func nextIntentDue(after now: Timestamp) async throws(StoreError) -> Timestamp? {
    try await read { db in try db.intents.nextDue(after: now) }
  }

  /// - Throws: `StoreError.refused` when the intent is no longer pending: its work must not be done.
  public func begin(_ intent: PendingIntent.ID, at now: Timestamp) async throws(StoreError) {
    try await write { db in
      guard try db.intents.begin(intent, at: now) else {
        throw IncidentError.notAllowed("intent \(intent) is no longer pending")
      }
    }
  }

  public func postpone(_ intent: PendingIntent.ID, until: Timestamp, stillBegun: Bool) async throws(StoreError) {
    try await write { db in try db.intents.postpone(intent, until: until, stillBegun: stillBegun) }
  }

  public func complete(_ intent: PendingIntent.ID, noting entry: TimelineEntry?) async throws(StoreError) -> Commit {
    try await write { db in
      guard let incident = try db.intents.remove(intent), let entry else { return .empty }
      return Commit(timeline: [try db.timeline.append(entry, to: incident)])
    }
  }

  public func openCommands(
    for namespace: String, after sequence: Int64, at now: Timestamp, limit: Int
  ) async throws(StoreError) -> [OpenCommand] {
    try await read { db in try db.commands.open(for: namespace, after: sequence, at: now, limit: max(0, limit)) }
  }

  public func beginEpoch(above known: Int64) async throws(StoreError) -> Int64 {
    try await write { db in try db.meta.raiseEpoch(above: known) }
  }

  /// A bundle of evidence is kept with its incident; here only what proves which it was.
  func encoded(_ result: CommandResult) throws(StoreError) -> Data {
    do {
      guard case .evidence(let evidence) = result.outcome else { return try StoredJSON.data(result) }
      return try StoredJSON.data(try GatheredResult(result, evidence))
    } catch {
      throw .unavailable("the result of command \(result.command) cannot be stored")
    }
  }
}
