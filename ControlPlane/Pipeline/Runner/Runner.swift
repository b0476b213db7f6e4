import Synchronization
public import Wire

/// Executes committed intents, and is the one way by which anything happens to an incident: what it commits, it tells its audience.
///
/// Generic over the seams and the clock, so that the service and replays share it.
public final class Runner: Sendable {
  public struct Seams: Sendable {
    public let store: any IncidentStore
    /// Nil when none is configured: the runbooks decide.
    public let model: (any DecisionModel)?
    public let notifier: any Notifier
    public let audience: [any CommitAudience]
    /// What the agent of a namespace can do; nil when there is none or it has not said.
    public let abilities: @Sendable (_ namespace: String) -> Set<Action>?
    /// Its list for `exec_pod`; nil when there is no agent or it has not said.
    public let execCommands: @Sendable (_ namespace: String) -> Set<String>?
    /// Nil where the past is not kept: there are no precedents.
    public let memory: PrecedentMemory?

    public init(
      store: any IncidentStore, model: (any DecisionModel)?, notifier: any Notifier, audience: [any CommitAudience],
      abilities: @escaping @Sendable (_ namespace: String) -> Set<Action>?,
      execCommands: @escaping @Sendable (_ namespace: String) -> Set<String>? = { _ in nil },
      memory: PrecedentMemory? = nil
    ) {
      self.store = store
      self.model = model
      self.notifier = notifier
      self.audience = audience
      self.abilities = abilities
      self.execCommands = execCommands
      self.memory = memory
    }
  }

  /// Intents looked at in one go; more than the slots, so that many of one kind do not hide the others.
  static let dueLimit = 1000
  /// After a start, how long agents get to come back and deliver what they have, before anything counts as unanswered. Their
  /// reconnects are spread over 30 s.
  static let reconnectGrace = Duration.seconds(45)

  public let pipeline: Pipeline
  private let seams: Seams
  private let clock: any WallClock
  private let reportTrouble: @Sendable (String) -> Void
  private let wakeup = Wakeup()
  private let slots = Mutex(WorkSlots())
  private let startedAt: Timestamp
  private let decisionDeadline: Duration

  /// - Parameter decisionDeadline: for precedents and model together, retries included; then the runbooks decide.
  public init(
    pipeline: Pipeline, seams: Seams, clock: any WallClock, decisionDeadline: Duration = .seconds(20),
    reportTrouble: @escaping @Sendable (String) -> Void
  ) {
    self.pipeline = pipeline
    self.seams = seams
    self.clock = clock
    self.decisionDeadline = decisionDeadline
    startedAt = clock.now
    self.reportTrouble = reportTrouble
  }

  /// Returns when the alerts are durable.
  public func take(_ delivery: AlertDelivery) async throws(StoreError) -> Commit {
    publish(try await seams.store.take(delivery, through: pipeline, at: clock.now))
  }

  /// Returns when what the agent saw is durable.
  public func take(_ signals: SignalDelivery) async throws(StoreError) -> Commit {
    publish(try await seams.store.take(signals, through: pipeline, at: clock.now))
  }

  /// What comes too often, or is of no act under way, changes nothing.
  public func note(_ progress: ActProgress, from namespace: String) async throws(StoreError) {
    _ = publish(try await seams.store.note(progress, from: namespace, through: pipeline, at: clock.now))
  }

  /// Returns when the result is durable.
  public func record(_ result: CommandResult, from namespace: String) async throws(StoreError) {
    _ = publish(try await seams.store.record(result, from: namespace, through: pipeline, at: clock.now))
  }

  /// What people do: `.approved`, `.rejected`, `.stopRequested`.
  public func apply(_ event: IncidentEvent, to incident: Incident.ID) async throws(StoreError) -> Commit {
    publish(
      try await seams.store.apply(event, to: incident, completing: nil, through: pipeline, at: clock.now))
  }

  /// Works until the task is cancelled. What it leaves undone is done after the next start.
  public func run() async {
    await withDiscardingTaskGroup { group in
      var failures = 0
      while !Task.isCancelled {
        do {
          let nextDue = try await startDueIntents(in: &group)
          failures = 0
          await wakeup.wait(until: nextDue, on: clock)
        } catch {
          failures += 1
          reportTrouble("cannot read the work to be done: \(error)")
          await wakeup.wait(until: clock.now + Backoff.delay(attempt: failures), on: clock)
        }
      }
      group.cancelAll()
    }
  }

  /// Starts what is due and not being worked on.
  /// - Returns: when to look again, if nobody signals before.
  private func startDueIntents(in group: inout DiscardingTaskGroup) async throws(StoreError) -> Timestamp? {
    let now = clock.now
    let due = try await seams.store.dueIntents(at: now, limit: Self.dueLimit)
    for pending in due {
      guard slots.withLock({ $0.claim(pending) }) else { continue }
      group.addTask {
        await self.execute(pending)
        self.slots.withLock { $0.release(pending) }
        self.wakeup.signal()
      }
    }
    return try await seams.store.nextIntentDue(after: now)
  }

  private func execute(_ pending: PendingIntent) async {
    do {
      switch pending.intent {
      case .dispatch: break
      case .decide: try await decide(pending)
      case .notify(let notification): try await notify(notification, pending)
      case .expire(let command, let at): try await expire(command, due: at, pending)
      case .expireApproval(let digest, _): try await complete(pending, with: .approvalExpired(orderDigest: digest))
      case .lookAgain: try await complete(pending, with: .waitOver)
      case .remember: try await remember(pending)
      }
    } catch {
      reportTrouble("incident \(pending.incident): \(error)")
      await putOff(pending)
    }
  }

  /// Begun work stays begun: what failed may be no more than the note that it was done. When not even that can be stored, the slot is
  /// kept for a while, so that a full disk does not make this a hot loop.
  private func putOff(_ pending: PendingIntent) async {
    let delay = Backoff.delay(attempt: pending.attempts + 1)
    do {
      try await seams.store.postpone(pending.id, until: clock.now + delay, stillBegun: true)
    } catch {
      await wait(Backoff.delay(attempt: Backoff.steepest))
    }
  }

  private func wait(_ duration: Duration) async {
    try? await clock.sleep(until: clock.now + duration, tolerance: nil)
  }

  /// Concludes that nobody answered, unless everybody has only just had the chance to come back.
  private func expire(_ command: String, due: Timestamp, _ pending: PendingIntent) async throws(StoreError) {
    let end = startedAt + Self.reconnectGrace
    guard clock.now >= end || due >= end else {
      return try await seams.store.postpone(pending.id, until: end, stillBegun: false)
    }
    try await complete(pending, with: .unanswered(command: command))
  }

  private func complete(_ pending: PendingIntent, with event: IncidentEvent) async throws(StoreError) {
    _ = publish(
      try await seams.store.apply(event, to: pending.incident, completing: pending.id, through: pipeline, at: clock.now))
  }

  private func decide(_ pending: PendingIntent) async throws(StoreError) {
    guard let incident = try await seams.store.incident(pending.incident) else {
      throw .notFound(incident: pending.incident)
    }
    guard let evidence = incident.evidence else {
      return try await complete(
        pending, with: .decided(Deliberation(diagnosis: .nothing, precedents: [], counsel: .notConfigured)))
    }
    let history = try await history(of: incident)
    let end = ContinuousClock.now + decisionDeadline
    let precedents = try await precedents(for: incident)
    let diagnosis = pipeline.offer(
      for: evidence, alert: incident.alert, history: history, actions: abilities(in: incident.subject.namespace),
      execCommands: seams.execCommands(incident.subject.namespace), at: clock.now)
    let (counsel, prompt) = await counsel(on: incident, evidence, diagnosis, precedents, until: end)
    // A model that was cut off by a shutdown has not declined to answer: the next start asks again.
    guard !Task.isCancelled else { return }
    var deliberation = Deliberation(diagnosis: diagnosis, precedents: precedents, counsel: counsel)
    deliberation.promptDigest = prompt
    try await complete(pending, with: .decided(deliberation))
  }

  /// A namespace's agent does what is in the namespace, the cluster agent what is done to nodes.
  private func abilities(in namespace: String) -> Set<Action>? {
    guard let own = seams.abilities(namespace) else { return nil }
    let cluster = seams.abilities(Command.clusterScope) ?? []
    return own.filter { !$0.isOnNode || namespace == Command.clusterScope }.union(cluster.filter(\.isOnNode))
  }

  /// A memory that does not answer costs its precedents, never the decision, and the incident says so.
  private func precedents(for incident: Incident) async throws(StoreError) -> [Precedent] {
    guard let memory = seams.memory else { return [] }
    do throws(MemoryError) {
      return try await memory.precedents(for: incident)
    } catch {
      guard !Task.isCancelled else { return [] }
      _ = try await apply(.pastUnknown(error), to: incident.id)
      return []
    }
  }

  /// Tried until the memory takes it, for half a day.
  private func remember(_ pending: PendingIntent) async throws(StoreError) {
    var note: TimelineEntry?
    if let memory = seams.memory, let incident = try await seams.store.incident(pending.incident) {
      do throws(MemoryError) {
        try await memory.remember(incident)
      } catch {
        guard !Task.isCancelled else { return }
        guard pending.attempts >= Backoff.memoryAttempts else {
          let until = clock.now + Backoff.delay(attempt: pending.attempts + 1)
          return try await seams.store.postpone(pending.id, until: until, stillBegun: false)
        }
        note = TimelineEntry(
          at: clock.now, stage: .verification,
          summary: "Not remembered as a precedent: the memory \(error). `sre-control-plane memory rebuild` makes up for it.")
      }
    }
    _ = publish(try await seams.store.complete(pending.id, noting: note))
  }

  private func history(of incident: Incident) async throws(StoreError) -> WorkloadHistory {
    guard let workload = incident.subject.workload else { return WorkloadHistory() }
    return try await seams.store.history(
      of: workload, in: incident.subject.namespace, except: incident.id, at: clock.now)
  }

  private func counsel(
    on incident: Incident, _ evidence: Evidence, _ diagnosis: Diagnosis, _ precedents: [Precedent],
    until end: ContinuousClock.Instant
  ) async -> (Deliberation.Counsel, promptDigest: String?) {
    guard let model = seams.model else { return (.notConfigured, nil) }
    var question = ModelQuestion.about(
      incident, evidence, diagnosis, precedents: precedents, deadline: ContinuousClock.now.duration(to: end), at: clock.now)
    question.namespace = incident.subject.namespace
    do {
      return (.answered(try await model.choose(question)), question.digest)
    } catch {
      return (.absent(error), question.digest)
    }
  }

  /// A message that was begun before may have gone out: it is never sent again.
  private func notify(_ notification: Notification, _ pending: PendingIntent) async throws(StoreError) {
    if pending.begun {
      return try await finish(
        pending, "“\(notification.subject)” possibly sent: interrupted while it was handed over, and not sent again")
    }
    guard !Task.isCancelled else { return }
    let message = notification.ending(with: try await seams.store.chainHead())
    try await seams.store.begin(pending.id, at: clock.now)
    let done: String
    do {
      done = try await seams.notifier.send(message)
    } catch .notSent where pending.attempts < Backoff.notificationAttempts {
      let until = clock.now + Backoff.delay(attempt: pending.attempts + 1)
      return try await seams.store.postpone(pending.id, until: until, stillBegun: false)
    } catch {
      return try await finish(pending, "“\(notification.subject)” \(error)")
    }
    try await finish(pending, "“\(notification.subject)” \(done)")
  }

  private func finish(_ pending: PendingIntent, _ summary: String) async throws(StoreError) {
    let entry = TimelineEntry(at: clock.now, stage: .notification, summary: summary)
    _ = publish(try await seams.store.complete(pending.id, noting: entry))
  }

  private func publish(_ commit: Commit) -> Commit {
    for listener in seams.audience { listener.receive(commit) }
    if commit.hasIntents { wakeup.signal() }
    return commit
  }
}

/// Hears of every commit, after it is durable: the agent link, the live feed, the log. Must not block.
public protocol CommitAudience: Sendable {
  func receive(_ commit: Commit)
}
