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

    public init(
      store: any IncidentStore, model: (any DecisionModel)?, notifier: any Notifier, audience: [any CommitAudience]
    ) {
      self.store = store
      self.model = model
      self.notifier = notifier
      self.audience = audience
    }
  }

  /// Intents worked on at the same time. Most of the time of each is spent waiting for a model or a mail relay.
  static let concurrency = 16
  /// How long the model may take for one decision, retries included.
  static let modelDeadline = Duration.seconds(20)

  public let pipeline: Pipeline
  private let seams: Seams
  private let clock: any WallClock
  private let reportTrouble: @Sendable (String) -> Void
  private let wakeup = Wakeup()
  private let inProgress = Mutex<Set<PendingIntent.ID>>([])

  public init(
    pipeline: Pipeline, seams: Seams, clock: any WallClock, reportTrouble: @escaping @Sendable (String) -> Void
  ) {
    self.pipeline = pipeline
    self.seams = seams
    self.clock = clock
    self.reportTrouble = reportTrouble
  }

  /// Returns when the alerts are durable.
  public func take(_ delivery: AlertDelivery) async throws(StoreError) -> Commit {
    publish(try await seams.store.take(delivery, through: pipeline, at: clock.now))
  }

  /// Returns when the result is durable.
  public func record(_ result: CommandResult, from namespace: String) async throws(StoreError) {
    _ = publish(try await seams.store.record(result, from: namespace, through: pipeline, at: clock.now))
  }

  /// What people do: `.approved`, `.rejected`.
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
    let due = try await seams.store.dueIntents(at: now, limit: Self.concurrency * 4)
    for pending in due {
      let claimed = inProgress.withLock { set in set.count < Self.concurrency && set.insert(pending.id).inserted }
      guard claimed else { continue }
      group.addTask {
        await self.execute(pending)
        self.inProgress.withLock { _ = $0.remove(pending.id) }
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
      case .expire(let command, _): try await complete(pending, with: .unanswered(command: command))
      case .expireApproval(let digest, _): try await complete(pending, with: .approvalExpired(orderDigest: digest))
      case .lookAgain: try await complete(pending, with: .waitOver)
      }
    } catch {
      reportTrouble("incident \(pending.incident): \(error)")
      let until = clock.now + Backoff.delay(attempt: pending.attempts + 1)
      try? await seams.store.postpone(pending.id, until: until)
    }
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
    let precedents = (try? await seams.store.precedents(for: incident, limit: 3)) ?? []
    let diagnosis = pipeline.offer(for: evidence, history: history, at: clock.now)
    let counsel = await counsel(on: incident, evidence, diagnosis, precedents)
    try await complete(
      pending, with: .decided(Deliberation(diagnosis: diagnosis, precedents: precedents, counsel: counsel)))
  }

  private func history(of incident: Incident) async throws(StoreError) -> WorkloadHistory {
    guard let workload = incident.subject.workload else { return WorkloadHistory() }
    return try await seams.store.history(
      of: workload, in: incident.subject.namespace, except: incident.id, at: clock.now)
  }

  private func counsel(
    on incident: Incident, _ evidence: Evidence, _ diagnosis: Diagnosis, _ precedents: [Precedent]
  ) async -> Deliberation.Counsel {
    guard let model = seams.model else { return .notConfigured }
    let question = ModelQuestion.about(
      incident, evidence, diagnosis, precedents: precedents, deadline: Self.modelDeadline, at: clock.now)
    do {
      return .answered(try await model.choose(question))
    } catch {
      return .absent(error)
    }
  }

  /// A message that was begun before may have gone out: it is never sent again.
  private func notify(_ notification: Notification, _ pending: PendingIntent) async throws(StoreError) {
    if pending.begun {
      return try await finish(pending, "“\(notification.subject)” was possibly sent before an interruption; it is not sent again")
    }
    try await seams.store.begin(pending.id, at: clock.now)
    do {
      try await seams.notifier.send(notification)
    } catch .notSent where pending.attempts < Backoff.notificationAttempts {
      return try await seams.store.postpone(pending.id, until: clock.now + Backoff.delay(attempt: pending.attempts + 1))
    } catch {
      return try await finish(pending, "“\(notification.subject)”: \(error)")
    }
    try await finish(pending, "Sent “\(notification.subject)”")
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

/// Full jitter (Amazon's "Exponential Backoff And Jitter"): a random part of an exponentially growing bound.
enum Backoff {
  static let base = Duration.milliseconds(500)
  static let ceiling = Duration.seconds(60)
  /// Tries of a message that the relay does not take.
  static let notificationAttempts = 6

  static func delay(attempt: Int) -> Duration {
    let bound = min(ceiling, base * (1 << min(max(0, attempt - 1), 10)))
    return .milliseconds(Int64.random(in: 50...max(51, bound.wholeMilliseconds)))
  }
}
