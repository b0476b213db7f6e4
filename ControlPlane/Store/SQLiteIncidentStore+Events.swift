import GRDB
public import Pipeline
public import Wire

extension SQLiteIncidentStore {
  public func take(
    _ delivery: AlertDelivery, through pipeline: Pipeline, at now: Timestamp
  ) async throws(StoreError) -> Commit {
    try await write { db in
      var steps = StepWriting(db, pipeline, at: now)
      for opening in delivery.firing { try self.take(opening, &steps) }
      for alert in delivery.resolved { try self.resolve(alert, &steps) }
      return steps.commit
    }
  }

  private func take(_ opening: Opening, _ steps: inout StepWriting) throws {
    let db = steps.db
    let key = opening.alert.key
    guard try !db.alerts.isKnown(key, opening.mode) else { return }
    let joined = try join(opening, &steps)
    try db.alerts.insert(key, opening.mode, of: try joined ?? steps.open(opening, nonce: nonce()))
  }

  private func join(_ opening: Opening, _ steps: inout StepWriting) throws -> Incident.ID? {
    guard opening.mode == .normal,
      let id = Joining.choice(for: opening, among: try steps.db.livePods.candidates(for: opening)),
      let incident = try steps.db.incidents.find(id),
      try steps.apply(.joined(opening.alert, opening.subject), to: incident)
    else { return nil }
    return id
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
