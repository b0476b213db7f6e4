import FoundationEssentials
import GRDB
import Pipeline
import Wire

/// Lists. A filter is split into ranges that an index holds in order (one state, or one state of one namespace), whose newest
/// ids are merged, so that a page costs the same whatever lies behind it.
extension IncidentTable {
  func page(_ query: IncidentQuery) throws -> IncidentPage {
    let limit = query.boundedLimit
    // One more than asked for tells whether there is a next page.
    let ids = try newest(query, limit: limit + 1)
    let shown = try ids.prefix(limit).map(summary)
    return IncidentPage(incidents: shown, next: ids.count > limit ? shown.last?.id : nil)
  }

  private func newest(_ query: IncidentQuery, limit: Int) throws -> [Incident.ID] {
    let before = query.before ?? .max
    guard query.states != nil || query.namespaces != nil else {
      return try ids("id < ?", [before], limit: limit, "DESC")
    }
    let states = query.states ?? Set(Incident.State.allCases)
    let ids = try ranges(states, query.namespaces).flatMap { range in
      try self.ids(range.condition + " AND id < ?", range.arguments + [before], limit: limit, "DESC")
    }
    return Array(ids.sorted(by: >).prefix(limit))
  }

  func awaitingApproval(in namespaces: Set<String>?) throws -> [Incident] {
    let limit = IncidentQuery.maximumLimit
    let ids = try ranges([.awaitingApproval], namespaces).flatMap { range in
      try self.ids(range.condition, range.arguments, limit: limit, "ASC")
    }
    return try ids.sorted().prefix(limit).compactMap(find)
  }

  func countsByState() throws -> [Incident.State: Int] {
    var counts: [Incident.State: Int] = [:]
    for row in try db.rows("SELECT state, count(*) AS count FROM incidents GROUP BY state") {
      if let state = Incident.State(rawValue: row["state"]) { counts[state] = row["count"] }
    }
    return counts
  }

  private func ranges(
    _ states: Set<Incident.State>, _ namespaces: Set<String>?
  ) -> [(condition: String, arguments: StatementArguments)] {
    states.flatMap { state -> [(String, StatementArguments)] in
      guard let namespaces else { return [("state = ?", [state.rawValue])] }
      return namespaces.map { ("namespace = ? AND state = ?", [$0, state.rawValue]) }
    }
  }

  private func ids(
    _ condition: String, _ arguments: StatementArguments, limit: Int, _ order: String
  ) throws -> [Incident.ID] {
    try Int64.fetchAll(
      db.cachedStatement(sql: "SELECT id FROM incidents WHERE \(condition) ORDER BY id \(order) LIMIT ?"),
      arguments: arguments + [limit])
  }

  private func summary(_ id: Incident.ID) throws -> IncidentSummary {
    let row = try db.row(
      """
      SELECT timestamp, alert_name, severity, namespace, pod, description, logs, ai_analysis, confidence, action_taken, verified,
        state, mode, workload_kind, workload_name, updated_at
      FROM incidents WHERE id = ?
      """, [id])
    guard let row, let state = Incident.State(rawValue: row["state"]), let mode = Incident.Mode(rawValue: row["mode"]) else {
      throw StoredJSONError(name: "incident \(id)")
    }
    let (kind, name): (String?, String?) = (row["workload_kind"], row["workload_name"])
    return IncidentSummary(
      id: id, timestamp: row["timestamp"], alertName: row["alert_name"], severity: row["severity"],
      namespace: row["namespace"], pod: row["pod"], description: row["description"], logs: row["logs"],
      aiAnalysis: row["ai_analysis"], confidence: row["confidence"],
      actionTaken: (row["action_taken"] as String?).flatMap(Action.init(rawValue:)), verified: row["verified"], state: state,
      mode: mode, workload: kind.flatMap { kind in name.map { WorkloadName(kind: kind, name: $0) } },
      updatedAt: Timestamp(milliseconds: row["updated_at"]))
  }
}
