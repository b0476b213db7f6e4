import FoundationEssentials
import GRDB
import Pipeline
import Wire

extension Database {
  var timeline: TimelineTable { TimelineTable(db: self) }
}

/// The stories of all incidents in one sequence, each entry chained to the one before it. The head is kept beside, so that
/// cutting the end off shows as well.
struct TimelineTable {
  let db: Database

  func append(_ entry: TimelineEntry, to incident: Incident.ID) throws -> StoredTimelineEntry {
    let head = try self.head()
    let link = ChainLink(incident: incident, at: entry.at, stage: entry.stage.rawValue, summary: entry.summary)
    let hash = try head.hash.next(link)
    let sequence = head.sequence + 1
    try db.run(
      "INSERT INTO timeline (sequence, incident, at, stage, summary, hash) VALUES (?, ?, ?, ?, ?, ?)",
      [sequence, incident, entry.at.milliseconds, entry.stage.rawValue, entry.summary, Data(hash.bytes)])
    try db.run("UPDATE timeline_head SET sequence = ?, hash = ?", [sequence, Data(hash.bytes)])
    return StoredTimelineEntry(sequence: sequence, incident: incident, entry: entry, hash: hash.hexadecimal)
  }

  func head() throws -> (sequence: Int64, hash: ChainHash) {
    guard let row = try db.row("SELECT sequence, hash FROM timeline_head") else { throw StoredJSONError(name: "timeline head") }
    return (row["sequence"], ChainHash(bytes: [UInt8](row["hash"] as Data)))
  }

  func entries(of incident: Incident.ID, after sequence: Int64, limit: Int) throws -> [StoredTimelineEntry] {
    try db.rows(
      """
      SELECT sequence, incident, at, stage, summary, hash FROM timeline WHERE incident = ? AND sequence > ?
      ORDER BY sequence LIMIT ?
      """, [incident, sequence, limit]
    ).map(Self.entry)
  }

  func entries(after sequence: Int64, limit: Int) throws -> [StoredTimelineEntry] {
    try db.rows(
      "SELECT sequence, incident, at, stage, summary, hash FROM timeline WHERE sequence > ? ORDER BY sequence LIMIT ?",
      [sequence, limit]
    ).map(Self.entry)
  }

  func links(after sequence: Int64, limit: Int) throws -> [(sequence: Int64, link: ChainLink, hash: ChainHash)] {
    try db.rows(
      "SELECT sequence, incident, at, stage, summary, hash FROM timeline WHERE sequence > ? ORDER BY sequence LIMIT ?",
      [sequence, limit]
    ).map { row in
      let link = ChainLink(
        incident: row["incident"], at: Timestamp(milliseconds: row["at"]), stage: row["stage"], summary: row["summary"])
      return (row["sequence"], link, ChainHash(bytes: [UInt8](row["hash"] as Data)))
    }
  }

  private static func entry(_ row: Row) throws -> StoredTimelineEntry {
    let sequence: Int64 = row["sequence"]
    guard let stage = TimelineEntry.Stage(rawValue: row["stage"]) else {
      throw StoredJSONError(name: "timeline entry \(sequence)")
    }
    return StoredTimelineEntry(
      sequence: sequence, incident: row["incident"],
      entry: TimelineEntry(at: Timestamp(milliseconds: row["at"]), stage: stage, summary: row["summary"]),
      hash: ChainHash(bytes: [UInt8](row["hash"] as Data)).hexadecimal)
  }
}
