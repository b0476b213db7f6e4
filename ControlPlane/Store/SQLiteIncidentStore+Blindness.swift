import GRDB
public import Pipeline
public import Wire

extension SQLiteIncidentStore: BlindnessLedger {
  public func note(_ spans: [BlindSpan], of namespace: String, at now: Timestamp) async throws(StoreError) {
    guard !spans.isEmpty else { return }
    try await write { db in
      for span in spans.prefix(BlindnessLimits.kept) { try db.blindSpans.save(span, of: namespace) }
      try db.blindSpans.prune(namespace, at: now)
    }
  }

  public func blindSpans(of namespace: String) async throws(StoreError) -> [BlindSpan] {
    try await read { db in try db.blindSpans.spans(of: namespace, limit: BlindnessLimits.shown) }
  }

  public func note(contacts: [String: Timestamp]) async throws(StoreError) {
    guard !contacts.isEmpty else { return }
    try await write { db in
      for (namespace, at) in contacts { try db.blindSpans.noteContact(namespace, at) }
    }
  }

  public func contacts() async throws(StoreError) -> [String: Timestamp] {
    try await read { db in try db.blindSpans.contacts() }
  }
}
