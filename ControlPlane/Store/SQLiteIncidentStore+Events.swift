import GRDB
public import Pipeline
public import Wire

extension SQLiteIncidentStore {
  public func take(
    _ delivery: AlertDelivery, through pipeline: Pipeline, at now: Timestamp
  ) async throws(StoreError) -> Commit {
    try await write { db in
      var steps = StepWriting(db, pipeline, at: now)
      var joins = Joins()
      for opening in delivery.firing where try !db.alerts.isKnown(opening.alert.key, opening.mode) {
        let joined = try Joining.choice(for: opening, among: db.livePods.candidates(for: opening))
        if let joined { joins.add(opening, to: joined) }
        let incident = try joined ?? steps.open(opening, nonce: self.nonce())
        try db.alerts.insert(opening.alert.key, opening.mode, of: incident)
      }
      for (id, alerts, subject) in joins.all {
        if let incident = try db.incidents.find(id) { try steps.apply(.joined(alerts, subject), to: incident) }
      }
      for alert in delivery.resolved { try self.resolve(alert, &steps) }
      return steps.commit
    }
  }

  private func resolve(_ alert: Alert, _ steps: inout StepWriting) throws {
    let db = steps.db
    guard let id = try db.alerts.resolve(alert.key), try !db.alerts.isAnyFiring(of: id),
      let incident = try db.incidents.find(id)
    else { return }
    try steps.apply(.alertsResolved, to: incident)
  }

  public func apply(
    _ event: IncidentEvent, to incident: Incident.ID, completing intent: PendingIntent.ID?, through pipeline: Pipeline,
    at now: Timestamp
  ) async throws(StoreError) -> Commit {
    try await write { db in
      if let intent, try db.intents.remove(intent) == nil { return .empty }
      guard let current = try db.incidents.find(incident) else { throw StoreError.notFound(incident: incident) }
      if case .unanswered(let command) = event {
        if try db.commands.isAnswered(command) { return .empty }
        try db.commands.giveUp(command)
      }
      var steps = StepWriting(db, pipeline, at: now)
      try steps.apply(event, to: current)
      return steps.commit
    }
  }

  public func record(
    _ result: CommandResult, from namespace: String, through pipeline: Pipeline, at now: Timestamp
  ) async throws(StoreError) -> Commit {
    let document = try encoded(result)
    return try await write { db in
      guard let id = try db.commands.answer(result.command, of: namespace, with: document, at: now),
        let incident = try self.readable(id, db)
      else { return .empty }
      var steps = StepWriting(db, pipeline, at: now)
      try steps.apply(.answered(command: result.command, result.outcome), to: incident)
      return steps.commit
    }
  }

  /// Nil for a document that cannot be read: the agent would send a result that is not taken for ever.
  private func readable(_ id: Incident.ID, _ db: Database) throws -> Incident? {
    do {
      return try db.incidents.find(id)
    } catch is StoredJSONError {
      return nil
    }
  }
}
