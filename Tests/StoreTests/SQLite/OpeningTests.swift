import Foundation
import GRDB
import Pipeline
import Testing

@testable import Store

@Suite("Opening incidents.db")
struct OpeningTests {
  private func openingError(_ path: String) -> StoreOpeningError? {
    do throws(StoreOpeningError) {
      _ = try SQLiteIncidentStore(path: path)
      return nil
    } catch {
      return error
    }
  }

  @Test("Commits reach the disk before they are acknowledged: WAL with synchronous=FULL on the writing connection")
  func durable() async throws {
    try await TemporaryStore.opened { store, _ in
      let (journal, synchronous, foreignKeys) = try await store.write { db in
        (
          try String.fetchOne(db, sql: "PRAGMA journal_mode"), try Int.fetchOne(db, sql: "PRAGMA synchronous"),
          try Bool.fetchOne(db, sql: "PRAGMA foreign_keys")
        )
      }
      #expect(journal == "wal")
      #expect(synchronous == 2)
      #expect(foreignKeys == true)
    }
  }

  @Test("Only the owner may read the file, its log and its lock, even when it was more open before")
  func modes() async throws {
    try await TemporaryStore.run { files in
      #expect(FileManager.default.createFile(atPath: files.path, contents: nil, attributes: [.posixPermissions: 0o644]))
      let store = try SQLiteIncidentStore(path: files.path)
      _ = try await store.beginEpoch(above: 0)
      for suffix in ["", "-wal", "-shm", ".lock"] {
        let attributes = try FileManager.default.attributesOfItem(atPath: files.path + suffix)
        #expect(attributes[.posixPermissions] as? Int == 0o600, "\(suffix)")
      }
      try await store.close()
    }
  }

  @Test("A second owner is refused while the first lives, and welcome after")
  func oneOwner() async throws {
    try await TemporaryStore.run { files in
      let first = try SQLiteIncidentStore(path: files.path)
      #expect(openingError(files.path) == .inUse(files.path))
      try await first.close()
      let second = try SQLiteIncidentStore(path: files.path)
      _ = try await second.beginEpoch(above: 0)
      try await second.close()
    }
  }

  @Test("An owner that is dropped without being closed gives the file free")
  func dropped() async throws {
    try await TemporaryStore.run { files in
      do {
        let store = try SQLiteIncidentStore(path: files.path)
        _ = try await store.beginEpoch(above: 0)
      }
      let deadline = ContinuousClock.now + .seconds(5)
      while openingError(files.path) != nil, ContinuousClock.now < deadline { await Task.yield() }
      #expect(openingError(files.path) == nil)
    }
  }

  @Test("A missing directory is named, not made")
  func missingDirectory() async throws {
    try await TemporaryStore.run { files in
      let directory = files.directory + "/not-mounted"
      #expect(openingError(directory + "/incidents.db") == .directoryMissing(directory))
      #expect(!FileManager.default.fileExists(atPath: directory))
    }
  }

  @Test("A database of a newer version is refused and left as it is")
  func newer() async throws {
    try await TemporaryStore.run { files in
      try await SQLiteIncidentStore(path: files.path).close()
      try files.sql { db in try db.execute(sql: "PRAGMA user_version = 99") }
      let error = try #require(openingError(files.path))
      #expect(error == .newerSchema(found: 99, known: Migrations.all.count))
      #expect(error.description.contains("written by a newer version"))
      #expect(try files.sql { db in try Int.fetchOne(db, sql: "PRAGMA user_version") } == 99)
    }
  }

  @Test("A file that is not SQLite's, or another application's database, is refused")
  func foreign() async throws {
    try await TemporaryStore.run { files in
      try Data("id,alert\n1,PodCrashLooping\n".utf8).write(to: URL(fileURLWithPath: files.path))
      #expect(openingError(files.path) == .notAnIncidentDatabase(path: files.path, reason: "it is not an SQLite file"))
      try FileManager.default.removeItem(atPath: files.path)
      try files.sql { db in try db.execute(sql: "CREATE TABLE incidents (id INTEGER PRIMARY KEY)") }
      #expect(
        openingError(files.path) == .notAnIncidentDatabase(path: files.path, reason: "it holds tables of another application"))
      try files.sql { db in try db.execute(sql: "PRAGMA application_id = 7") }
      #expect(
        openingError(files.path)
          == .notAnIncidentDatabase(path: files.path, reason: "it belongs to another application (id 7)"))
    }
  }

  @Test("Calls after the end say that the database is closed")
  func closed() async throws {
    try await TemporaryStore.run { files in
      let store = try SQLiteIncidentStore(path: files.path)
      try await store.close()
      #expect(await storeError { try await store.beginEpoch(above: 0) } == .unavailable("the database is closed"))
      #expect(await storeError { try await store.incident(1) } == .unavailable("the database is closed"))
    }
  }
}
