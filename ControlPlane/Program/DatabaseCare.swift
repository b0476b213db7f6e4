import Logging
import ServiceLifecycle
import Store
import Wire

/// Looks the database over after the start, beside everything else, and once a day lets old evidence go.
struct DatabaseCare: Service {
  static let interval = Duration.seconds(86_400)

  let store: SQLiteIncidentStore
  let retentionDays: Int
  let clock: any WallClock
  let logger: Logger

  func run() async throws {
    await cancelWhenGracefulShutdown {
      await self.check()
      while !Task.isCancelled {
        await self.prune()
        try? await self.clock.sleep(until: self.clock.now + Self.interval, tolerance: nil)
      }
    }
  }

  private func check() async {
    do {
      let problems = try await store.integrityProblems()
      for problem in problems { logger.error("the database is damaged", metadata: ["problem": "\(problem)"]) }
      if problems.isEmpty { logger.debug("the database is sound") }
    } catch {
      logger.error("the database could not be checked", metadata: ["error": "\(error)"])
    }
  }

  private func prune() async {
    do {
      let gone = try await store.pruneEvidence(endedBefore: clock.now - .seconds(86_400 * retentionDays))
      if gone > 0 { logger.notice("old evidence deleted", metadata: ["incidents": "\(gone)"]) }
    } catch {
      logger.error("old evidence was not deleted", metadata: ["error": "\(error)"])
    }
  }
}
