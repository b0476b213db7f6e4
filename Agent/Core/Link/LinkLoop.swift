import Logging
import Wire

/// Keeps the link: hello, then a session of one poll loop and the uploads beside it, and hello again after each failure.
struct LinkLoop: Sendable {
  let link: any ControlPlaneLink
  let state: LinkState
  let uploads: Uploads
  let agentVersion: String
  let offer: ActOffer
  let clock: any WallClock
  let logger: Logger
  /// Takes a command that was admitted.
  let dispatch: @Sendable (Command) async -> Void
  /// Answers a genuine command that is not carried out.
  let refuse: @Sendable (Command, CommandResult.Refusal) async -> Void

  func run() async {
    var step = LinkSession.start
    while !Task.isCancelled {
      if step.delay > .zero { try? await clock.sleep(until: clock.now + step.delay, tolerance: nil) }
      guard !Task.isCancelled else { return }
      do {
        let welcome = try await greet()
        logger.info("linked", metadata: ["cluster": "\(welcome.cluster)", "epoch": "\(welcome.epoch)"])
        let failure = await session(pollSeconds: welcome.pollSeconds)
        guard let failure else { return }
        step = await state.failed(failure)
        await uploads.view.linkLost(failure.description, at: clock.now)
        logger.warning("link lost", metadata: ["error": "\(failure)", "retry": "\(step.delay)"])
      } catch let failure as LinkFailure {
        step = await state.failed(failure)
        await uploads.view.linkLost(failure.description, at: clock.now)
        logger.warning("no link", metadata: ["error": "\(failure)", "retry": "\(step.delay)"])
      } catch {
        step = await state.rejectedWelcome()
        await uploads.view.linkLost("the welcome is not accepted: \(error)", at: clock.now)
        logger.error("the welcome is not accepted", metadata: ["error": "\(error)", "retry": "\(step.delay)"])
      }
    }
  }

  private func greet() async throws -> Welcome {
    let hello = Hello(
      agentVersion: agentVersion, boot: state.boot, actions: await offer.actions(), epoch: await state.epoch,
      execCommands: await offer.execCommands())
    let welcome = try await link.hello(hello)
    _ = try await state.accept(welcome, at: clock.now)
    await uploads.view.linkRegained(at: clock.now)
    return welcome
  }

  /// - Returns: what ended it; `nil` when the task was cancelled.
  private func session(pollSeconds: Int) async -> LinkFailure? {
    await withTaskGroup(of: LinkFailure?.self) { group in
      group.addTask { await Self.failure { () async throws(LinkFailure) in try await uploads.results() } }
      group.addTask { await Self.failure { () async throws(LinkFailure) in try await uploads.inventory() } }
      group.addTask { await Self.failure { () async throws(LinkFailure) in try await uploads.status() } }
      group.addTask { await Self.failure { () async throws(LinkFailure) in try await uploads.signals() } }
      group.addTask { await Self.failure { () async throws(LinkFailure) in try await uploads.progress() } }
      group.addTask { await Self.failure { () async throws(LinkFailure) in try await poll(pollSeconds) } }
      var failure: LinkFailure?
      for await ended in group where failure == nil {
        failure = ended
        group.cancelAll()
      }
      return Task.isCancelled ? nil : failure
    }
  }

  private static func failure(_ body: () async throws(LinkFailure) -> Void) async -> LinkFailure? {
    do {
      try await body()
      return nil
    } catch {
      return error
    }
  }

  private func poll(_ pollSeconds: Int) async throws(LinkFailure) {
    let wait = Duration.seconds(min(max(pollSeconds, 1), 55))
    while !Task.isCancelled {
      let began = ContinuousClock.now
      let envelopes = try await link.commands(after: state.sequence, boot: state.boot, wait: wait)
      var progressed = false
      for bytes in envelopes where await take(bytes) { progressed = true }
      if await state.needsKeySet(at: clock.now) { await refreshKeySet() }
      let step = await state.polled(progressed: progressed, duration: ContinuousClock.now - began, at: clock.now)
      if step.delay > .zero { try? await clock.sleep(until: clock.now + step.delay, tolerance: nil) }
    }
  }

  /// - Returns: whether it was a command or a key set that was not known before.
  private func take(_ bytes: [UInt8]) async -> Bool {
    if await state.adopt(line: bytes, at: clock.now) {
      logger.notice("a newer key set is in force")
      return true
    }
    do {
      let command = try await state.admit(bytes, now: clock.now)
      logger.info(
        "command", metadata: ["id": "\(command.id)", "kind": "\(command.kind.rawValue)", "incident": "\(command.incident)"])
      await dispatch(command)
      return true
    } catch {
      logger.warning("refused", metadata: ["reason": "\(error.reason.rawValue)", "detail": "\(error.detail)"])
      let isRefreshed = await state.needsKeySet(after: error.reason, at: clock.now)
      if isRefreshed { await refreshKeySet() }
      // What a newer key signed is verified at the next delivery.
      guard let command = error.command else { return isRefreshed }
      await refuse(command, CommandResult.Refusal(reason: error.reason, detail: error.detail))
      return true
    }
  }

  /// Says hello again, within the session: the answer has the newest key set.
  private func refreshKeySet() async {
    do {
      _ = try await greet()
      logger.info("looked for a newer key set")
    } catch {
      // The session goes on with the set that it has; a link that is lost ends it anyway.
      await state.greetingFailed(at: clock.now)
      logger.warning("no newer key set", metadata: ["error": "\(error)"])
    }
  }
}
