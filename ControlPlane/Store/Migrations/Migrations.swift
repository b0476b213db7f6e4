import GRDB

/// The versions of the schema, oldest first, one file each. A released migration is never edited, moved or removed: the next
/// change is a new one at the end.
enum Migrations {
  static let all: [Migration] = [.incidents, .agentReports, .memory, .audit]

  struct Migration: Sendable {
    let name: String
    let run: @Sendable (Database) throws -> Void
  }

  /// `user_version` counts the migrations that are done, so that a newer file is known by its header.
  /// - Parameter version: where to stop; nil is the newest.
  static func run(on writer: some DatabaseWriter, upTo version: Int? = nil) throws {
    var migrator = DatabaseMigrator()
    for (index, migration) in all.prefix(version ?? all.count).enumerated() {
      migrator.registerMigration(migration.name, foreignKeyChecks: .immediate) { db in
        try migration.run(db)
        try db.execute(sql: "PRAGMA user_version = \(index + 1)")
      }
    }
    try migrator.migrate(writer)
  }
}
