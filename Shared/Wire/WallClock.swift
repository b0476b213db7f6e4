#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A clock that tells the time of day. Everything that reads the time takes one, so that tests and replays set it.
public protocol WallClock: Clock where Instant == Timestamp {}

extension WallClock {
  public var minimumResolution: Duration { .milliseconds(1) }
}

/// The machine's own clock (`CLOCK_REALTIME`). Sleeps are measured on the monotonic clock, so that setting the time of day
/// neither hangs nor skips a wait that has begun.
public struct SystemWallClock: WallClock {
  public init() {}

  public var now: Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }

  public func sleep(until deadline: Timestamp, tolerance: Duration?) async throws {
    let wait = now.duration(to: deadline)
    guard wait > .zero else { return try Task.checkCancellation() }
    try await Task.sleep(for: wait, tolerance: tolerance, clock: .continuous)
  }
}
