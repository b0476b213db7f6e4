public import Pipeline

extension SQLiteIncidentStore: IncidentArchive {
  public func incidents(_ selection: IncidentSelection) async throws(StoreError) -> [Incident] {
    let query = IncidentQuery(
      states: selection.state.map { [$0] }, namespaces: selection.namespaces, before: selection.before, limit: selection.count)
    var incidents: [Incident] = []
    for summary in try await page(query).incidents {
      if let incident = try await incident(summary.id) { incidents.append(incident) }
    }
    return incidents
  }

  public func incidentsAwaitingApproval(limit: Int) async throws(StoreError) -> [Incident] {
    Array(try await awaitingApproval(in: nil).prefix(limit))
  }

  public func timeline(of incident: Incident.ID, limit: Int) async throws(StoreError) -> [StoredTimelineEntry] {
    try await timeline(of: incident, after: 0, limit: limit)
  }

  public func incidentCounts() async throws(StoreError) -> [Incident.State: Int] { try await countsByState() }

  public func auditChain() async throws(StoreError) -> AuditReport {
    switch try await verifyChain() {
    case .intact(let entries, let head): AuditReport(entries: Int64(entries), head: head, brokenAt: nil)
    case .broken(let sequence): AuditReport(entries: sequence, head: "", brokenAt: sequence)
    }
  }
}
