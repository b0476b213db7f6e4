import GRDB
import Pipeline
import Wire

extension Database {
  var alerts: AlertTable { AlertTable(db: self) }
}

/// The alerts that were taken, by the key under which they are posted again. A test has keys of its own: it must not hide a
/// real alert, nor a real alert the test.
struct AlertTable {
  let db: Database

  func isKnown(_ key: Alert.Key, _ mode: Incident.Mode) throws -> Bool {
    try db.value(
      Bool.self, "SELECT 1 FROM alerts WHERE fingerprint = ? AND starts_at = ? AND mode = ?",
      [key.fingerprint, key.startsAt.milliseconds, mode.rawValue]) != nil
  }

  /// Whether a signal is on the list of those that last. An agent that was restarted may have lost when it began: it is the same one. One
  /// that was gone and is seen again is news.
  func isFiring(_ signal: Alert) throws -> Bool {
    try db.value(
      Bool.self, "SELECT 1 FROM alerts WHERE fingerprint = ? AND mode = 'normal' AND status = 'firing' LIMIT 1",
      [signal.fingerprint]) != nil
  }

  func insert(_ opening: Opening, of incident: Incident.ID) throws {
    let alert = opening.alert
    try db.run(
      """
      INSERT INTO alerts (fingerprint, starts_at, mode, incident, status, source, namespace)
      VALUES (?, ?, ?, ?, 'firing', ?, ?)
      ON CONFLICT DO UPDATE SET incident = excluded.incident, status = 'firing'
      """,
      [
        alert.fingerprint, alert.startsAt.milliseconds, opening.mode.rawValue, incident, alert.source.rawValue,
        opening.subject.namespace,
      ])
  }

  /// The signals of a namespace that last, as far as is known.
  func firingSignals(of namespace: String) throws -> [Alert.Key] {
    try db.rows(
      "SELECT fingerprint, starts_at FROM alerts WHERE namespace = ? AND source = 'signal' AND status = 'firing'", [namespace]
    ).map { Alert.Key(fingerprint: $0["fingerprint"], startsAt: Timestamp(milliseconds: $0["starts_at"])) }
  }

  /// - Returns: false for a report that is older than one that was taken of the same boot, or is that one again.
  func isNews(_ report: SignalDelivery) throws -> Bool {
    try db.value(
      Int64.self,
      """
      INSERT INTO signal_reports (namespace, boot, revision) VALUES (?, ?, ?)
      ON CONFLICT DO UPDATE SET boot = excluded.boot, revision = excluded.revision
      WHERE boot <> excluded.boot OR revision < excluded.revision
      RETURNING revision
      """, [report.namespace, report.boot, report.revision]) != nil
  }

  /// - Returns: the incident of the alert; nil when the alert is unknown or was resolved before.
  func resolve(_ key: Alert.Key) throws -> Incident.ID? {
    try db.value(
      Int64.self,
      """
      UPDATE alerts SET status = 'resolved' WHERE fingerprint = ? AND starts_at = ? AND mode = 'normal' AND status = 'firing'
      RETURNING incident
      """, [key.fingerprint, key.startsAt.milliseconds])
  }

  /// The alerts of one incident become another's, which then waits for all of them to resolve.
  func move(from incident: Incident.ID, to survivor: Incident.ID) throws {
    try db.run("UPDATE alerts SET incident = ? WHERE incident = ?", [survivor, incident])
  }

  func isAnyFiring(of incident: Incident.ID) throws -> Bool {
    try db.value(Bool.self, "SELECT 1 FROM alerts WHERE incident = ? AND status = 'firing' LIMIT 1", [incident]) != nil
  }
}
