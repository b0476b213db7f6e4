import GRDB

extension Migrations.Migration {
  /// One audit timeline: entries of no incident stand beside those of incidents, in the same sequence and chain. No row is rewritten: what
  /// has no details keeps the hash that it had.
  ///
  /// `signings` says for which life of an agent and which epoch a command was signed: what is not there was not signed.
  static let audit = Migrations.Migration(name: "6 audit") { db in
    try db.execute(
      sql: """
        ALTER TABLE timeline ADD COLUMN details TEXT;

        CREATE TABLE audit (
          sequence INTEGER PRIMARY KEY,
          at INTEGER NOT NULL,
          topic TEXT NOT NULL,
          summary TEXT NOT NULL,
          details TEXT,
          hash BLOB NOT NULL
        ) STRICT;
        CREATE INDEX audit_by_topic ON audit (topic, sequence);

        CREATE TABLE signings (
          command INTEGER NOT NULL REFERENCES commands (sequence),
          boot TEXT NOT NULL,
          epoch INTEGER NOT NULL,
          PRIMARY KEY (command, boot, epoch)
        ) STRICT, WITHOUT ROWID;

        CREATE TRIGGER timeline_stays BEFORE UPDATE ON timeline
          BEGIN SELECT RAISE(ABORT, 'the audit timeline is append-only'); END;
        CREATE TRIGGER timeline_is_kept BEFORE DELETE ON timeline
          BEGIN SELECT RAISE(ABORT, 'the audit timeline is append-only'); END;
        CREATE TRIGGER audit_stays BEFORE UPDATE ON audit
          BEGIN SELECT RAISE(ABORT, 'the audit timeline is append-only'); END;
        CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
          BEGIN SELECT RAISE(ABORT, 'the audit timeline is append-only'); END;
        """)
  }
}
