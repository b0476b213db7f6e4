import Crypto
import FoundationEssentials
import GRDB
import Pipeline
import Wire

/// A link of the timeline's chain: SHA-256 over the hash before it (32 bytes; zeros before the first entry) and the canonical
/// JSON `{"entry":{"at":…,"details":…,"stage":…,"summary":…},"incident":…}`, without `details` where there are none and without
/// `incident` for what is of none.
struct ChainHash: Hashable {
  static let origin = ChainHash(bytes: [UInt8](repeating: 0, count: SHA256.byteCount))

  let bytes: [UInt8]

  func next(_ link: ChainLink) throws -> ChainHash {
    var hash = SHA256()
    hash.update(data: bytes)
    hash.update(data: try CanonicalJSON.bytes(of: link))
    return ChainHash(bytes: Array(hash.finalize()))
  }

  var hexadecimal: String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}

/// What a link covers. The stage is text here, so that an entry that was changed to one which does not exist is still followed; and so
/// are the details, which one may have made unreadable.
struct ChainLink: Encodable, Hashable {
  let incident: Incident.ID?
  let entry: Entry

  struct Entry: Encodable, Hashable {
    let at: Timestamp
    let stage: String
    let summary: String
    /// Canonical JSON.
    let details: String?
  }

  init(incident: Incident.ID?, at: Timestamp, stage: String, summary: String, details: String? = nil) {
    self.incident = incident
    entry = Entry(at: at, stage: stage, summary: summary, details: details)
  }
}

/// An entry as it lies in the database.
struct ChainedEntry {
  let sequence: Int64
  let link: ChainLink
  let hash: ChainHash

  var record: AuditRecord {
    AuditRecord(
      sequence: sequence, incident: link.incident, at: link.entry.at, kind: link.entry.stage, summary: link.entry.summary,
      details: link.entry.details.flatMap { try? DetailsText.details($0) } ?? [:], hash: hash.hexadecimal)
  }
}

extension ChainedEntry {
  /// - Parameter row: of `sequence, incident, at, stage, summary, details, hash`.
  init(_ row: Row) {
    self.init(
      sequence: row["sequence"],
      link: ChainLink(
        incident: row["incident"], at: Timestamp(milliseconds: row["at"]), stage: row["stage"], summary: row["summary"],
        details: row["details"]),
      hash: ChainHash(bytes: [UInt8](row["hash"] as Data)))
  }
}
