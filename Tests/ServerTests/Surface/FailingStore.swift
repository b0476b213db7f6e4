import Pipeline
import Synchronization
import Wire

/// The real store, whose first completions of an intent fail as on a full disk.
final class FailingStore: IncidentStore {
  private let base: any IncidentStore
  private let failuresLeft: Mutex<Int>

  init(_ base: any IncidentStore, completions: Int) {
    self.base = base
    failuresLeft = Mutex(completions)
  }

  func complete(_ intent: PendingIntent.ID, noting entry: TimelineEntry?) async throws(StoreError) -> Commit {
    let fails = failuresLeft.withLock { left in
      left -= 1
      return left >= 0
    }
    if fails { throw .unavailable("database or disk is full") }
    return try await base.complete(intent, noting: entry)
  }

  func take(_ delivery: AlertDelivery, through pipeline: Pipeline, at now: Timestamp) async throws(StoreError) -> Commit {
    try await base.take(delivery, through: pipeline, at: now)
  }

  func take(_ signals: SignalDelivery, through pipeline: Pipeline, at now: Timestamp) async throws(StoreError) -> Commit {
    try await base.take(signals, through: pipeline, at: now)
  }

  func note(
    _ progress: ActProgress, from namespace: String, through pipeline: Pipeline, at now: Timestamp
  ) async throws(StoreError) -> Commit {
    try await base.note(progress, from: namespace, through: pipeline, at: now)
  }

  func apply(
    _ event: IncidentEvent, to incident: Incident.ID, completing intent: PendingIntent.ID?, through pipeline: Pipeline,
    at now: Timestamp
  ) async throws(StoreError) -> Commit {
    try await base.apply(event, to: incident, completing: intent, through: pipeline, at: now)
  }

  func record(
    _ result: CommandResult, from namespace: String, through pipeline: Pipeline, at now: Timestamp
  ) async throws(StoreError) -> Commit {
    try await base.record(result, from: namespace, through: pipeline, at: now)
  }

  func authorise(_ commands: [Command], at now: Timestamp) async throws(StoreError) -> [SigningLeave] {
    try await base.authorise(commands, at: now)
  }

  func chainHead() async throws(StoreError) -> ChainHead { try await base.chainHead() }

  func dueIntents(at now: Timestamp, limit: Int) async throws(StoreError) -> [PendingIntent] {
    try await base.dueIntents(at: now, limit: limit)
  }

  func nextIntentDue(after now: Timestamp) async throws(StoreError) -> Timestamp? {
    try await base.nextIntentDue(after: now)
  }

  func begin(_ intent: PendingIntent.ID, at now: Timestamp) async throws(StoreError) {
    try await base.begin(intent, at: now)
  }

  func postpone(_ intent: PendingIntent.ID, until: Timestamp, stillBegun: Bool) async throws(StoreError) {
    try await base.postpone(intent, until: until, stillBegun: stillBegun)
  }

  func openCommands(
    for namespace: String, after sequence: Int64, at now: Timestamp, limit: Int
  ) async throws(StoreError) -> [OpenCommand] {
    try await base.openCommands(for: namespace, after: sequence, at: now, limit: limit)
  }

  func beginEpoch(above known: Int64) async throws(StoreError) -> Int64 { try await base.beginEpoch(above: known) }

  func incident(_ id: Incident.ID) async throws(StoreError) -> Incident? { try await base.incident(id) }

  func history(
    of workload: WorkloadName, in namespace: String, except incident: Incident.ID, at now: Timestamp
  ) async throws(StoreError) -> WorkloadHistory {
    try await base.history(of: workload, in: namespace, except: incident, at: now)
  }
}
