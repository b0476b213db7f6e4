import FoundationEssentials
import GRDB
import Pipeline
import Wire

extension Database {
  var evidence: EvidenceTable { EvidenceTable(db: self) }
}

/// The bundle on which an incident was decided last, apart from the incident: it is ten times as large, seldom changes, and is the first
/// thing to go with the years.
struct EvidenceTable {
  let db: Database

  func save(_ evidence: Evidence, of incident: Incident.ID) throws {
    try db.run(
      "INSERT INTO evidence (incident, document) VALUES (?, ?) ON CONFLICT DO UPDATE SET document = excluded.document",
      [incident, try StoredJSON.data(evidence)])
  }

  func isStored(of incident: Incident.ID) throws -> Bool {
    try db.value(Bool.self, "SELECT 1 FROM evidence WHERE incident = ?", [incident]) != nil
  }

  /// Deletes evidence of incidents that ended before a time, oldest first.
  /// - Parameter last: where the page before ended.
  /// - Returns: where this page ended, and how many are gone; nil when everything old has been seen. Ids rise with time: a page that ends
  ///   with a younger incident is the last.
  func prune(endedBefore cutoff: Timestamp, after last: Incident.ID, limit: Int) throws -> (last: Incident.ID, deleted: Int)? {
    let page = try db.rows(
      """
      SELECT incident, updated_at, state FROM evidence JOIN incidents ON id = incident WHERE incident > ?
      ORDER BY incident LIMIT ?
      """, [last, limit])
    var deleted = 0
    for row in page {
      let isOpen = Incident.State(rawValue: row["state"])?.isOpen ?? true
      guard !isOpen, Self.isOld(row, cutoff) else { continue }
      try db.run("DELETE FROM evidence WHERE incident = ?", [row["incident"] as Int64])
      deleted += 1
    }
    guard let end = page.last, Self.isOld(end, cutoff), page.count == limit else {
      return deleted == 0 ? nil : (.max, deleted)
    }
    return (end["incident"], deleted)
  }

  private static func isOld(_ row: Row, _ cutoff: Timestamp) -> Bool {
    let updatedAt: Int64 = row["updated_at"]
    return updatedAt < cutoff.milliseconds
  }
}
