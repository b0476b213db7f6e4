import Pipeline
import Testing
import Wire

/// One incident on its way through a store, a second a step.
struct Walk {
  let store: any IncidentStore
  let pipeline: Pipeline
  let namespace: String
  let workload: WorkloadName
  private(set) var now: Timestamp
  private(set) var incident: Incident

  /// Opens an incident.
  init(
    _ store: any IncidentStore, _ opening: Opening = Situation.opening(), pipeline: Pipeline = Situation.pipeline,
    at now: Timestamp = Situation.start
  ) async throws {
    let commit = try await store.take(AlertDelivery(firing: [opening], resolved: []), through: pipeline, at: now)
    self.store = store
    self.pipeline = pipeline
    self.now = now
    namespace = opening.subject.namespace
    workload = opening.subject.workload ?? Situation.checkout
    incident = try #require(commit.incidents.first)
  }

  /// Goes on with an incident that was just opened.
  init(resuming incident: Incident, _ store: any IncidentStore, _ opening: Opening, at now: Timestamp) {
    self.store = store
    pipeline = Situation.pipeline
    self.now = now
    namespace = opening.subject.namespace
    workload = opening.subject.workload ?? Situation.checkout
    self.incident = incident
  }

  var evidence: Evidence { Situation.evidence(namespace: namespace, workload: workload.name, at: now) }

  @discardableResult
  mutating func answer(_ kind: Command.Kind, _ outcome: CommandResult.Outcome) async throws -> Commit {
    now = now + .seconds(1)
    let result = CommandResult(command: try #require(incident.openCommand), kind: kind, outcome: outcome, finishedAt: now)
    return try follow(await store.record(result, from: namespace, through: pipeline, at: now))
  }

  @discardableResult
  mutating func gather() async throws -> Commit { try await answer(.gather, .evidence(evidence)) }

  @discardableResult
  mutating func decide() async throws -> Commit {
    now = now + .seconds(1)
    let intent = try #require(try await pending { $0 == .decide })
    let gathered = try #require(incident.evidence)
    let event = IncidentEvent.decided(Situation.deliberation(gathered, at: now, by: pipeline))
    return try follow(await store.apply(event, to: incident.id, completing: intent.id, through: pipeline, at: now))
  }

  @discardableResult
  mutating func act() async throws -> Commit {
    try await answer(.act, .acted(ActReport(generation: 5, before: ["/x": nil], after: ["/x": "y"], alreadyDone: false)))
  }

  @discardableResult
  mutating func observe(_ ending: Observation.Ending = .stable) async throws -> Commit {
    now = now + .seconds(60)
    return try await answer(.observe, .observed(Situation.observation(ending, at: now)))
  }

  mutating func finish(_ ending: Observation.Ending = .stable) async throws {
    try await gather()
    try await decide()
    try await act()
    try await observe(ending)
  }

  /// An intent of this incident, due or not.
  func pending(_ matches: (Intent) -> Bool) async throws -> PendingIntent? {
    try await store.dueIntents(at: now + .seconds(86_400), limit: 10_000).first {
      $0.incident == incident.id && matches($0.intent)
    }
  }

  private mutating func follow(_ commit: Commit) throws -> Commit {
    incident = try #require(commit.incidents.first { $0.id == incident.id })
    return commit
  }
}
