/// The end of the audit timeline's chain. Kept elsewhere, it proves everything up to there: mails and metrics carry it.
public struct ChainHead: Sendable, Hashable {
  /// Of the last entry; 0 for an empty timeline.
  public let sequence: Int64
  /// In lower-case hexadecimal.
  public let hash: String

  public init(sequence: Int64, hash: String) {
    self.sequence = sequence
    self.hash = hash
  }

  /// `SEQUENCE:HASH`, as ``description`` writes it.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ":")
    guard parts.count == 2, let sequence = Int64(parts[0]), sequence >= 0, parts[1].count == 64,
      parts[1].allSatisfy({ $0.isHexDigit && !$0.isUppercase })
    else { return nil }
    self.init(sequence: sequence, hash: String(parts[1]))
  }
}

extension ChainHead: CustomStringConvertible {
  public var description: String { "\(sequence):\(hash)" }
}

/// What following the audit timeline's chain of hashes found.
public enum ChainVerdict: Sendable, Hashable {
  /// Every entry follows from the one before it.
  case intact(entries: Int64, head: String)
  /// At least one break, at most ``ChainBreak/limit``, in the order of the entries.
  case broken([ChainBreak])
}

/// An entry that is not as it was written.
public enum ChainBreak: Sendable, Hashable {
  /// Breaks that are told one by one.
  public static let limit = 100

  /// Its content or its hash is another than what was written.
  case changed(AuditRecord)
  case missing(from: Int64, through: Int64)
  /// It is unchanged, and stands where it was not written.
  case moved(AuditRecord, belongsAt: Int64)
  /// It was never written: it stands behind the end, or in the place of another.
  case added(AuditRecord)
  /// The end that is kept beside the entries, or that was given, is another.
  case head(sequence: Int64)

  /// Where it is.
  public var sequence: Int64 {
    switch self {
    case .changed(let entry), .moved(let entry, _), .added(let entry): entry.sequence
    case .missing(let from, _): from
    case .head(let sequence): sequence
    }
  }
}

extension ChainBreak: CustomStringConvertible {
  public var description: String {
    switch self {
    case .changed(let entry): "entry \(entry.sequence) was changed: \(entry.title)"
    case .missing(let from, let through):
      from == through ? "entry \(from) is missing" : "entries \(from) to \(through) are missing"
    case .moved(let entry, let place): "entry \(entry.sequence) was moved, it was written as entry \(place): \(entry.title)"
    case .added(let entry): "entry \(entry.sequence) was added: \(entry.title)"
    case .head(let sequence):
      "the head does not fit entry \(sequence): the timeline was replaced as a whole, or the head was changed"
    }
  }
}

extension AuditRecord {
  fileprivate var title: String {
    "\(at) \(incident.map { "incident \($0), " } ?? "")\(kind), “\(summary.prefix(120))”"
  }
}
