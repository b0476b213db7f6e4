import GRDB
import Pipeline
import Synchronization

/// Lets callers that come together share one transaction, and with it one write to the disk, which is what a commit costs. Each
/// runs in a savepoint of its own, and hears of its result only after the commit.
///
/// The work runs on the queue of the writing connection, where blocking is meant to be. A cancelled caller is answered all the
/// same: what it asked for is then known to be committed, or known not to be.
final class GroupCommit: Sendable {
  private struct Job: Sendable {
    /// Does the work; what it returns hands over the result, once that is durable.
    let perform: @Sendable (Database) throws -> @Sendable () -> Void
    let fail: @Sendable (StoreError) -> Void
  }

  private struct State {
    var jobs: [Job] = []
    /// True while a drain is on the writer's queue or about to be.
    var isDraining = false
  }

  private let state = Mutex(State())
  private let gate: AccessGate
  private let database: IncidentDatabase
  private let batch: Int

  init(_ database: IncidentDatabase, limits: StoreLimits) {
    self.database = database
    batch = limits.batch
    gate = AccessGate(limit: limits.waitingWrites, name: "writes")
  }

  func run<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws(StoreError) -> Value {
    try gate.enter()
    defer { gate.leave() }
    let answer: Result<Value, StoreError> = await withCheckedContinuation { continuation in
      add(
        Job(
          perform: { db in
            let value = try work(db)
            return { continuation.resume(returning: .success(value)) }
          },
          fail: { continuation.resume(returning: .failure($0)) }))
    }
    return try answer.get()
  }

  /// Callers whose work has not begun yet.
  var waiting: Int { state.withLock { $0.jobs.count } }

  /// Returns when everybody who waits has an answer.
  func close() async {
    await gate.close()
  }

  private func add(_ job: Job) {
    let isFirst = state.withLock { state in
      state.jobs.append(job)
      defer { state.isDraining = true }
      return !state.isDraining
    }
    if isFirst { database.pool.asyncWriteWithoutTransaction { self.drain($0) } }
  }

  private func drain(_ db: Database) {
    while let jobs = nextBatch() { commit(jobs, db) }
  }

  private func nextBatch() -> [Job]? {
    state.withLock { state in
      guard !state.jobs.isEmpty else {
        state.isDraining = false
        return nil
      }
      defer { state.jobs.removeFirst(min(batch, state.jobs.count)) }
      return Array(state.jobs.prefix(batch))
    }
  }

  private func commit(_ jobs: [Job], _ db: Database) {
    var answers: [@Sendable () -> Void] = []
    do {
      try db.inTransaction(.immediate) {
        for job in jobs { answers.append(try answer(to: job, db)) }
        return .commit
      }
      for answer in answers { answer() }
    } catch {
      let failure = StoreError(error)
      for job in jobs { job.fail(failure) }
    }
  }

  /// - Throws: when SQLite has given up the whole transaction, as it does on a full disk; everybody in it has failed then.
  private func answer(to job: Job, _ db: Database) throws -> @Sendable () -> Void {
    do {
      var answer: (@Sendable () -> Void)?
      try db.inSavepoint {
        answer = try job.perform(db)
        return .commit
      }
      return answer ?? {}
    } catch {
      guard db.isInsideTransaction else { throw error }
      let failure = StoreError(error)
      return { job.fail(failure) }
    }
  }
}
