import GRDB

extension Migrations.Migration {
  /// Times are milliseconds since 1970 except `incidents.timestamp`, which is RFC 3339. The first twelve columns of `incidents`
  /// are those of the original document. `live` is true for an open incident that is not a test: what alerts join, and what
  /// counts as in flight.
  static let incidents = Migrations.Migration(name: "1 incidents") { db in
    try db.execute(
      sql: """
        CREATE TABLE incidents (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          timestamp TEXT,
          alert_name TEXT,
          severity TEXT,
          namespace TEXT,
          pod TEXT,
          description TEXT,
          logs TEXT,
          ai_analysis TEXT,
          confidence REAL,
          action_taken TEXT,
          verified BOOLEAN,
          state TEXT NOT NULL,
          mode TEXT NOT NULL,
          live BOOLEAN NOT NULL,
          workload_kind TEXT,
          workload_name TEXT,
          updated_at INTEGER NOT NULL,
          verified_at INTEGER,
          nonce TEXT NOT NULL,
          document BLOB NOT NULL
        );
        CREATE INDEX incidents_live ON incidents (namespace, workload_name, workload_kind) WHERE live;
        CREATE INDEX incidents_in_flight ON incidents (namespace) WHERE live AND state IN ('executing', 'verifying');
        CREATE INDEX incidents_by_state ON incidents (state);
        CREATE INDEX incidents_by_namespace ON incidents (namespace, state);
        CREATE INDEX incidents_precedents ON incidents (namespace, alert_name, verified_at) WHERE verified IS NOT NULL;

        CREATE TABLE live_pods (
          namespace TEXT NOT NULL,
          alert_name TEXT NOT NULL,
          pod TEXT NOT NULL,
          incident INTEGER NOT NULL REFERENCES incidents (id),
          PRIMARY KEY (namespace, alert_name, pod, incident)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE alerts (
          fingerprint TEXT NOT NULL,
          starts_at INTEGER NOT NULL,
          mode TEXT NOT NULL,
          incident INTEGER NOT NULL REFERENCES incidents (id),
          status TEXT NOT NULL,
          PRIMARY KEY (fingerprint, starts_at, mode)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX alerts_firing ON alerts (incident) WHERE status = 'firing';

        CREATE TABLE intents (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          incident INTEGER NOT NULL REFERENCES incidents (id),
          due_at INTEGER NOT NULL,
          begun_at INTEGER,
          attempts INTEGER NOT NULL DEFAULT 0,
          document BLOB NOT NULL
        ) STRICT;
        CREATE INDEX intents_due ON intents (due_at);

        CREATE TABLE commands (
          sequence INTEGER PRIMARY KEY AUTOINCREMENT,
          id TEXT NOT NULL UNIQUE,
          incident INTEGER NOT NULL REFERENCES incidents (id),
          namespace TEXT NOT NULL,
          kind TEXT NOT NULL,
          not_after INTEGER NOT NULL,
          state TEXT NOT NULL,
          draft BLOB NOT NULL,
          result BLOB,
          answered_at INTEGER
        ) STRICT;
        CREATE INDEX commands_open ON commands (namespace, sequence) WHERE state = 'open';

        CREATE TABLE acts (
          sequence INTEGER PRIMARY KEY REFERENCES commands (sequence),
          incident INTEGER NOT NULL REFERENCES incidents (id),
          namespace TEXT NOT NULL,
          workload_kind TEXT NOT NULL,
          workload_name TEXT NOT NULL,
          action TEXT NOT NULL,
          ordered_at INTEGER NOT NULL,
          judged_at INTEGER,
          verified INTEGER
        ) STRICT;
        CREATE INDEX acts_ordered ON acts (namespace, workload_name, workload_kind, ordered_at);
        CREATE INDEX acts_judged ON acts (namespace, workload_name, workload_kind, judged_at) WHERE judged_at IS NOT NULL;
        CREATE INDEX acts_by_incident ON acts (incident);

        CREATE TABLE timeline (
          sequence INTEGER PRIMARY KEY,
          incident INTEGER NOT NULL REFERENCES incidents (id),
          at INTEGER NOT NULL,
          stage TEXT NOT NULL,
          summary TEXT NOT NULL,
          hash BLOB NOT NULL
        ) STRICT;
        CREATE INDEX timeline_by_incident ON timeline (incident);

        CREATE TABLE timeline_head (
          one INTEGER PRIMARY KEY CHECK (one = 1),
          sequence INTEGER NOT NULL,
          hash BLOB NOT NULL
        ) STRICT;
        INSERT INTO timeline_head VALUES (1, 0, zeroblob(32));

        CREATE TABLE meta (
          name TEXT PRIMARY KEY,
          value INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        INSERT INTO meta VALUES ('epoch', 0);
        """)
  }
}
