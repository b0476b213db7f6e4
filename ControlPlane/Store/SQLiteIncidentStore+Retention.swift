import GRDB
public import Pipeline
public import Wire

extension SQLiteIncidentStore {
  /// Deletes the evidence of incidents that ended before a time. The incidents, their stories and the digests of their evidence stay.
  /// - Parameter page: incidents looked at in one transaction, so that nobody waits long for the writer.
  /// - Returns: how many bundles are gone.
  public func pruneEvidence(endedBefore cutoff: Timestamp, page size: Int = 200) async throws(StoreError) -> Int {
    var last: Incident.ID = 0
    var deleted = 0
    while !Task.isCancelled {
      let here = last
      let page = try await write { db in try db.evidence.prune(endedBefore: cutoff, after: here, limit: size) }
      guard let page else { break }
      deleted += page.deleted
      last = page.last
    }
    return deleted
  }
}
