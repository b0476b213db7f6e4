import GRDB

extension Migrations.Migration {
  /// Precedents by what their trouble was like, and what models were asked for. The sequence of a precedent is never used again, so that
  /// what was read before a replacement is known to be old.
  static let memory = Migrations.Migration(name: "3 memory") { db in
    try db.execute(
      sql: """
        CREATE TABLE memories (
          sequence INTEGER PRIMARY KEY AUTOINCREMENT,
          id TEXT NOT NULL UNIQUE,
          incident INTEGER NOT NULL,
          team TEXT NOT NULL,
          alert_name TEXT NOT NULL,
          namespace TEXT NOT NULL,
          pod TEXT,
          action TEXT NOT NULL,
          verified INTEGER NOT NULL,
          at INTEGER NOT NULL,
          decided_by TEXT NOT NULL,
          version INTEGER NOT NULL,
          vector BLOB NOT NULL
        ) STRICT;
        CREATE INDEX memories_by_team ON memories (team, version, sequence);

        CREATE TABLE model_usage (
          day INTEGER NOT NULL,
          namespace TEXT NOT NULL,
          tokens INTEGER NOT NULL,
          cost INTEGER NOT NULL,
          PRIMARY KEY (day, namespace)
        ) STRICT, WITHOUT ROWID;
        """)
  }
}
