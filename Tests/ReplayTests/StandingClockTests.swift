import Replay
import Testing
import Wire

@Suite("A clock that stands until it is moved", .timeLimit(.minutes(1)))
struct StandingClockTests {
  private static let start = Timestamp(seconds: 1_795_345_200)

  @Test("A sleep ends when the clock has been moved as far, not before")
  func sleeping() async throws {
    let clock = StandingClock(Self.start)
    try await clock.sleep(until: Self.start, tolerance: nil)
    async let near: Void = clock.sleep(until: Self.start + .seconds(5), tolerance: nil)
    async let far: Timestamp = {
      try await clock.sleep(until: Self.start + .seconds(60), tolerance: nil)
      return clock.now
    }()
    clock.advance(to: Self.start + .seconds(5))
    try await near
    #expect(clock.now == Self.start + .seconds(5))
    clock.advance(to: Self.start + .seconds(61))
    #expect(try await far == Self.start + .seconds(61))
  }

  @Test("It never goes back")
  func forward() {
    let clock = StandingClock(Self.start)
    clock.advance(to: Self.start - .seconds(5))
    #expect(clock.now == Self.start)
  }

  @Test("A sleep that is cancelled ends with that, before or after it began")
  func cancelling() async {
    let clock = StandingClock(Self.start)
    for _ in 0..<100 {
      let sleeper = Task { try await clock.sleep(until: Self.start + .seconds(5), tolerance: nil) }
      sleeper.cancel()
      await #expect(throws: CancellationError.self) { try await sleeper.value }
    }
  }
}
