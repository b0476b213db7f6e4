import Dispatch
import GRDB
import Pipeline
import Synchronization
import Testing
import Wire

@testable import Store

@Suite("Group commit")
struct GroupCommitTests {
  private func take(_ store: SQLiteIncidentStore, _ index: Int) async throws -> Commit {
    try await store.take(
      Situation.firing(Situation.opening("caller-\(index)", namespace: "team-\(index)")), through: Situation.pipeline,
      at: Situation.start)
  }

  @Test("64 callers at once are all durable, each with its own incident")
  func everyCallerIsDurable() async throws {
    try await TemporaryStore.opened { store, files in
      let ids = try await withThrowingTaskGroup(of: [Incident.ID].self) { group in
        for index in 0..<64 { group.addTask { try await take(store, index).incidents.map(\.id) } }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(ids.sorted() == Array(1...64))
      let again = try SQLiteIncidentStore(path: try files.crashed().path)
      #expect(try await again.countsByState() == [.gathering: 64])
      #expect(try await again.verifyChain() == store.verifyChain())
      try await again.close()
    }
  }

  @Test("Callers that wait together share one transaction, and one that is refused harms no other")
  func oneRefused() async throws {
    try await TemporaryStore.opened { store, files in
      let walk = try await Walk(store)
      let transactions = TransactionCount()
      store.database.pool.add(transactionObserver: transactions, extent: .databaseLifetime)
      let outcomes = await withTaskGroup(of: (Int, StoreError?).self) { group in
        let release = DispatchSemaphore(value: 0)
        store.database.pool.asyncWriteWithoutTransaction { _ in release.wait() }
        for index in 0..<64 {
          group.addTask {
            let error = await storeError {
              guard index == 31 else { return try await take(store, index) }
              return try await store.apply(
                .approved(by: "ann", orderDigest: "x"), to: walk.incident.id, completing: nil, through: Situation.pipeline,
                at: walk.now)
            }
            return (index, error)
          }
        }
        while store.waitingWrites < 64 { await Task.yield() }
        release.signal()
        return await group.reduce(into: [Int: StoreError?]()) { $0[$1.0] = $1.1 }
      }
      #expect(outcomes[31] == .refused(.notAwaitingApproval(state: .gathering)))
      #expect(outcomes.filter { $0.value != nil }.count == 1)
      #expect(transactions.commits == 1)
      #expect(try await store.countsByState() == [.gathering: 64])
    }
  }

  @Test("A caller that fails halfway through is taken back alone")
  func halfwayThrough() async throws {
    try await TemporaryStore.opened { store, files in
      try files.sql { db in
        try db.execute(
          sql: """
            CREATE TRIGGER failing BEFORE INSERT ON timeline WHEN new.summary LIKE '%team-7/%' AND new.stage = 'incident'
            BEGIN SELECT RAISE(ABORT, 'injected failure'); END
            """)
      }
      let failed = await withTaskGroup(of: (Int, StoreError?).self) { group in
        for index in 0..<16 { group.addTask { (index, await storeError { try await take(store, index) }) } }
        return await group.reduce(into: [Int]()) { if $1.1 != nil { $0.append($1.0) } }
      }
      #expect(failed == [7])
      #expect(try await store.countsByState() == [.gathering: 15])
      guard case .intact(let entries, _) = try await store.verifyChain() else {
        Issue.record("the chain is broken")
        return
      }
      #expect(entries == 45)
    }
  }

  @Test("When SQLite gives the whole transaction up, nobody in it is told that it was committed")
  func wholeTransactionLost() async throws {
    try await TemporaryStore.opened { store, files in
      try files.sql { db in
        try db.execute(
          sql: """
            CREATE TRIGGER failing BEFORE INSERT ON timeline WHEN new.summary LIKE '%team-7/%'
            BEGIN SELECT RAISE(ROLLBACK, 'injected failure'); END
            """)
      }
      let committed = await withTaskGroup(of: Int.self) { group in
        for index in 0..<16 {
          group.addTask { await storeError { try await take(store, index) } == nil ? 1 : 0 }
        }
        return await group.reduce(0, +)
      }
      #expect(committed < 16)
      #expect(try files.contents()["incidents"]?.count == committed)
    }
  }

  @Test("More callers than may wait are refused as unavailable")
  func boundedQueue() async throws {
    var limits = StoreLimits()
    limits.waitingWrites = 4
    try await TemporaryStore.opened(limits) { store, _ in
      let release = DispatchSemaphore(value: 0)
      store.database.pool.asyncWriteWithoutTransaction { _ in release.wait() }
      await withTaskGroup(of: StoreError?.self) { group in
        for index in 0..<4 { group.addTask { await storeError { try await take(store, index) } } }
        while store.waitingWrites < 4 { await Task.yield() }
        #expect(await storeError { try await take(store, 9) } == .unavailable("4 writes are waiting already"))
        release.signal()
        for await error in group { #expect(error == nil) }
      }
      let commit = try await take(store, 9)
      #expect(commit.incidents.count == 1)
    }
  }

  @Test("A caller that is cancelled while it waits still learns what was committed")
  func cancellation() async throws {
    try await TemporaryStore.opened { store, _ in
      let release = DispatchSemaphore(value: 0)
      store.database.pool.asyncWriteWithoutTransaction { _ in release.wait() }
      let caller = Task { try await take(store, 1) }
      while store.waitingWrites < 1 { await Task.yield() }
      caller.cancel()
      release.signal()
      let commit = try await caller.value
      #expect(commit.incidents.map(\.id) == [1])
      #expect(try await store.incident(1) == commit.incidents.first)
    }
  }
}

/// Counts the transactions that wrote something.
private final class TransactionCount: TransactionObserver {
  private let count = Mutex(0)
  var commits: Int { count.withLock { $0 } }

  func observes(eventsOfKind eventKind: DatabaseEventKind) -> Bool { true }
  func databaseDidChange(with event: DatabaseEvent) {}
  func databaseDidCommit(_ db: Database) { count.withLock { $0 += 1 } }
  func databaseDidRollback(_ db: Database) {}
}
