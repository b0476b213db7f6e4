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

  func insert(_ key: Alert.Key, _ mode: Incident.Mode, of incident: Incident.ID) throws {
    try db.run(
      "INSERT INTO alerts (fingerprint, starts_at, mode, incident, status) VALUES (?, ?, ?, ?, 'firing')",
      [key.fingerprint, key.startsAt.milliseconds, mode.rawValue, incident])
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
