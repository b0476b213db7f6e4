import Pipeline
import Testing

@testable import Store

@Suite("SQLiteIncidentStore")
struct SQLiteIncidentStoreTests {
  @Test("keeps the contract of a store", arguments: IncidentStoreConformance.all)
  func contract(_ promise: IncidentStoreConformance) async throws {
    try await TemporaryStore.opened { store, _ in try await promise.check(store) }
  }

  @Test("An incident read back from its document equals the one that was stored, at every step")
  func roundTrip() async throws {
    try await TemporaryStore.opened { store, _ in
      var walk = try await Walk(store, pipeline: Situation.asking)
      try await walk.gather()
      try await walk.decide()
      #expect(try await store.incident(1) == walk.incident)
      let commit = try await store.apply(
        .rejected(by: "ann", reason: "not now"), to: 1, completing: nil, through: Situation.asking, at: walk.now)
      #expect(try await store.incident(1) == commit.incidents.first)
    }
  }
}
