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
      try TamperedFile(files).run(tampering)
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

  private static let shown = "sequence, incident, at, stage, summary, details, hash"

  @Test(
    "A changed, moved, removed or added entry is found and named",
    arguments: [
      ("UPDATE timeline SET summary = summary || '.' WHERE sequence = 4", ["entry 4 was changed"]),
      ("UPDATE timeline SET at = at + 1 WHERE sequence = 1", ["entry 1 was changed"]),
      ("UPDATE timeline SET stage = 'invented' WHERE sequence = 5", ["entry 5 was changed"]),
      ("UPDATE timeline SET incident = 2 WHERE sequence = 3", ["entry 3 was changed"]),
      ("UPDATE timeline SET details = '{\"person\":\"nobody\"}' WHERE sequence = 3", ["entry 3 was changed"]),
      ("UPDATE timeline SET hash = zeroblob(32) WHERE sequence = 6", ["entry 6 was changed"]),
      ("DELETE FROM timeline WHERE sequence = 2", ["entry 2 is missing"]),
      ("DELETE FROM timeline WHERE sequence IN (2, 3, 7)", ["entries 2 to 3 are missing", "entry 7 is missing"]),
      ("DELETE FROM timeline WHERE sequence = 10", ["entry 10 is missing"]),
      ("DELETE FROM timeline", ["entries 1 to 10 are missing"]),
      (
        "UPDATE timeline SET sequence = -sequence WHERE sequence IN (4, 7); UPDATE timeline SET sequence = 11 + sequence WHERE sequence < 0",
        ["entry 7 was moved, it was written as entry 4", "entry 4 was moved, it was written as entry 7"]
      ),
      (
        "INSERT INTO timeline (\(shown)) SELECT 11, incident, at, stage, summary, details, hash FROM timeline WHERE sequence = 10",
        ["entry 11 was added"]
      ),
      (
        "INSERT INTO audit VALUES (4, 1, 'sign_in', 'nobody signed in', NULL, zeroblob(32))", ["entry 4 was added"]
      ),
      ("UPDATE timeline_head SET sequence = 9", ["entry 10 was added"]),
      ("UPDATE timeline_head SET hash = zeroblob(32)", ["the head does not fit entry 10"]),
    ] as [(String, [String])])
  func broken(_ tampering: String, _ expected: [String]) async throws {
    let verdict = try await verdict(after: tampering)
    guard case .broken(let breaks) = verdict else {
      Issue.record("expected \(expected), found \(verdict)")
      return
    }
    let isNamed = breaks.count == expected.count && zip(breaks, expected).allSatisfy { $0.description.hasPrefix($1) }
    #expect(isNamed, "expected \(expected), found \(breaks)")
  }

  @Test("Entries of no incident stand in the same chain, with their details")
  func ofNoIncident() async throws {
    try await TemporaryStore.opened { store, files in
      var walk = try await Walk(store)
      try await walk.gather()
      let entry = AuditEntry(
        at: walk.now, topic: .signIn, summary: "alice signed in", details: ["person": "alice", "from": "192.0.2.7"])
      try await store.record(entry)
      try await walk.decide()
      guard case .intact(let count, let head) = try await store.verifyChain() else {
        Issue.record("the chain is broken")
        return
      }
      let records = try await store.auditRecords(after: 0)
      #expect(Int64(records.count) == count)
      #expect(records.map(\.sequence) == Array(1...count))
      #expect(records.last?.hash == head)
      let own = try #require(records.first { $0.kind == "sign_in" })
      #expect(own.incident == nil)
      #expect(own.details == ["person": "alice", "from": "192.0.2.7"])
      #expect(try await store.latest(.signIn) == own)
      #expect(try AuditFile(path: files.path).records(after: 0) == records, "read beside the store that is open")
      try TamperedFile(files).run("UPDATE audit SET details = '{\"person\":\"mallory\"}'")
      guard case .broken(let breaks) = try AuditFile(path: files.path).verify() else {
        Issue.record("the change was not found")
        return
      }
      #expect(breaks.map(\.sequence) == [own.sequence])
    }
  }

  @Test("A timeline that was written anew as a whole does not fit a head that was kept elsewhere")
  func keptHead() async throws {
    try await TemporaryStore.opened { store, _ in
      var walk = try await Walk(store)
      try await walk.gather()
      let kept = try await store.chainHead()
      try await walk.decide()
      guard case .intact = try await store.verifyChain(against: kept) else {
        Issue.record("the head of before is on the way")
        return
      }
      let other = ChainHead(sequence: kept.sequence, hash: String(repeating: "0", count: 64))
      #expect(try await store.verifyChain(against: other) == .broken([.head(sequence: kept.sequence)]))
      let later = ChainHead(sequence: 99, hash: kept.hash)
      guard case .broken(let breaks) = try await store.verifyChain(against: later) else {
        Issue.record("the end is missing")
        return
      }
      #expect(breaks.last?.description.hasSuffix("to 99 are missing") == true)
      #expect(ChainHead(kept.description) == kept)
    }
  }

  @Test("Nothing of the timeline can be changed or deleted by accident", arguments: ["timeline", "audit"])
  func appendOnly(_ table: String) async throws {
    try await TemporaryStore.opened { store, files in
      _ = try await Walk(store)
      try await store.record(AuditEntry(at: Situation.start, topic: .keys, summary: "a key"))
      for statement in ["UPDATE \(table) SET summary = ''", "DELETE FROM \(table)"] {
        #expect(throws: DatabaseError.self) { try files.sql { db in try db.execute(sql: statement) } }
      }
    }
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
      try TamperedFile(files).run("UPDATE timeline SET summary = '' WHERE sequence = 2050")
      guard case .broken(let breaks) = try await store.verifyChain() else {
        Issue.record("the change was not found")
        return
      }
      #expect(breaks.map(\.sequence) == [2050])
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

/// What somebody does who means to change the timeline: the triggers go first.
struct TamperedFile {
  let files: TemporaryStore

  init(_ files: TemporaryStore) {
    self.files = files
  }

  func run(_ statements: String) throws {
    try files.sql { db in
      for trigger in try String.fetchAll(db, sql: "SELECT name FROM sqlite_master WHERE type = 'trigger'") {
        try db.execute(sql: "DROP TRIGGER \(trigger)")
      }
      try db.execute(sql: statements)
    }
  }
}
