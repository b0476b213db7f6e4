import Foundation
import GRDB
import Pipeline
import Testing
import Wire

@testable import Store

@Suite("Durability")
struct DurabilityTests {
  @Test("What was acknowledged is there after a crash: incidents, intents, commands, story, epoch and alerts")
  func crash() async throws {
    try await TemporaryStore.opened { store, files in
      _ = try await store.beginEpoch(above: 0)
      var walk = try await Walk(store)
      try await walk.gather()
      try await walk.decide()
      let copy = try files.crashed()
      let again = try SQLiteIncidentStore(path: copy.path)
      #expect(try await again.incident(1) == walk.incident)
      let later = walk.now + .seconds(3600)
      #expect(try await again.dueIntents(at: later, limit: 10) == store.dueIntents(at: later, limit: 10))
      #expect(
        try await again.openCommands(for: "shop", after: 0, at: walk.now, limit: 10)
          == store.openCommands(for: "shop", after: 0, at: walk.now, limit: 10))
      #expect(try await again.timeline(of: 1) == store.timeline(of: 1))
      #expect(try await again.take(Situation.firing(Situation.opening()), through: Situation.pipeline, at: later) == .empty)
      #expect(try await again.beginEpoch(above: 0) == 2)
      try await again.close()
    }
  }

  @Test("Sequences and ids go on where they were")
  func numbering() async throws {
    try await TemporaryStore.run { files in
      let first = try SQLiteIncidentStore(path: files.path)
      _ = try await Walk(first)
      try await first.close()
      let second = try SQLiteIncidentStore(path: files.path)
      let walk = try await Walk(second, Situation.opening("f2", namespace: "bank"))
      #expect(walk.incident.id == 2)
      #expect(try await second.timeline(of: 2).map(\.sequence) == [4, 5, 6])
      #expect(try await second.openCommands(for: "bank", after: 0, at: walk.now, limit: 10).map(\.sequence) == [2])
      try await second.close()
    }
  }

  /// Every statement that a whole run writes with: a trigger makes each fail in turn.
  static let statements = [
    "INSERT ON incidents", "UPDATE ON incidents", "INSERT ON live_pods", "DELETE ON live_pods", "INSERT ON alerts",
    "INSERT ON intents", "DELETE ON intents", "INSERT ON commands", "UPDATE ON commands", "INSERT ON acts", "UPDATE ON acts",
    "INSERT ON timeline", "UPDATE ON timeline_head",
  ]

  @Test("A step that fails at any statement leaves nothing behind, and succeeds when it is tried again", arguments: statements)
  func atomic(_ statement: String) async throws {
    try await TemporaryStore.opened { store, files in
      let failing = FailingStore(store: store, files: files, statement: statement)
      var walk = try await Walk(store, at: Situation.start)
      try await walk.finish()
      // The run above shows that every step succeeds without a failure; the same steps of a second workload now meet it.
      var second = try await failing.opening(Situation.opening("f2", namespace: "bank"), at: walk.now)
      try await failing.attempt(&second) { try await $0.gather() }
      try await failing.attempt(&second) { try await $0.decide() }
      try await failing.attempt(&second) { try await $0.act() }
      try await failing.attempt(&second) { try await $0.observe() }
      #expect(second.incident.state == .resolved)
      #expect(failing.count.failures > 0, "no step wrote with \(statement)")
      #expect(try await store.verifyChain() == .intact(entries: 2 * walkEntries, head: try headHash(files)))
    }
  }

  /// Timeline entries of one whole run.
  private var walkEntries: Int64 { 10 }

  private func headHash(_ files: TemporaryStore) throws -> String {
    try files.sql { db in try String.fetchOne(db, sql: "SELECT lower(hex(hash)) FROM timeline_head") ?? "" }
  }

  @Test("A full disk is unavailable, acknowledges nothing, and is forgotten when there is room again")
  func fullDisk() async throws {
    try await TemporaryStore.opened { store, files in
      _ = try await Walk(store)
      try await store.database.pool.writeWithoutTransaction { db in
        let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
        try db.execute(sql: "PRAGMA max_page_count = \(pages + 2)")
      }
      var acknowledged = 1
      var refusal: StoreError?
      for index in 0..<200 where refusal == nil {
        let opening = Situation.opening("full-\(index)", namespace: "team-\(index)")
        refusal = await storeError {
          try await store.take(Situation.firing(opening), through: Situation.pipeline, at: Situation.start)
        }
        if refusal == nil { acknowledged += 1 }
      }
      #expect(refusal == .unavailable("the disk is full"))
      let before = try files.contents()
      #expect(before["incidents"]?.count == acknowledged)
      let again = await storeError {
        try await store.take(
          Situation.firing(Situation.opening("again", namespace: "again")), through: Situation.pipeline, at: Situation.start)
      }
      #expect(again == .unavailable("the disk is full"))
      #expect(try files.contents() == before)
      _ = try await store.database.pool.writeWithoutTransaction { db in
        try Int.fetchOne(db, sql: "PRAGMA max_page_count = 1000000")
      }
      let walk = try await Walk(store, Situation.opening("again", namespace: "again"))
      #expect(walk.incident.state == .gathering)
    }
  }

  @Test("A file that another process keeps locked is unavailable, and works again afterwards")
  func locked() async throws {
    var limits = StoreLimits()
    limits.busyTimeout = .milliseconds(20)
    try await TemporaryStore.opened(limits) { store, files in
      var configuration = Configuration()
      configuration.allowsUnsafeTransactions = true
      let other = try DatabaseQueue(path: files.path, configuration: configuration)
      try await other.writeWithoutTransaction { db in try db.beginTransaction(.immediate) }
      #expect(
        await storeError { try await store.beginEpoch(above: 0) }
          == .unavailable("another process has held the database locked for too long"))
      try await other.writeWithoutTransaction { db in try db.rollback() }
      #expect(try await store.beginEpoch(above: 0) == 1)
    }
  }
}

/// Meets a failing statement at each step first, and takes the step again without it.
struct FailingStore {
  final class Count {
    var failures = 0
  }

  let store: SQLiteIncidentStore
  let files: TemporaryStore
  let statement: String
  let count = Count()

  func opening(_ opening: Opening, at now: Timestamp) async throws -> Walk {
    try await failing {
      _ = try await store.take(Situation.firing(opening), through: Situation.pipeline, at: now)
    }
    if count.failures > 0 { return try await Walk(store, opening, at: now) }
    let incident = try #require(try await store.incident(2))
    return Walk(resuming: incident, store, opening, at: now)
  }

  func attempt(_ walk: inout Walk, _ step: (inout Walk) async throws -> Void) async throws {
    var trial = walk
    let failures = count.failures
    try await failing { try await step(&trial) }
    if count.failures > failures { try await step(&walk) } else { walk = trial }
  }

  private func failing(_ body: () async throws -> Void) async throws {
    try files.sql { db in
      try db.execute(
        sql: "CREATE TRIGGER failing BEFORE \(statement) BEGIN SELECT RAISE(ABORT, 'injected failure'); END")
    }
    let before = try files.contents()
    do {
      try await body()
    } catch let error as StoreError {
      #expect(error.isUnavailable)
      #expect("\(error)".contains("injected failure"))
      #expect(try files.contents() == before)
      count.failures += 1
    }
    try files.sql { db in try db.execute(sql: "DROP TRIGGER failing") }
  }
}
