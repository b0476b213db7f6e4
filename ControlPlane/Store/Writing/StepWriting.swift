import GRDB
import Pipeline
import Wire

/// Takes steps within SQLite's transaction: what `Pipeline` computes is written before anybody else can see the incident.
struct StepWriting {
  let db: Database
  let pipeline: Pipeline
  let now: Timestamp
  private var changes = CommitInTheMaking()

  init(_ db: Database, _ pipeline: Pipeline, at now: Timestamp) {
    self.db = db
    self.pipeline = pipeline
    self.now = now
  }

  var commit: Commit { changes.commit }

  /// - Returns: false when the event no longer concerns the incident.
  @discardableResult
  mutating func apply(_ event: IncidentEvent, to incident: Incident) throws -> Bool {
    guard let step = try step(incident, event) else { return false }
    try write(step, before: incident)
    return true
  }

  mutating func open(_ opening: Opening, nonce: String) throws -> Incident.ID {
    let incident = Incident(id: try db.incidents.nextID(), nonce: nonce, opening: opening, at: now)
    let step = try step(incident, .opened) ?? Step(incident: incident, timeline: [], intents: [])
    try write(step, before: nil)
    return incident.id
  }

  /// Writes an incident that ended before this database knew of it.
  mutating func remember(_ act: PastAct, nonce: String) throws {
    let step = act.step(id: try db.incidents.nextID(), nonce: nonce)
    try write(step, before: nil)
    if let command = step.incident.actCommand { try db.commands.giveUp(command) }
  }

  private func step(_ incident: Incident, _ event: IncidentEvent) throws -> Step? {
    let reading = HistoryReading(db, at: now)
    let step = Result { try pipeline.step(incident, event, history: reading.history, at: now) }
    if let failure = reading.failure { throw failure }
    return try step.get()
  }

  private mutating func write(_ step: Step, before: Incident?) throws {
    let incident = step.incident
    try db.incidents.save(incident, before: before)
    changes.add(incident)
    for entry in step.timeline { changes.add(try db.timeline.append(entry, to: incident.id)) }
    for intent in step.intents { try write(intent, of: incident) }
    if let survivor = incident.mergedInto, before?.mergedInto == nil {
      try db.alerts.move(from: incident.id, to: survivor)
    }
    if let execution = incident.execution, before?.execution == nil {
      try db.acts.note(execution, ofLastOf: incident.id)
    }
    if let verification = incident.verification, before?.verification == nil {
      try db.acts.judge(lastOf: incident.id, verification)
    }
    if let execution = incident.undo?.execution, before?.undo?.execution == nil {
      try db.acts.note(execution, ofLastOf: incident.id)
    }
    if let verification = incident.undo?.verification, before?.undo?.verification == nil {
      try db.acts.judge(lastOf: incident.id, verification)
    }
  }

  private mutating func write(_ intent: Intent, of incident: Incident) throws {
    guard case .dispatch(let draft) = intent else {
      try db.intents.insert(intent, of: incident.id, dueAt: intent.dueAt ?? now)
      return changes.addIntent()
    }
    let command = try db.commands.insert(draft, of: incident.id)
    if case .act(let order) = draft.task {
      try db.acts.insert(order, of: incident, sequence: command.sequence, at: now)
    }
    changes.add(command)
  }
}

/// Answers the pipeline's questions about a workload from the transaction that is open. The pipeline's closure does not throw,
/// so a failed read is kept here, and the step that was computed from it must be thrown away.
final class HistoryReading {
  private let db: Database
  private let now: Timestamp
  private(set) var failure: (any Error)?

  init(_ db: Database, at now: Timestamp) {
    self.db = db
    self.now = now
  }

  var history: HistoryLookup {
    { workload, namespace, incident in
      do {
        return try WorkloadHistory(of: workload, in: namespace, except: incident, at: self.now, self.db)
      } catch {
        self.failure = error
        return WorkloadHistory()
      }
    }
  }
}

extension WorkloadHistory {
  init(of workload: WorkloadName, in namespace: String, except incident: Incident.ID, at now: Timestamp, _ db: Database) throws {
    self.init(
      lastVerifiedAt: try db.acts.lastJudged(workload, in: namespace),
      actedAt: try db.acts.ordered(workload, in: namespace, since: now - .seconds(86_400)),
      inFlight: try db.incidents.inFlight(in: namespace, except: incident),
      twin: try db.incidents.live(workload, in: namespace, except: incident))
  }
}
