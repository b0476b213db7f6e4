import GRDB
import Pipeline
import Testing
import Wire

@testable import Store

@Suite("Rows that cannot be read")
struct UnreadableRowTests {
  @Test("An intent that cannot be read is left out, neither stops nor crowds out the others, and stays in the table")
  func intent() async throws {
    try await TemporaryStore.opened { store, files in
      for name in ["f1", "f2", "f3"] { _ = try await Walk(store, Situation.opening(name, namespace: name)) }
      try files.sql { db in try db.execute(sql: "UPDATE intents SET document = x'7b7d' WHERE incident < 3") }
      let due = try await store.dueIntents(at: Situation.start + .seconds(3600), limit: 1)
      #expect(due.map(\.incident) == [3])
      #expect(try files.sql { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM intents") } == 3)
    }
  }

  @Test("A result for an incident that cannot be read is kept, so that its agent need not send it again")
  func incident() async throws {
    try await TemporaryStore.opened { store, files in
      let walk = try await Walk(store)
      try files.sql { db in try db.execute(sql: "UPDATE incidents SET document = x'7b7d'") }
      let command = try #require(walk.incident.openCommand)
      let result = CommandResult(command: command, kind: .gather, outcome: .failed("no"), finishedAt: walk.now)
      #expect(try await store.record(result, from: "shop", through: Situation.pipeline, at: walk.now) == .empty)
      #expect(try files.sql { db in try Bool.fetchOne(db, sql: "SELECT result IS NOT NULL FROM commands") } == true)
      #expect(try await store.openCommands(for: "shop", after: 0, at: walk.now, limit: 10).isEmpty)
    }
  }
}
