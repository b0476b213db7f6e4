import GRDB
public import Pipeline

extension SQLiteIncidentStore: AuditLog {
  public func record(_ entry: AuditEntry) async throws(StoreError) {
    try await write { db in try db.timeline.append(entry) }
  }

  /// The newest entry of a topic; nil when there is none.
  public func latest(_ topic: AuditEntry.Topic) async throws(StoreError) -> AuditRecord? {
    try await read { db in try db.timeline.latest(topic) }
  }

  public func chainHead() async throws(StoreError) -> ChainHead {
    try await read { db in
      let head = try db.timeline.head()
      return ChainHead(sequence: head.sequence, hash: head.hash.hexadecimal)
    }
  }

  /// Entries of incidents and of none, in the order in which they were written.
  public func auditRecords(after sequence: Int64, limit: Int = 1000) async throws(StoreError) -> [AuditRecord] {
    try await read { db in try db.timeline.chained(after: sequence, limit: max(0, limit)).map(\.record) }
  }

  /// Follows the chain from its beginning, in pages, so that it holds neither writers nor the log up.
  public func verifyChain(against known: ChainHead? = nil) async throws(StoreError) -> ChainVerdict {
    var walk = ChainWalk(against: known)
    while true {
      if Task.isCancelled { throw .unavailable("the check of the timeline was cancelled") }
      let here = walk
      let (next, verdict) = try await read { db in
        var walk = here
        let head = try db.timeline.head()
        let verdict = try walk.follow(db.timeline.chained(after: here.sequence, limit: ChainWalk.pageSize), head: head)
        return (walk, verdict)
      }
      if let verdict { return verdict }
      walk = next
    }
  }
}
