/// Questions about incidents, for the console and the API. All answers are bounded.
public protocol IncidentArchive: Sendable {
  func incident(_ id: Incident.ID) async throws(StoreError) -> Incident?
  /// One page of the list of incidents, newest first.
  func page(_ query: IncidentQuery) async throws(StoreError) -> IncidentPage
  /// What waits for a person, longest waiting first, `IncidentQuery.maximumLimit` at most.
  /// - Parameter namespaces: those that the asker may see; nil is all.
  func awaitingApproval(in namespaces: Set<String>?) async throws(StoreError) -> [Incident]
  /// The story of one incident from its beginning, or from after an entry that is known.
  func timeline(of incident: Incident.ID, after sequence: Int64, limit: Int) async throws(StoreError) -> [StoredTimelineEntry]
  /// The stories of all incidents in the order in which they happened.
  func timeline(after sequence: Int64, limit: Int) async throws(StoreError) -> [StoredTimelineEntry]
  /// How many incidents there are in each state, tests included; a state without any is absent.
  func countsByState() async throws(StoreError) -> [Incident.State: Int]
  /// Answers when the database can be read.
  func checkLiveness() async throws(StoreError)
  /// Follows the timeline's chain of hashes from its beginning.
  func verifyChain() async throws(StoreError) -> ChainVerdict
}

/// What following the timeline's chain of hashes found.
public enum ChainVerdict: Sendable, Hashable {
  /// Every entry follows from the one before it. The head may be kept elsewhere, as a proof of everything up to here.
  case intact(entries: Int64, head: String)
  /// The first entry that does not follow: it, or one before it, was changed, removed or put in.
  case broken(sequence: Int64)
}
