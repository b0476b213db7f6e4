import Pipeline
import ServiceLifecycle
import Store
import Wire

/// Ends this process when another control plane has begun a higher epoch on the same database, which the lock beside the file prevents on one
/// machine, but not where somebody removed it or two machines share a disk.
struct EpochWatch: Service {
  static let interval = Duration.seconds(1)

  let store: SQLiteIncidentStore
  let clock: any WallClock

  func run() async throws {
    try await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        do {
          try await self.store.checkEpoch()
        } catch StoreError.superseded(let epoch) {
          throw StoreError.superseded(by: epoch)
        } catch {
          // A database that does not answer shows elsewhere.
        }
        try? await self.clock.sleep(until: self.clock.now + Self.interval, tolerance: nil)
      }
    }
  }
}
