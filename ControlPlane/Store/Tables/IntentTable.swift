import FoundationEssentials
import GRDB
import Pipeline
import Wire

extension Database {
  var intents: IntentTable { IntentTable(db: self) }
}

/// Work that is committed to be done. A row goes when its work is complete; its id is not used again.
struct IntentTable {
  let db: Database

  func insert(_ intent: Intent, of incident: Incident.ID, dueAt: Timestamp) throws {
    try db.run(
      "INSERT INTO intents (incident, due_at, document) VALUES (?, ?, ?)",
      [incident, dueAt.milliseconds, try StoredJSON.data(intent)])
  }

  /// - Returns: the incident it was of; nil when it is no longer pending.
  func remove(_ id: PendingIntent.ID) throws -> Incident.ID? {
    try db.value(Int64.self, "DELETE FROM intents WHERE id = ? RETURNING incident", [id])
  }

  /// - Returns: false when it is no longer pending.
  func begin(_ id: PendingIntent.ID, at now: Timestamp) throws -> Bool {
    try db.value(
      Int64.self, "UPDATE intents SET begun_at = ?, attempts = attempts + 1 WHERE id = ? RETURNING id",
      [now.milliseconds, id]) != nil
  }

  /// An attempt that was not marked as begun counts here.
  func postpone(_ id: PendingIntent.ID, until: Timestamp, stillBegun: Bool) throws {
    try db.run(
      """
      UPDATE intents SET due_at = ?, attempts = attempts + (begun_at IS NULL), begun_at = CASE WHEN ? THEN begun_at END
      WHERE id = ?
      """, [until.milliseconds, stillBegun, id])
  }

  /// A row that cannot be read stays for a person to see, and neither stops nor crowds out those behind it.
  func due(at now: Timestamp, limit: Int) throws -> [PendingIntent] {
    let statement = try db.cachedStatement(
      sql: "SELECT id, incident, begun_at IS NOT NULL AS begun, attempts, document FROM intents WHERE due_at <= ? "
        + "ORDER BY due_at, id")
    let rows = try Row.fetchCursor(statement, arguments: [now.milliseconds])
    var found: [PendingIntent] = []
    while found.count < limit, let row = try rows.next() {
      let id: Int64 = row["id"]
      guard let intent = try? StoredJSON.value(Intent.self, row["document"], "intent \(id)") else { continue }
      found.append(
        PendingIntent(
          id: id, incident: row["incident"], intent: intent, begun: row["begun"], attempts: row["attempts"]))
    }
    return found
  }

  func nextDue(after now: Timestamp) throws -> Timestamp? {
    try db.value(Int64.self, "SELECT min(due_at) FROM intents WHERE due_at > ?", [now.milliseconds])
      .map(Timestamp.init(milliseconds:))
  }
}
