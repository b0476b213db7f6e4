import FoundationEssentials
import GRDB
import Pipeline
import Wire

extension Database {
  var incidents: IncidentTable { IncidentTable(db: self) }
}

/// The table `incidents`: the original document's columns, columns to search by, and the incident itself as a document.
struct IncidentTable {
  let db: Database

  /// Ids are not used again, not even after the last row was deleted.
  func nextID() throws -> Incident.ID {
    (try db.value(Int64.self, "SELECT seq FROM sqlite_sequence WHERE name = 'incidents'") ?? 0) + 1
  }

  /// - Parameter before: the incident as it is stored; nil for a new one.
  func save(_ incident: Incident, before: Incident?) throws {
    if before == nil { try insert(incident) } else { try update(incident) }
    // To read the log lines costs most of a step, so it is done once per bundle of evidence.
    if let evidence = incident.evidence, evidence != before?.evidence {
      let lines = evidence.tellingLines().joined(separator: "\n")
      try db.run("UPDATE incidents SET logs = ? WHERE id = ?", [lines, incident.id])
      try db.evidence.save(evidence, of: incident.id)
    } else if let evidence = incident.evidence, try !db.evidence.isStored(of: incident.id) {
      // It lay in the incident's own document until now.
      try db.evidence.save(evidence, of: incident.id)
    }
    try db.livePods.replace(before.map(LivePod.of) ?? [], with: LivePod.of(incident))
  }

  private func insert(_ incident: Incident) throws {
    try db.run(
      """
      INSERT INTO incidents
        (id, timestamp, alert_name, severity, namespace, description, mode, nonce, pod, ai_analysis, confidence, action_taken,
        verified, state, live, workload_kind, workload_name, updated_at, verified_at, document)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        incident.id, incident.openedAt.rfc3339, incident.alertName, incident.severity, incident.subject.namespace,
        incident.description, incident.mode.rawValue, incident.nonce,
      ] + changing(incident))
  }

  private func update(_ incident: Incident) throws {
    try db.run(
      """
      UPDATE incidents SET
        pod = ?, ai_analysis = ?, confidence = ?, action_taken = ?, verified = ?, state = ?, live = ?, workload_kind = ?,
        workload_name = ?, updated_at = ?, verified_at = ?, document = ?
      WHERE id = ?
      """, try changing(incident) + [incident.id])
  }

  private func changing(_ incident: Incident) throws -> StatementArguments {
    [
      incident.subject.pods.first, incident.decision?.reasoning, incident.decision?.confidence,
      incident.actionTaken?.rawValue, incident.verification?.verified, incident.state.rawValue, incident.isLive,
      incident.subject.workload?.kind, incident.subject.workload?.name, incident.updatedAt.milliseconds,
      incident.verification?.at.milliseconds, try StoredIncident.document(incident),
    ]
  }

  func find(_ id: Incident.ID) throws -> Incident? {
    let row = try db.row(
      """
      SELECT incidents.document AS document, evidence.document AS evidence
      FROM incidents LEFT JOIN evidence ON incident = id WHERE id = ?
      """, [id])
    return try row.map { try StoredIncident.incident(id, $0["document"], evidence: $0["evidence"]) }
  }

  /// The newest incident of a workload of which a person has been told, and that may be the same trouble: of the last
  /// `Joining.signalRest` for a signal, of the last `Joining.alertRest` for an alert where a signal had told before it.
  func told(of opening: Opening, at now: Timestamp) throws -> Incident.ID? {
    guard opening.mode == .normal else { return nil }
    let isSignal = opening.alert.source == .signal
    let rest = isSignal ? Joining.signalRest : Joining.alertRest
    guard let workload = opening.subject.workload else { return try isSignal ? told(of: opening.alert, at: now) : nil }
    return try db.value(
      Int64.self,
      """
      SELECT id FROM incidents
      WHERE state = 'escalated' AND namespace = ? AND workload_name = ? AND workload_kind = ? AND updated_at > ?
        AND mode = 'normal'
        AND (? OR EXISTS (SELECT 1 FROM alerts WHERE incident = id AND source = 'signal'))
      ORDER BY updated_at DESC LIMIT 1
      """, [opening.subject.namespace, workload.name, workload.kind, (now - rest).milliseconds, isSignal])
  }

  /// The live incident of a workload, the oldest if there are several.
  /// - Parameter except: an incident that is left out.
  func live(_ workload: WorkloadName, in namespace: String, except: Incident.ID? = nil) throws -> Incident.ID? {
    try db.value(
      Int64.self,
      """
      SELECT id FROM incidents WHERE live AND namespace = ? AND workload_name = ? AND workload_kind = ? AND id IS NOT ?
      ORDER BY id LIMIT 1
      """, [namespace, workload.name, workload.kind, except])
  }

  /// Where no workload is known it is the same trouble when the same signal said so before.
  private func told(of signal: Alert, at now: Timestamp) throws -> Incident.ID? {
    try db.value(
      Int64.self,
      """
      SELECT id FROM alerts JOIN incidents ON id = incident
      WHERE fingerprint = ? AND alerts.mode = 'normal' AND state = 'escalated' AND updated_at > ? ORDER BY id DESC LIMIT 1
      """, [signal.fingerprint, (now - Joining.signalRest).milliseconds])
  }

  func inFlight(in namespace: String, except incident: Incident.ID) throws -> Incident.ID? {
    try db.value(
      Int64.self,
      """
      SELECT id FROM incidents
      WHERE live AND state IN ('executing', 'verifying') AND namespace = ? AND id <> ? ORDER BY id LIMIT 1
      """, [namespace, incident])
  }

  /// Those that cannot be read are left out.
  func judged(after id: Incident.ID, limit: Int) throws -> [Incident] {
    var last = id
    while true {
      let ids: [Incident.ID] = try db.rows(
        "SELECT id FROM incidents WHERE id > ? AND verified IS NOT NULL AND mode = 'normal' ORDER BY id LIMIT ?", [last, limit]
      ).map { $0["id"] }
      guard let final = ids.last else { return [] }
      let incidents = ids.compactMap { try? find($0) }
      if !incidents.isEmpty { return incidents }
      last = final
    }
  }
}

extension Incident {
  /// Open, and not a test.
  var isLive: Bool { state.isOpen && mode == .normal }

  /// What the agent did, once it has; nil while that is not known.
  var actionTaken: Action? {
    guard case .done = execution else { return nil }
    return order?.action
  }
}
