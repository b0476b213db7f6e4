import Foundation
import GRDB
import Pipeline
import Testing

@testable import Store

/// A directory with a database that goes when the test is over.
struct TemporaryStore {
  let directory: String
  var path: String { directory + "/incidents.db" }

  static func run(_ body: (TemporaryStore) async throws -> Void) async throws {
    let directory = NSTemporaryDirectory() + "store-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try await body(TemporaryStore(directory: directory))
  }

  static func opened(_ limits: StoreLimits = .init(), _ body: (SQLiteIncidentStore, TemporaryStore) async throws -> Void)
    async throws
  {
    try await run { files in
      let store = try SQLiteIncidentStore(path: files.path, limits: limits)
      try await body(store, files)
      try await store.close()
    }
  }

  /// Another connection to the same file, as `sqlite3` on the command line would be: without foreign keys.
  func sql<Value>(_ body: (Database) throws -> Value) throws -> Value {
    var configuration = Configuration()
    configuration.busyMode = .timeout(5)
    configuration.foreignKeysEnabled = false
    return try DatabaseQueue(path: path, configuration: configuration).write(body)
  }

  /// Everything in every table, to compare before and after.
  func contents() throws -> [String: [String]] {
    try sql { db in
      let tables = try String.fetchAll(
        db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
      return Dictionary(
        uniqueKeysWithValues: try tables.map { table in
          (table, try Row.fetchAll(db, sql: "SELECT * FROM \"\(table)\"").map(\.description).sorted())
        })
    }
  }

  /// A copy of the files as they lie on the disk now, as after a crash.
  func crashed() throws -> TemporaryStore {
    let copy = TemporaryStore(directory: directory + "/crashed-" + UUID().uuidString)
    try FileManager.default.createDirectory(atPath: copy.directory, withIntermediateDirectories: true)
    for suffix in ["", "-wal"] {
      try FileManager.default.copyItem(atPath: path + suffix, toPath: copy.path + suffix)
    }
    return copy
  }
}

/// - Returns: the store error that the body throws; nil when it throws none.
func storeError(_ body: () async throws -> some Any) async -> StoreError? {
  do {
    _ = try await body()
    return nil
  } catch {
    return error as? StoreError
  }
}

extension StoreError {
  var isUnavailable: Bool {
    if case .unavailable = self { true } else { false }
  }
}
