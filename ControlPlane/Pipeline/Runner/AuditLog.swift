public import Wire

/// Takes what belongs into the audit timeline and to no incident: sign-ins, changes of settings, keys and policy, starts.
///
/// It is the same chain of hashes as that of the incidents' stories, in one sequence. What is to be allowed only with a trace is done after
/// `record` has returned, never before.
public protocol AuditLog: Sendable {
  /// Returns when the entry is durable.
  func record(_ entry: AuditEntry) async throws(StoreError)
}

/// One entry of the audit timeline that is of no incident.
public struct AuditEntry: Sendable, Hashable {
  public enum Topic: String, Sendable, CaseIterable {
    /// A person signed in, signed out, or was refused. Details: `person`, `from`, `by` (the kind of credential).
    case signIn = "sign_in"
    /// A person was refused something, or did something that is of no incident. Details: `person`, `from`.
    case access
    /// A setting changed. Details: its name, `OLD → NEW`; secrets only as set or not set.
    case settings
    /// A policy was loaded, or refused. Details: `digest`, `file`.
    case policy
    /// Keys and key sets. Details: `version`, `key`.
    case keys
    /// An act is signed for one life of an agent. Details: `command`, `incident`, `agent`, `boot`, `epoch`, `sequence`, and the digests
    /// `payload`, `order`, `verdict`.
    case signing
    /// A control plane started or took over. Details: `epoch`, `version`.
    case start
  }

  /// Characters of a summary.
  public static let summaryLimit = 500
  /// Details of one entry, and characters of each name and value.
  public static let detailLimits = (count: 64, name: 64, value: 1000)

  public let at: Timestamp
  public let topic: Topic
  public let summary: String
  public let details: [String: String]

  /// What is longer than the limits is cut, with an ellipsis where it was.
  public init(at: Timestamp, topic: Topic, summary: String, details: [String: String] = [:]) {
    self.at = at
    self.topic = topic
    self.summary = summary.cut(to: Self.summaryLimit)
    let kept = details.sorted { $0.key < $1.key }.prefix(Self.detailLimits.count)
    self.details = Dictionary(
      kept.map { ($0.key.cut(to: Self.detailLimits.name), $0.value.cut(to: Self.detailLimits.value)) },
      uniquingKeysWith: { first, _ in first })
  }
}

/// An entry of the audit timeline as it stands in the chain, of an incident or of none.
public struct AuditRecord: Sendable, Hashable, Codable {
  /// Rises by one with every entry of the whole database.
  public let sequence: Int64
  /// Nil for what is of no incident.
  public let incident: Incident.ID?
  public let at: Timestamp
  /// A `TimelineEntry.Stage` or an `AuditEntry.Topic`; text, so that an entry that was changed to one which does not exist can still be
  /// named.
  public let kind: String
  public let summary: String
  public let details: [String: String]
  /// SHA-256 over the hash before it and the entry, in lower-case hexadecimal.
  public let hash: String

  public init(
    sequence: Int64, incident: Incident.ID?, at: Timestamp, kind: String, summary: String, details: [String: String], hash: String
  ) {
    self.sequence = sequence
    self.incident = incident
    self.at = at
    self.kind = kind
    self.summary = summary
    self.details = details
    self.hash = hash
  }
}

extension String {
  fileprivate func cut(to limit: Int) -> String { count > limit ? prefix(limit - 1) + "…" : self }
}
