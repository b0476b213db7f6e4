public import Logging
public import Pipeline
public import ServiceLifecycle
public import Wire

/// Asks the signer again and again for its key set, and tells agents of a newer one: keys change while everything runs, and a signer may come
/// later than its control plane.
public struct KeySetWatch: Service {
  static let interval = Duration.seconds(1)

  private let signer: any CommandSigner
  private let dispatch: CommandDispatch
  private let audit: any AuditLog
  private let clock: any WallClock
  private let logger: Logger

  public init(
    signer: any CommandSigner, dispatch: CommandDispatch, audit: any AuditLog, clock: any WallClock, logger: Logger
  ) {
    self.signer = signer
    self.dispatch = dispatch
    self.audit = audit
    self.clock = clock
    self.logger = logger
  }

  public func run() async throws {
    await cancelWhenGracefulShutdown {
      var trouble: String?
      while !Task.isCancelled {
        let now = await self.look()
        if let now, now != trouble { self.logger.error("\(now)") }
        if now == nil, trouble != nil { self.logger.notice("the signer answers again") }
        trouble = now
        try? await self.clock.sleep(until: self.clock.now + Self.interval, tolerance: nil)
      }
    }
  }

  /// - Returns: what is wrong; nil when nothing is.
  private func look() async -> String? {
    do {
      let keySet = try await signer.keySet()
      guard keySet.version > dispatch.keySet?.version ?? 0 else { return nil }
      try await audit.record(
        AuditEntry(
          at: clock.now, topic: .keys, summary: "Key set \(keySet.version) is in force",
          details: ["version": "\(keySet.version)"]))
      if dispatch.adopt(keySet) { logger.notice("key set in force", metadata: ["version": "\(keySet.version)"]) }
      return nil
    } catch {
      return "\(error)"
    }
  }
}
