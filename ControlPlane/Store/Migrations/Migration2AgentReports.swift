import GRDB

extension Migrations.Migration {
  /// What agents say by themselves, and evidence apart from its incident. No row is rewritten, so that a large database opens as fast as a
  /// small one: an incident of the first schema holds its evidence until it is saved again.
  static let agentReports = Migrations.Migration(name: "2 agent reports") { db in
    try db.execute(
      sql: """
        CREATE TABLE evidence (
          incident INTEGER PRIMARY KEY REFERENCES incidents (id),
          document BLOB NOT NULL
        ) STRICT;

        ALTER TABLE alerts ADD COLUMN source TEXT NOT NULL DEFAULT 'alertmanager';
        ALTER TABLE alerts ADD COLUMN namespace TEXT;
        CREATE INDEX alerts_signals ON alerts (namespace) WHERE source = 'signal' AND status = 'firing';
        CREATE INDEX alerts_by_incident ON alerts (incident) WHERE source = 'signal';
        CREATE INDEX incidents_told ON incidents (namespace, workload_name, workload_kind, updated_at)
          WHERE state = 'escalated';

        CREATE TABLE signal_reports (
          namespace TEXT PRIMARY KEY,
          boot TEXT NOT NULL,
          revision INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        ALTER TABLE commands ADD COLUMN progress_at INTEGER;
        ALTER TABLE commands ADD COLUMN progress_lines INTEGER NOT NULL DEFAULT 0;

        CREATE TABLE blind_spans (
          namespace TEXT NOT NULL,
          what TEXT NOT NULL,
          began_at INTEGER NOT NULL,
          ended_at INTEGER,
          why TEXT NOT NULL,
          PRIMARY KEY (namespace, began_at, what)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE contacts (
          namespace TEXT PRIMARY KEY,
          at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """)
  }
}
