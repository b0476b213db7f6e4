import FoundationEssentials
import GRDB
import Pipeline
import Wire

extension Database {
  var timeline: TimelineTable { TimelineTable(db: self) }
}

/// The audit timeline: the stories of all incidents, and what is of none, in one sequence, each entry chained to the one before it. The
/// head is kept beside, so that cutting the end off shows as well.
struct TimelineTable {
  let db: Database

  func append(_ entry: TimelineEntry, to incident: Incident.ID) throws -> StoredTimelineEntry {
    let details = try DetailsText.text(entry.details)
    let place = try chain(
      ChainLink(incident: incident, at: entry.at, stage: entry.stage.rawValue, summary: entry.summary, details: details))
    try db.run(
      "INSERT INTO timeline (sequence, incident, at, stage, summary, details, hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
      [place.sequence, incident, entry.at.milliseconds, entry.stage.rawValue, entry.summary, details, Data(place.hash.bytes)])
    return StoredTimelineEntry(sequence: place.sequence, incident: incident, entry: entry, hash: place.hash.hexadecimal)
  }

  func append(_ entry: AuditEntry) throws {
    let details = try DetailsText.text(entry.details)
    let place = try chain(
      ChainLink(incident: nil, at: entry.at, stage: entry.topic.rawValue, summary: entry.summary, details: details))
    try db.run(
      "INSERT INTO audit (sequence, at, topic, summary, details, hash) VALUES (?, ?, ?, ?, ?, ?)",
      [place.sequence, entry.at.milliseconds, entry.topic.rawValue, entry.summary, details, Data(place.hash.bytes)])
  }

  /// Moves the head on by one link.
  private func chain(_ link: ChainLink) throws -> (sequence: Int64, hash: ChainHash) {
    let head = try self.head()
    let (sequence, hash) = (head.sequence + 1, try head.hash.next(link))
    try db.run("UPDATE timeline_head SET sequence = ?, hash = ?", [sequence, Data(hash.bytes)])
    return (sequence, hash)
  }

  func head() throws -> (sequence: Int64, hash: ChainHash) {
    guard let row = try db.row("SELECT sequence, hash FROM timeline_head") else { throw StoredJSONError(name: "timeline head") }
    return (row["sequence"], ChainHash(bytes: [UInt8](row["hash"] as Data)))
  }

  func entries(of incident: Incident.ID, after sequence: Int64, limit: Int) throws -> [StoredTimelineEntry] {
    try db.rows(
      """
      SELECT sequence, incident, at, stage, summary, details, hash FROM timeline WHERE incident = ? AND sequence > ?
      ORDER BY sequence LIMIT ?
      """, [incident, sequence, limit]
    ).map(Self.entry)
  }

  func entries(after sequence: Int64, limit: Int) throws -> [StoredTimelineEntry] {
    try db.rows(
      "SELECT sequence, incident, at, stage, summary, details, hash FROM timeline WHERE sequence > ? ORDER BY sequence LIMIT ?",
      [sequence, limit]
    ).map(Self.entry)
  }

  /// Entries of incidents and of none. Where a number was given twice, that of an incident comes first; sorting by both in SQL would read
  /// everything for each page.
  func chained(after sequence: Int64, limit: Int) throws -> [ChainedEntry] {
    try db.rows(
      """
      SELECT sequence, incident, at, stage, summary, details, hash FROM timeline WHERE sequence > ?1
      UNION ALL
      SELECT sequence, NULL, at, topic, summary, details, hash FROM audit WHERE sequence > ?1
      ORDER BY sequence LIMIT ?2
      """, [sequence, limit]
    ).map(ChainedEntry.init)
      .sorted { ($0.sequence, $0.link.incident == nil ? 1 : 0) < ($1.sequence, $1.link.incident == nil ? 1 : 0) }
  }

  /// The newest entry of a topic.
  func latest(_ topic: AuditEntry.Topic) throws -> AuditRecord? {
    try db.row(
      """
      SELECT sequence, NULL AS incident, at, topic AS stage, summary, details, hash FROM audit WHERE topic = ?
      ORDER BY sequence DESC LIMIT 1
      """, [topic.rawValue]
    ).map { ChainedEntry($0).record }
  }

  private static func entry(_ row: Row) throws -> StoredTimelineEntry {
    let sequence: Int64 = row["sequence"]
    guard let stage = TimelineEntry.Stage(rawValue: row["stage"]), let details = try? DetailsText.details(row["details"]) else {
      throw StoredJSONError(name: "timeline entry \(sequence)")
    }
    return StoredTimelineEntry(
      sequence: sequence, incident: row["incident"],
      entry: TimelineEntry(at: Timestamp(milliseconds: row["at"]), stage: stage, summary: row["summary"], details: details),
      hash: ChainHash(bytes: [UInt8](row["hash"] as Data)).hexadecimal)
  }
}
