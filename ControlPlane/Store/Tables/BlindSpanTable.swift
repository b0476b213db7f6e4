import GRDB
import Pipeline
import Wire

extension Database {
  var blindSpans: BlindSpanTable { BlindSpanTable(db: self) }
}

/// What was not watched, by namespace, and when agents were last heard of.
struct BlindSpanTable {
  let db: Database

  /// A span is known by what it is about and when it began; its end is taken once.
  func save(_ span: BlindSpan, of namespace: String) throws {
    try db.run(
      """
      INSERT INTO blind_spans (namespace, what, began_at, ended_at, why) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET ended_at = coalesce(ended_at, excluded.ended_at)
      """,
      [namespace, span.what, span.from.milliseconds, span.to?.milliseconds, span.why])
  }

  func prune(_ namespace: String, at now: Timestamp) throws {
    try db.run(
      "DELETE FROM blind_spans WHERE namespace = ? AND ended_at < ?",
      [namespace, (now - BlindnessLimits.retention).milliseconds])
    try db.run(
      """
      DELETE FROM blind_spans WHERE namespace = ? AND (what, began_at) IN (
        SELECT what, began_at FROM blind_spans WHERE namespace = ? ORDER BY began_at DESC LIMIT -1 OFFSET ?)
      """, [namespace, namespace, BlindnessLimits.kept])
  }

  /// Newest first.
  func spans(of namespace: String, limit: Int) throws -> [BlindSpan] {
    try db.rows(
      "SELECT what, why, began_at, ended_at FROM blind_spans WHERE namespace = ? ORDER BY began_at DESC LIMIT ?",
      [namespace, limit]
    ).map { row in
      BlindSpan(
        what: row["what"], why: row["why"], from: Timestamp(milliseconds: row["began_at"]),
        to: (row["ended_at"] as Int64?).map(Timestamp.init(milliseconds:)))
    }
  }

  func noteContact(_ namespace: String, _ at: Timestamp) throws {
    try db.run(
      "INSERT INTO contacts (namespace, at) VALUES (?, ?) ON CONFLICT DO UPDATE SET at = max(at, excluded.at)",
      [namespace, at.milliseconds])
  }

  func contacts() throws -> [String: Timestamp] {
    let rows = try db.rows("SELECT namespace, at FROM contacts")
    return Dictionary(
      rows.map { ($0["namespace"], Timestamp(milliseconds: $0["at"])) }, uniquingKeysWith: { $1 })
  }
}
