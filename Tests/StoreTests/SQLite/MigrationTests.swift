import Foundation
import GRDB
import Pipeline
import Testing
import Wire

@testable import Store

@Suite("A database of an earlier version")
struct MigrationTests {
  private func opened(_ body: (SQLiteIncidentStore, TemporaryStore) async throws -> Void) async throws {
    try await TemporaryStore.run { files in
      try FirstSchema.write(to: files.path)
      let store = try SQLiteIncidentStore(path: files.path)
      try await body(store, files)
      try await store.close()
    }
  }

  @Test("opens, and its incidents are there with the evidence that they had")
  func opens() async throws {
    try await opened { store, files in
      let incident = try #require(try await store.incident(1))
      #expect(incident.state == .verifying)
      #expect(incident.subject.workload == Situation.checkout)
      #expect(incident.subject.objects == [])
      #expect(incident.decision?.confidence == 0.9)
      let evidence = try #require(incident.evidence)
      #expect(evidence.facts.count == 21)
      #expect(evidence.workload?.fact.target.name == "checkout")
      #expect(evidence.pods.first?.fact.containers.first?.lastTermination?.exitCode == 1)
      #expect(evidence.logs.first?.fact.telling == [])
      #expect(try files.sql { db in try Int.fetchOne(db, sql: "PRAGMA user_version") } == Migrations.all.count)
    }
  }

  @Test("goes on: its incident ends as it would have, and is then stored as new ones are")
  func goesOn() async throws {
    try await opened { store, files in
      let before = try #require(try await store.incident(1))
      let command = try #require(before.openCommand)
      let now = Timestamp(milliseconds: 1_795_573_480_000)
      let result = CommandResult(
        command: command, kind: .observe, outcome: .observed(Situation.observation(.stable, at: now)), finishedAt: now)
      let commit = try await store.record(result, from: "shop", through: Situation.pipeline, at: now)
      #expect(commit.incidents.map(\.state) == [.resolved])
      let after = try #require(try await store.incident(1))
      #expect(after.evidence == before.evidence)
      let isPacked = try files.sql { db in
        try Bool.fetchOne(
          db, sql: "SELECT substr(incidents.document, 1, 1) = x'01' FROM incidents JOIN evidence ON incident = id")
      }
      #expect(isPacked == true)
    }
  }

  @Test("does not keep an agent from its commands by one that this version cannot read")
  func commands() async throws {
    try await opened { store, _ in
      let open = try await store.openCommands(for: "shop", after: 0, at: Timestamp(milliseconds: 1_795_573_440_000), limit: 10)
      #expect(open.map(\.draft.id) == ["1-a6be6f9f-3-observe"])
    }
  }

  @Test("does not lose an incident by evidence that cannot be read at all")
  func unreadable() async throws {
    try await TemporaryStore.opened { store, files in
      var walk = try await Walk(store)
      try await walk.gather()
      try files.sql { db in try db.execute(sql: "UPDATE evidence SET document = x'7b7d01'") }
      let incident = try #require(try await store.incident(1))
      #expect(incident.state == .deciding)
      #expect(incident.evidence == nil)
    }
  }
}
