public import Logging
public import Pipeline
public import ServiceLifecycle
public import Wire

/// Keeps in the ledger when agents were not heard of, over restarts of this side too.
public struct SilenceLedger: Service {
  static let interval = Duration.seconds(15)

  private let agents: AgentDirectory
  private let ledger: any BlindnessLedger
  private let clock: any WallClock
  private let logger: Logger

  public init(agents: AgentDirectory, ledger: any BlindnessLedger, clock: any WallClock, logger: Logger) {
    self.agents = agents
    self.ledger = ledger
    self.clock = clock
    self.logger = logger
  }

  public func run() async throws {
    await cancelWhenGracefulShutdown { await self.watch() }
    try? await ledger.note(contacts: agents.contacts)
  }

  private func watch() async {
    var silence: SilenceWatch?
    while !Task.isCancelled {
      do {
        var watch = if let silence { silence } else { SilenceWatch(contacts: try await ledger.contacts()) }
        try await look(&watch)
        silence = watch
      } catch {
        // What could not be written is found again: the watch goes on from where it was.
        logger.warning("the ledger of blindness was not written", metadata: ["error": "\(error)"])
      }
      try? await clock.sleep(until: clock.now + Self.interval, tolerance: nil)
    }
  }

  private func look(_ watch: inout SilenceWatch) async throws {
    let (now, contacts) = (clock.now, agents.contacts)
    for (namespace, span) in watch.look(at: contacts, now: now) {
      logger.notice(
        span.to == nil ? "agent not heard of" : "agent heard of again",
        metadata: ["namespace": "\(namespace)", "since": "\(span.from)"])
      try await ledger.note([span], of: namespace, at: now)
    }
    try await ledger.note(contacts: contacts)
  }
}
