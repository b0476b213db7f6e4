public import Pipeline
import Synchronization

/// Precedents in the incidents' own database, searched exactly in memory. A team's vectors are read when it is first asked about.
public final class SQLitePrecedentIndex: PrecedentIndex {
  private struct State {
    var shelves: [String: VectorShelf] = [:]
    /// Teams whose shelf lacks what was written since.
    var stale: Set<String> = []
  }

  private let store: SQLiteIncidentStore
  private let state = Mutex(State())

  public init(_ store: SQLiteIncidentStore) { self.store = store }

  public func remember(_ incidents: [RememberedIncident]) async throws(MemoryError) {
    try await run { () async throws(StoreError) in
      try await store.write { db in for incident in incidents { try db.memories.replace(incident) } }
    }
    state.withLock { state in state.stale.formUnion(incidents.map(\.team)) }
  }

  public func nearest(
    to embedding: Embedding, of team: String, atLeast similarity: Float, limit: Int
  ) async throws(MemoryError) -> [Recollection] {
    while true {
      if !isFresh(team) { try await read(team) }
      let hits = state.withLock { $0.shelves[team]?.nearest(to: embedding, atLeast: similarity, limit: limit) ?? [] }
      guard !hits.isEmpty else { return [] }
      let found = try await run { () async throws(StoreError) in
        try await store.read { db in try hits.map { hit in (hit, try db.memories.find(hit.sequence)) } }
      }
      let gone = found.filter { $0.1 == nil }.map(\.0.sequence)
      guard !gone.isEmpty else {
        return found.compactMap { hit, incident in incident.map { Recollection($0, similarity: hit.similarity) } }
      }
      // Replaced or forgotten since they were read.
      state.withLock { $0.shelves[team]?.remove(Set(gone)) }
    }
  }

  public func count() async throws(MemoryError) -> Int {
    try await run { () async throws(StoreError) in try await store.read { db in try db.memories.count() } }
  }

  public func forgetAll() async throws(MemoryError) {
    try await run { () async throws(StoreError) in try await store.write { db in try db.memories.removeAll() } }
    state.withLock { $0 = State() }
  }

  private func isFresh(_ team: String) -> Bool {
    state.withLock { $0.shelves[team] != nil && !$0.stale.contains(team) }
  }

  /// Takes up what was written since the shelf was last read. Two readers may do the same work; it counts once.
  private func read(_ team: String) async throws(MemoryError) {
    let last = state.withLock { state in
      state.stale.remove(team)
      return state.shelves[team]?.lastSequence
    }
    do throws(MemoryError) {
      let new = try await run { () async throws(StoreError) in
        try await store.read { db in
          var shelf = VectorShelf()
          try db.memories.vectors(of: team, after: last ?? 0) { shelf.append($1, sequence: $0) }
          return shelf
        }
      }
      state.withLock { $0.shelves[team, default: VectorShelf()].append(new) }
    } catch {
      state.withLock { _ = $0.stale.insert(team) }
      throw error
    }
  }

  private func run<Value>(_ body: () async throws(StoreError) -> Value) async throws(MemoryError) -> Value {
    do throws(StoreError) {
      return try await body()
    } catch {
      throw .unavailable("\(error)")
    }
  }
}
