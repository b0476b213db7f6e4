import HTTP
import Logging
import Wire

/// What goes up while a session lasts: results, inventory, signals and status. Each loop ends with the failure that ends the
/// session, or when it is cancelled.
struct Uploads: Sendable {
  let link: any ControlPlaneLink
  let state: LinkState
  let view: LiveNamespace
  let outbox: ResultOutbox
  let journal: JournalStore
  let board: ProgressBoard
  let clock: any WallClock
  let logger: Logger

  /// Between two reports of one kind.
  static let pace = Duration.seconds(1)

  func results() async throws(LinkFailure) {
    while !Task.isCancelled {
      let seen = outbox.changed.version
      guard let result = await outbox.first else {
        await outbox.changed.wait(after: seen)
        continue
      }
      do {
        try await link.deliver(result)
      } catch {
        guard Self.isHopeless(error) else { throw error }
        logger.error("a result was not accepted", metadata: ["command": "\(result.command)", "error": "\(error)"])
        await giveUp(result, error)
        continue
      }
      await outbox.remove(result)
      guard result.kind == .act else { continue }
      do {
        _ = try await journal.update { $0.acknowledge([result.command]) }
      } catch {
        // It will be sent once more after a restart, which does no harm.
        logger.debug("an acknowledgement is not in the journal", metadata: ["command": "\(result.command)", "error": "\(error)"])
      }
    }
  }

  /// A result that the control plane will never take becomes one that says so; if not even that is taken, it goes.
  private func giveUp(_ result: CommandResult, _ failure: LinkFailure) async {
    if case .failed = result.outcome { return await outbox.remove(result) }
    if case .unknown = result.outcome { return await outbox.remove(result) }
    let text = "the result could not be delivered: \(failure)"
    await outbox.replace(result, with: result.kind == .act ? .unknown(text) : .failed(text))
  }

  private static func isHopeless(_ failure: LinkFailure) -> Bool {
    switch failure {
    case .message: true
    case .refused(let error): error.code == .malformed || error.code == .tooLarge
    case .unexpected, .transport: false
    }
  }

  func inventory() async throws(LinkFailure) {
    await view.snapshotNeeded()
    while !Task.isCancelled {
      let seen = view.changed.version
      guard let report = await view.nextReport() else {
        await view.changed.wait(after: seen)
        continue
      }
      do {
        try await link.deliver(report)
        await view.reportAcknowledged(report.revision)
        if report.snapshot { HeapTuning.trim() }
      } catch .refused(let error) where error.code == .snapshotNeeded {
        await view.snapshotNeeded()
      }
      try? await clock.sleep(until: clock.now + Self.pace, tolerance: nil)
    }
  }

  func status() async throws(LinkFailure) {
    var sent: AgentStatus?
    while !Task.isCancelled {
      let seen = state.changed.version
      let now = clock.now
      let status = await state.status(view.health, at: now)
      if status != sent {
        try await link.deliver(status)
        sent = status
        try? await clock.sleep(until: clock.now + Self.pace, tolerance: nil)
      } else {
        // Watches fall silent without a signal.
        await state.changed.wait(after: seen, until: await view.health.nextSilence(after: now), clock: clock)
      }
    }
  }

  /// A pod that comes and goes is many changes: they are looked at together.
  static let signalPause = Duration.milliseconds(250)

  func signals() async throws(LinkFailure) {
    await view.signalsNeeded()
    while !Task.isCancelled {
      let seen = view.changed.version
      let (report, nextLook) = await view.nextSignals(at: clock.now)
      if let report {
        do {
          try await link.deliver(report)
        } catch .unexpected(status: 404) {
          return await waitForTheEnd("the control plane takes no signals")
        }
        await view.signalsAcknowledged(report.revision)
        continue
      }
      try? await clock.sleep(until: clock.now + Self.signalPause, tolerance: nil)
      guard let nextLook else {
        await view.changed.wait(after: seen)
        continue
      }
      await view.changed.wait(after: seen, until: nextLook, clock: clock)
    }
  }

  /// An older control plane: the session goes on without.
  private func waitForTheEnd(_ reason: String) async {
    logger.warning("\(reason)")
    while !Task.isCancelled { try? await clock.sleep(until: clock.now + .seconds(3600), tolerance: nil) }
  }

  /// The latest word of each long act. One that is not taken is gone: the next one says more, and the result says all.
  func progress() async throws(LinkFailure) {
    while !Task.isCancelled {
      let seen = board.changed.version
      guard let progress = await board.take() else {
        await board.changed.wait(after: seen)
        continue
      }
      do {
        try await link.deliver(progress)
      } catch .transport(let error) {
        throw .transport(error)
      } catch {
        // An older control plane does not know this message.
      }
      try? await clock.sleep(until: clock.now + Self.pace, tolerance: nil)
    }
  }
}
