import GRDB
public import Pipeline
import Synchronization

/// Incidents in one SQLite file, `incidents.db`, which this process owns while the store lives.
///
/// Writes of all callers run one after another on one connection and share commits (`GroupCommit`); reads run beside them on
/// snapshots. A commit is on the disk before its caller hears of it (write-ahead log, `synchronous=FULL`). After an error the
/// next call tries again: no state is kept between calls but the file.
public final class SQLiteIncidentStore: IncidentStore, IncidentArchive {
  let database: IncidentDatabase
  private let writes: GroupCommit
  /// The epoch that this process began; 0 before it did.
  private let ownEpoch = Mutex<Int64>(0)
  private let randomness: Mutex<any RandomNumberGenerator & Sendable>

  /// Opens the file, or makes it, and brings its schema up to date. It reads the header and the schema, never the rows, so that
  /// it takes as long for a large file as for a small one; see `integrityProblems()` for the rest. Blocks for as long as the
  /// disk does.
  /// - Parameters:
  ///   - path: of the file; its directory must exist. `PATH.lock` appears beside it, and SQLite's `PATH-wal` and `PATH-shm`.
  ///   - randomness: source of the random part of names.
  public init(
    path: String, limits: StoreLimits = .init(), randomness: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
  ) throws(StoreOpeningError) {
    database = try IncidentDatabase(path: path, limits: limits)
    writes = GroupCommit(database, limits: limits)
    self.randomness = Mutex(randomness)
  }

  /// Waits for those who wait, folds the log into the file, and gives the file free. Later calls throw `unavailable`.
  public func close() async throws(StoreError) {
    await writes.close()
    try await database.close()
  }

  /// Callers whose write has not begun yet: for metrics.
  public var waitingWrites: Int { writes.waiting }

  func write<Value: Sendable>(
    _ work: @escaping @Sendable (Database) throws -> Value
  ) async throws(StoreError) -> Value {
    try await writes.run { db in
      try self.requireOwnEpoch(db)
      return try work(db)
    }
  }

  /// Every write and every read of the outbox asks: a control plane that was replaced must do nothing more, whatever it believes.
  func requireOwnEpoch(_ db: Database) throws {
    let own = ownEpoch.withLock { $0 }
    guard own > 0 else { return }
    let current = try db.meta.epoch()
    if current > own { throw StoreError.superseded(by: current) }
  }

  /// Noted within the transaction that raises it, so that no write in between takes its own epoch for another's.
  func noteOwnEpoch(_ epoch: Int64) {
    ownEpoch.withLock { $0 = epoch }
  }

  func read<Value: Sendable>(
    _ question: @escaping @Sendable (Database) throws -> Value
  ) async throws(StoreError) -> Value {
    try await database.read(question)
  }

  /// Four random bytes in hexadecimal.
  func nonce() -> String {
    let number = randomness.withLock { UInt32.random(in: 0 ... .max, using: &$0) }
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
