import Dispatch
import GRDB
import Pipeline

/// The open database: one connection that writes, a few that read, and the claim on the file.
final class IncidentDatabase: Sendable {
  let pool: DatabasePool
  private let lock: OwnershipLock
  private let reads: AccessGate

  init(path: String, limits: StoreLimits) throws(StoreOpeningError) {
    let file = DatabaseFile(path: path)
    try file.requireDirectory()
    lock = try OwnershipLock(for: path)
    try file.prepare()
    reads = AccessGate(limit: limits.waitingReads, name: "reads")
    do {
      pool = try DatabasePool(path: path, configuration: Self.configuration(limits))
      try pool.writeWithoutTransaction { db in
        try Self.requireOurs(db, path: path)
        try Self.makeDurable(db)
      }
      try Migrations.run(on: pool)
    } catch let error as StoreOpeningError {
      throw error
    } catch {
      throw .unavailable(path: path, reason: StoreError.reason(of: error))
    }
  }

  private static func configuration(_ limits: StoreLimits) -> Configuration {
    var configuration = Configuration()
    configuration.label = "incidents.db"
    configuration.foreignKeysEnabled = true
    configuration.busyMode = .timeout(limits.busyTimeout / .seconds(1))
    configuration.maximumReaderCount = limits.readers
    // Values of statements never reach an error text: they hold evidence.
    configuration.publicStatementArguments = false
    configuration.prepareDatabase { db in
      // A log that once grew large, under a long read, is cut back.
      try db.execute(sql: "PRAGMA journal_size_limit = 67108864")
    }
    return configuration
  }

  /// A database without our application id is ours only while it is empty: then it was just made.
  private static func requireOurs(_ db: Database, path: String) throws {
    let id = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
    guard id == 0 || id == DatabaseFile.applicationID else {
      throw StoreOpeningError.notAnIncidentDatabase(path: path, reason: "it belongs to another application (id \(id))")
    }
    if id == 0, try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0 > 0 {
      throw StoreOpeningError.notAnIncidentDatabase(path: path, reason: "it holds tables of another application")
    }
    let schema = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    guard schema <= Migrations.all.count else {
      throw StoreOpeningError.newerSchema(found: schema, known: Migrations.all.count)
    }
    if id == 0 { try db.execute(sql: "PRAGMA application_id = \(DatabaseFile.applicationID)") }
  }

  /// `DatabasePool` sets `synchronous` to NORMAL while it opens, with which a commit may be lost with the power.
  private static func makeDurable(_ db: Database) throws {
    try db.execute(sql: "PRAGMA synchronous = FULL")
    let synchronous = try Int.fetchOne(db, sql: "PRAGMA synchronous")
    let journal = try String.fetchOne(db, sql: "PRAGMA journal_mode")
    guard synchronous == 2, journal == "wal" else {
      throw DatabaseError(
        resultCode: .SQLITE_MISUSE,
        message: "commits are not durable: synchronous \(synchronous ?? -1), journal \(journal ?? "none")")
    }
  }

  /// Reads one consistent state: what was committed before the call, and maybe later. A cancelled caller is answered all the
  /// same: a read is short, and bounded by what it may fetch.
  func read<Value: Sendable>(_ question: @escaping @Sendable (Database) throws -> Value) async throws(StoreError) -> Value {
    try reads.enter()
    defer { reads.leave() }
    let answer: Result<Value, StoreError> = await withCheckedContinuation { continuation in
      pool.asyncRead { database in
        do {
          continuation.resume(returning: .success(try question(try database.get())))
        } catch {
          continuation.resume(returning: .failure(StoreError(error)))
        }
      }
    }
    return try answer.get()
  }

  /// Waits for reads to end and closes every connection. Nobody may write any more.
  func close() async throws(StoreError) {
    await reads.close()
    let answer: Result<Void, StoreError> = await withCheckedContinuation { continuation in
      DispatchQueue.global().async { [pool] in
        do {
          continuation.resume(returning: .success(try pool.close()))
        } catch {
          continuation.resume(returning: .failure(StoreError(error)))
        }
      }
    }
    try answer.get()
    lock.release()
  }
}
