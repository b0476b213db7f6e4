import Crypto
import Pipeline
import Wire

/// A link of the timeline's chain: SHA-256 over the hash before it (32 bytes; zeros before the first entry) and the canonical
/// JSON `{"entry":{"at":…,"stage":…,"summary":…},"incident":…}`.
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

/// What a link covers. The stage is text here, so that an entry that was changed to one which does not exist is still followed.
struct ChainLink: Encodable {
  let incident: Incident.ID
  let entry: Entry

  struct Entry: Encodable {
    let at: Timestamp
    let stage: String
    let summary: String
  }

  init(incident: Incident.ID, at: Timestamp, stage: String, summary: String) {
    self.incident = incident
    entry = Entry(at: at, stage: stage, summary: summary)
  }
}
