import GRDB
import Pipeline
import Testing
import Wire

@testable import Store

@Suite("The timeline's chain")
struct ChainTests {
  private func verdict(after tampering: String) async throws -> ChainVerdict {
    var verdict: ChainVerdict?
    try await TemporaryStore.opened { store, files in
      var walk = try await Walk(store)
      try await walk.finish()
      try files.sql { db in try db.execute(sql: tampering) }
      verdict = try await store.verifyChain()
    }
    return try #require(verdict)
  }

  @Test("An untouched chain is intact, an empty one too")
  func intact() async throws {
    try await TemporaryStore.opened { store, _ in
      #expect(try await store.verifyChain() == .intact(entries: 0, head: String(repeating: "0", count: 64)))
      var walk = try await Walk(store)
      try await walk.finish()
      let last = try #require(try await store.timeline(of: 1).last)
      #expect(try await store.verifyChain() == .intact(entries: last.sequence, head: last.hash))
    }
  }

  @Test(
    "A changed, moved, removed or added entry is found where it is",
    arguments: [
      ("UPDATE timeline SET summary = summary || '.' WHERE sequence = 4", 4),
      ("UPDATE timeline SET at = at + 1 WHERE sequence = 1", 1),
      ("UPDATE timeline SET stage = 'invented' WHERE sequence = 5", 5),
      ("UPDATE timeline SET incident = 2 WHERE sequence = 3", 3),
      ("UPDATE timeline SET hash = zeroblob(32) WHERE sequence = 6", 6),
      ("DELETE FROM timeline WHERE sequence = 2", 2),
      ("DELETE FROM timeline WHERE sequence = 10", 10),
      ("DELETE FROM timeline", 1),
      ("INSERT INTO timeline SELECT 11, incident, at, stage, summary, hash FROM timeline WHERE sequence = 10", 11),
      ("UPDATE timeline_head SET sequence = 9", 10),
    ] as [(String, Int64)])
  func broken(_ tampering: String, _ sequence: Int64) async throws {
    #expect(try await verdict(after: tampering) == .broken(sequence: sequence))
  }

  @Test("A chain longer than a page is followed to its end")
  func long() async throws {
    try await TemporaryStore.opened { store, files in
      let openings = (0..<700).map { Situation.opening("f\($0)", namespace: "team-\($0)") }
      _ = try await store.take(
        AlertDelivery(firing: openings, resolved: []), through: Situation.pipeline, at: Situation.start)
      guard case .intact(let entries, _) = try await store.verifyChain() else {
        Issue.record("the chain is broken")
        return
      }
      #expect(entries == 2100)
      try files.sql { db in try db.execute(sql: "UPDATE timeline SET summary = '' WHERE sequence = 2050") }
      #expect(try await store.verifyChain() == .broken(sequence: 2050))
    }
  }

  @Test("Each hash can be computed by hand: SHA-256 over the hash before and the entry's canonical JSON")
  func byHand() throws {
    let link = ChainLink(incident: 42, at: Timestamp(seconds: 1_800_000_000), stage: "alert", summary: "a/b")
    // (head -c 32 /dev/zero; printf '%s'
    // '{"entry":{"at":"2027-01-15T08:00:00.000Z","stage":"alert","summary":"a/b"},"incident":42}'
    //   ) | sha256sum
    #expect(try ChainHash.origin.next(link).hexadecimal == "03c19324aa3a65e760ea544eab686677306b4c17983374d3110f3763ab1696d3")
  }
}
