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
    try await read { db in
      try self.requireOwnEpoch(db)
      return try db.commands.open(for: namespace, after: sequence, at: now, limit: max(0, limit))
    }
  }

  public func authorise(_ commands: [Command], at now: Timestamp) async throws(StoreError) -> [SigningLeave] {
    try await write { db in try commands.compactMap { try self.leave(toSign: $0, at: now, db) } }
  }

  private func leave(toSign command: Command, at now: Timestamp, _ db: Database) throws -> SigningLeave? {
    guard let id = try db.commands.incident(ofOpen: command.sequence, command.id) else { return nil }
    let signed = try db.signings.note(command)
    if signed.isNew {
      var details = [
        "command": command.id, "incident": command.incident, "agent": command.agent, "boot": command.boot,
        "epoch": "\(command.epoch)", "sequence": "\(command.sequence)", "payload": command.digest,
      ]
      if case .act(let order) = command.task {
        details["order"] = order.digest
        details["verdict"] = order.verdictDigest
        details["approvers"] = command.approvers.joined(separator: ", ")
      }
      try db.timeline.append(
        AuditEntry(at: now, topic: .signing, summary: "Command \(command.id) is signed", details: details))
    }
    var warrant: Warrant?
    if case .act(let order) = command.task, let incident = try db.incidents.find(id) {
      warrant = Warrant(for: order, of: incident)
    }
    return SigningLeave(command: command, warrant: warrant, isFirst: signed.isFirst)
  }

  /// - Throws: `StoreError.superseded` when another control plane has begun a higher epoch.
  public func checkEpoch() async throws(StoreError) {
    try await read { db in try self.requireOwnEpoch(db) }
  }

  /// A commit that fails leaves the epoch where it was, and this process with a higher one of its own, which harms nobody.
  public func beginEpoch(above known: Int64) async throws(StoreError) -> Int64 {
    try await write { db in
      let epoch = try db.meta.raiseEpoch(above: known)
      self.noteOwnEpoch(epoch)
      return epoch
    }
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
