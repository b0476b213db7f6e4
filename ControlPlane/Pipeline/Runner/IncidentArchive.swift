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
  /// Follows the audit timeline's chain of hashes from its beginning.
  /// - Parameter known: a head that was kept elsewhere; nil checks against the database's own alone.
  func verifyChain(against known: ChainHead?) async throws(StoreError) -> ChainVerdict
  /// Where the chain ends now.
  func chainHead() async throws(StoreError) -> ChainHead
}

extension IncidentArchive {
  public func verifyChain() async throws(StoreError) -> ChainVerdict { try await verifyChain(against: nil) }
}
