import GRDB
public import Pipeline

/// The audit timeline of a database that may be in use: read only, beside the control plane that owns it.
public struct AuditFile: Sendable {
  private let queue: DatabaseQueue

  /// - Parameter path: of a database that a control plane of this version has opened once.
  public init(path: String) throws(StoreOpeningError) {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(10)
    do {
      queue = try DatabaseQueue(path: path, configuration: configuration)
      let (id, schema) = try queue.read { db in
        (try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0, try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0)
      }
      guard id == DatabaseFile.applicationID else {
        throw StoreOpeningError.notAnIncidentDatabase(path: path, reason: "it belongs to another application (id \(id))")
      }
      guard schema == Migrations.all.count else {
        throw schema > Migrations.all.count
          ? StoreOpeningError.newerSchema(found: schema, known: Migrations.all.count)
          : StoreOpeningError.unavailable(path: path, reason: "it is of an earlier version; `serve` brings it up to date")
      }
    } catch let error as StoreOpeningError {
      throw error
    } catch {
      throw .unavailable(path: path, reason: StoreError.reason(of: error))
    }
  }

  /// - Parameter known: a head that was kept elsewhere, such as in a mail.
  public func verify(against known: ChainHead? = nil) throws(StoreError) -> ChainVerdict {
    var walk = ChainWalk(against: known)
    while true {
      let verdict = try read { db in
        let head = try db.timeline.head()
        return try walk.follow(db.timeline.chained(after: walk.sequence, limit: ChainWalk.pageSize), head: head)
      }
      if let verdict { return verdict }
    }
  }

  /// Entries in the order in which they were written.
  public func records(after sequence: Int64, limit: Int = 1000) throws(StoreError) -> [AuditRecord] {
    try read { db in try db.timeline.chained(after: sequence, limit: max(0, limit)).map(\.record) }
  }

  private func read<Value>(_ question: (Database) throws -> Value) throws(StoreError) -> Value {
    do {
      return try queue.read(question)
    } catch {
      throw StoreError(error)
    }
  }
}
