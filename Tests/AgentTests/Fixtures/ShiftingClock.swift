import Synchronization
import Wire

/// The machine's clock, moved forward at will.
final class ShiftingClock: WallClock {
  private let system = SystemWallClock()
  private let shift = Mutex(Duration.zero)

  var now: Timestamp { system.now + shift.withLock { $0 } }

  func advance(by time: Duration) { shift.withLock { $0 += time } }

  func sleep(until deadline: Timestamp, tolerance: Duration?) async throws {
    let wait = now.duration(to: deadline)
    guard wait > .zero else { return try Task.checkCancellation() }
    try await Task.sleep(for: wait, tolerance: tolerance, clock: .continuous)
  }
}
