import FoundationEssentials
import GRDB
import Pipeline
import Wire

extension Database {
  var memories: MemoryTable { MemoryTable(db: self) }
}

/// Remembered incidents. A row is never changed: what replaces it gets a sequence of its own.
struct MemoryTable {
  let db: Database

  func replace(_ incident: RememberedIncident) throws {
    try db.run("DELETE FROM memories WHERE id = ?", [incident.id])
    try db.run(
      """
      INSERT INTO memories (id, incident, team, alert_name, namespace, pod, action, verified, at, decided_by, version, vector)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        incident.id, incident.incident, incident.team, incident.alertName, incident.namespace, incident.pod,
        incident.action.rawValue, incident.verified, incident.at.milliseconds, incident.decidedBy, Embedding.version,
        Self.data(incident.embedding),
      ])
  }

  /// Calls `body` with the vectors of a team after a sequence, in their order. One that cannot be read is left out.
  func vectors(of team: String, after sequence: Int64, _ body: (Int64, [Float]) -> Void) throws {
    let statement = try db.cachedStatement(
      sql: "SELECT sequence, vector FROM memories WHERE team = ? AND version = ? AND sequence > ? ORDER BY sequence")
    let rows = try Row.fetchCursor(statement, arguments: [team, Embedding.version, sequence])
    while let row = try rows.next() {
      if let embedding = Self.embedding(row["vector"]) { body(row["sequence"], embedding.values) }
    }
  }

  func find(_ sequence: Int64) throws -> RememberedIncident? {
    guard let row = try db.row("SELECT * FROM memories WHERE sequence = ?", [sequence]),
      let action = Action(rawValue: row["action"]), let embedding = Self.embedding(row["vector"])
    else { return nil }
    return RememberedIncident(
      id: row["id"], incident: row["incident"], embedding: embedding, team: row["team"], alertName: row["alert_name"],
      namespace: row["namespace"], pod: row["pod"], action: action, verified: row["verified"],
      at: Timestamp(milliseconds: row["at"]), decidedBy: row["decided_by"])
  }

  func count() throws -> Int { try db.value(Int.self, "SELECT count(*) FROM memories") ?? 0 }

  func removeAll() throws { try db.run("DELETE FROM memories", []) }

  /// 48 floats of four bytes each, the lowest first.
  private static func data(_ embedding: Embedding) -> Data {
    Data(embedding.values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> ($0 * 8)) } })
  }

  private static func embedding(_ data: Data) -> Embedding? {
    guard data.count == Embedding.dimensions * 4 else { return nil }
    return data.withUnsafeBytes { bytes in
      Embedding(
        (0..<Embedding.dimensions).map { index in
          Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)))
        })
    }
  }
}
