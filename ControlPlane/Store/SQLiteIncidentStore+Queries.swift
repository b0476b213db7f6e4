import GRDB
public import Pipeline
public import Wire

extension SQLiteIncidentStore {
  public func incident(_ id: Incident.ID) async throws(StoreError) -> Incident? {
    try await read { db in try db.incidents.find(id) }
  }

  public func history(
    of workload: WorkloadName, in namespace: String, except incident: Incident.ID, at now: Timestamp
  ) async throws(StoreError) -> WorkloadHistory {
    try await read { db in try WorkloadHistory(of: workload, in: namespace, except: incident, at: now, db) }
  }

  /// Incidents whose act was judged, by id: what precedents are made of.
  public func judgedIncidents(after id: Incident.ID, limit: Int) async throws(StoreError) -> [Incident] {
    try await read { db in try db.incidents.judged(after: id, limit: max(0, limit)) }
  }

  /// One page of the list of incidents, newest first.
  public func page(_ query: IncidentQuery) async throws(StoreError) -> IncidentPage {
    try await read { db in try db.incidents.page(query) }
  }

  /// What waits for a person, longest waiting first, `IncidentQuery.maximumLimit` at most.
  /// - Parameter namespaces: those that the asker may see; nil is all.
  public func awaitingApproval(in namespaces: Set<String>? = nil) async throws(StoreError) -> [Incident] {
    try await read { db in try db.incidents.awaitingApproval(in: namespaces) }
  }

  /// The story of one incident from its beginning, or from after an entry that is known.
  public func timeline(
    of incident: Incident.ID, after sequence: Int64 = 0, limit: Int = 1000
  ) async throws(StoreError) -> [StoredTimelineEntry] {
    try await read { db in try db.timeline.entries(of: incident, after: sequence, limit: max(0, limit)) }
  }

  /// The stories of all incidents in the order in which they happened.
  public func timeline(after sequence: Int64, limit: Int = 1000) async throws(StoreError) -> [StoredTimelineEntry] {
    try await read { db in try db.timeline.entries(after: sequence, limit: max(0, limit)) }
  }

  /// How many incidents there are in each state, tests included; a state without any is absent.
  public func countsByState() async throws(StoreError) -> [Incident.State: Int] {
    try await read { db in try db.incidents.countsByState() }
  }

  /// Answers when the database can be read.
  public func checkLiveness() async throws(StoreError) {
    _ = try await read { db in try db.meta.epoch() }
  }

  /// What SQLite finds wrong with the file (`PRAGMA quick_check`), empty when it is sound. Reads the whole file: for the
  /// background.
  public func integrityProblems(limit: Int = 10) async throws(StoreError) -> [String] {
    try await read { db in
      try String.fetchAll(db, sql: "PRAGMA quick_check(\(max(1, limit)))").filter { $0 != "ok" }
    }
  }
}
