import HTTP
import Kubernetes
import Logging
import Wire

/// Takes admitted commands to where they are carried out: acts one after the other, gatherings and observations beside each
/// other.
struct CommandDesk: Sendable {
  enum ActJob: Sendable {
    case act(Command, Order)
    case refused(Command, CommandResult.Refusal)
    case settle
  }

  let runner: ActRunner
  let settlement: IntentSettlement
  let gatherer: EvidenceGatherer
  let observer: Observer
  let journal: JournalStore
  let state: LinkState
  let outbox: ResultOutbox
  let clock: any WallClock
  let logger: Logger

  private let acts = Lane<ActJob>(width: 1, waiting: Self.waitingActs)
  private let gatherings = Lane<(Command, GatherRequest)>(width: 4, waiting: Self.waitingGatherings)
  private let observations = Lane<(Command, ObserveRequest)>(width: 16, waiting: Self.waitingObservations)
  private let openActs = OpenActs()

  /// Policy has one act of a namespace in flight at a time: far more than ever wait.
  static let waitingActs = 64
  /// One for each workload of a large namespace that alerts at the same moment. A waiting request is a few hundred bytes, and
  /// four at a time spare the API server.
  static let waitingGatherings = 512
  /// As many as the incidents that can wait for evidence; small as well.
  static let waitingObservations = 512

  /// How often intents whose outcome is open are looked at.
  static let settlementInterval = Duration.seconds(15)

  init(
    runner: ActRunner, settlement: IntentSettlement, gatherer: EvidenceGatherer, observer: Observer, journal: JournalStore,
    state: LinkState, outbox: ResultOutbox, clock: any WallClock, logger: Logger
  ) {
    self.runner = runner
    self.settlement = settlement
    self.gatherer = gatherer
    self.observer = observer
    self.journal = journal
    self.state = state
    self.outbox = outbox
    self.clock = clock
    self.logger = logger
  }

  func run() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await acts.run { await perform($0) } }
      group.addTask { await gatherings.run { await gather($0.0, $0.1) } }
      group.addTask { await observations.run { await observe($0.0, $0.1) } }
      group.addTask { await settleNowAndThen() }
    }
  }

  func dispatch(_ command: Command) async {
    let isTaken =
      switch command.task {
      case .act(let order): acts.add(.act(command, order))
      case .gather(let request): gatherings.add((command, request))
      case .observe(let request): observations.add((command, request))
      case .stop(let request): await stop(command, request)
      }
    guard !isTaken else { return }
    let reason = "too many \(command.kind.rawValue) commands at once"
    // Whether an earlier life has carried an act out, only its turn would tell.
    await finish(command, command.kind == .act ? .unknown(reason) : .failed(reason))
  }

  /// Answers a genuine command that the gate did not let through. An act may have been carried out by an earlier life of this agent, and its
  /// answer lost: the journal knows.
  func refuse(_ command: Command, _ refusal: CommandResult.Refusal) async {
    guard command.kind == .act else { return await finish(command, .refused(refusal)) }
    // Left unanswered, its time at the control plane runs out as unknown.
    if !acts.add(.refused(command, refusal)) { logger.warning("too many acts", metadata: ["command": "\(command.id)"]) }
  }

  private func stop(_ command: Command, _ request: StopRequest) async -> Bool {
    let isRunning = await runner.running.stop(request.command)
    logger.notice("stop", metadata: ["command": "\(request.command)", "running": "\(isRunning)"])
    await finish(command, .stopped(isRunning ? "\(request.command) was told to end" : "\(request.command) is not under way"))
    return true
  }

  private func finish(_ command: Command, _ outcome: CommandResult.Outcome) async {
    await outbox.add(CommandResult(command: command.id, kind: command.kind, outcome: outcome, finishedAt: clock.now))
  }
}

extension CommandDesk {
  private func perform(_ job: ActJob) async {
    switch job {
    case .act(let command, let order): await act(command, order)
    case .refused(let command, let refusal): await answer(toRefused: command, refusal)
    case .settle: await settle()
    }
  }

  private func answer(toRefused command: Command, _ refusal: CommandResult.Refusal) async {
    do {
      if let result = try await journal.read().answer(toRefused: command, refusal, at: clock.now) {
        await outbox.add(result)
      } else {
        await settle()
      }
    } catch {
      await openActs.set(true)
      await state.impair("journal", error.description)
    }
  }

  private func act(_ command: Command, _ order: Order) async {
    guard let result = await runner.run(command, order) else {
      await openActs.set(true)
      logger.warning("the outcome of an act is open", metadata: ["command": "\(command.id)"])
      return
    }
    if case .refused(let refusal) = result.outcome {
      await state.count(refusal.reason)
      logger.warning("refused", metadata: ["reason": "\(refusal.reason.rawValue)", "detail": "\(refusal.detail)"])
      if refusal.reason == .guardUnreadable { await state.impair("guard", refusal.detail) }
    } else {
      await state.impair("guard", nil)
      logger.notice("acted", metadata: ["command": "\(command.id)", "target": "\(order.target.path)"])
    }
    await outbox.add(result)
  }

  /// At the start, and again as long as the outcome of an act is open.
  private func settleNowAndThen() async {
    _ = acts.add(.settle)
    while !Task.isCancelled {
      try? await clock.sleep(until: clock.now + Self.settlementInterval, tolerance: nil)
      if await openActs.areThere { _ = acts.add(.settle) }
    }
  }

  private func settle() async {
    do {
      let known = try await journal.read()
      await state.raiseEpoch(to: known.epoch)
      for result in known.unacknowledged { await outbox.add(result) }
      let open = known.bareIntents
      let settled = await settlement.settle(open)
      for result in settled { await outbox.add(result) }
      await openActs.set(settled.count < open.count)
      await state.impair("journal", nil)
    } catch {
      await openActs.set(true)
      await state.impair("journal", error.description)
    }
  }

  private func gather(_ command: Command, _ request: GatherRequest) async {
    let evidence = await gatherer.gather(request)
    logger.info("gathered", metadata: ["command": "\(command.id)", "facts": "\(evidence.facts.count)"])
    await finish(command, .evidence(evidence))
    HeapTuning.trim()
  }

  private func observe(_ command: Command, _ request: ObserveRequest) async {
    let outcome = await observer.observe(request, id: command.id)
    logger.info("observed", metadata: ["command": "\(command.id)"])
    await finish(command, outcome)
  }
}

/// Whether the journal holds, or may hold, intents without a result.
private actor OpenActs {
  private(set) var areThere = true

  func set(_ value: Bool) { areThere = value }
}
