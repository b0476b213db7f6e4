import GRDB
public import Pipeline
public import Wire

extension SQLiteIncidentStore {
  public func take(
    _ delivery: AlertDelivery, through pipeline: Pipeline, at now: Timestamp
  ) async throws(StoreError) -> Commit {
    try await write { db in
      var steps = StepWriting(db, pipeline, at: now)
      try self.open(delivery.firing.filter { try !db.alerts.isKnown($0.alert.key, $0.mode) }, &steps)
      for alert in delivery.resolved { try self.resolve(alert.key, &steps) }
      return steps.commit
    }
  }

  public func take(_ signals: SignalDelivery, through pipeline: Pipeline, at now: Timestamp) async throws(StoreError) -> Commit {
    try await write { db in
      guard try db.alerts.isNews(signals) else { return .empty }
      var steps = StepWriting(db, pipeline, at: now)
      try self.open(signals.firing.filter { try !db.alerts.isFiring($0.alert) }, &steps)
      guard signals.isComplete else { return steps.commit }
      let seen = Set(signals.firing.map(\.alert.fingerprint))
      for key in try db.alerts.firingSignals(of: signals.namespace) where !seen.contains(key.fingerprint) {
        try self.resolve(key, &steps)
      }
      return steps.commit
    }
  }

  /// Each joins an open incident, or one of which a person has been told, or opens one.
  private func open(_ openings: [Opening], _ steps: inout StepWriting) throws {
    let db = steps.db
    var joins = Joins()
    var seen: [Incident.Mode: Set<Alert.Key>] = [:]
    for opening in openings where seen[opening.mode, default: []].insert(opening.alert.key).inserted {
      let live = try Joining.choice(for: opening, among: db.livePods.candidates(for: opening))
      let joined = try live ?? db.incidents.told(of: opening, at: steps.now)
      if let joined { joins.add(opening, to: joined) }
      try db.alerts.insert(opening, of: try joined ?? steps.open(opening, nonce: nonce()))
    }
    for (id, alerts, subject) in joins.all {
      if let incident = try db.incidents.find(id) { try steps.apply(.joined(alerts, subject), to: incident) }
    }
  }

  private func resolve(_ key: Alert.Key, _ steps: inout StepWriting) throws {
    let db = steps.db
    guard let id = try db.alerts.resolve(key), try !db.alerts.isAnyFiring(of: id),
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

  public func note(
    _ progress: ActProgress, from namespace: String, through pipeline: Pipeline, at now: Timestamp
  ) async throws(StoreError) -> Commit {
    try await write { db in
      guard let id = try db.commands.progress(progress, of: namespace, at: now), let incident = try self.readable(id, db) else {
        return .empty
      }
      var steps = StepWriting(db, pipeline, at: now)
      try steps.apply(.progressed(progress), to: incident)
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
