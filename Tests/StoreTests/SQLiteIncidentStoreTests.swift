import GRDB
import Pipeline
import Testing
import Wire

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

  @Test("The first result of a command stays stored; one that comes after the command was given up is stored too")
  func storedResults() async throws {
    try await TemporaryStore.opened { store, files in
      let walk = try await Walk(store)
      let command = try #require(walk.incident.openCommand)
      _ = try await store.apply(
        .unanswered(command: command), to: 1, completing: nil, through: Situation.pipeline, at: walk.now)
      for reason in ["first", "second"] {
        let result = CommandResult(command: command, kind: .gather, outcome: .failed(reason), finishedAt: walk.now)
        #expect(try await store.record(result, from: "shop", through: Situation.pipeline, at: walk.now) == .empty)
      }
      let row = try files.sql { db in try Row.fetchOne(db, sql: "SELECT state, CAST(result AS TEXT) AS result FROM commands") }
      #expect(row?["state"] == "answered")
      #expect((row?["result"] as String?)?.contains("first") == true)
    }
  }
}
