/// Leaves a service alone that has failed several times in a row, so that decisions do not wait for it one after the other; then one
/// caller tries, and the others wait for what becomes of that.
struct CircuitBreaker<Instant: InstantProtocol>: Sendable where Instant.Duration == Duration {
  /// Failures in a row that open it.
  static var threshold: Int { 5 }
  static var firstRest: Duration { .seconds(15) }
  static var longestRest: Duration { .seconds(300) }

  private enum State: Sendable {
    case closed(failures: Int)
    case open(until: Instant, rest: Duration)
    /// One caller has been let through. When nothing is heard of it, the next may try after the same rest.
    case trying(until: Instant, rest: Duration)
  }

  private var state = State.closed(failures: 0)

  init() {}

  /// - Returns: nil when the service may be called, or how long it still rests.
  mutating func enter(at now: Instant) -> Duration? {
    switch state {
    case .closed: return nil
    case .open(let end, let rest), .trying(let end, let rest):
      let left = now.duration(to: end)
      guard left <= .zero else { return left }
      state = .trying(until: now.advanced(by: rest), rest: rest)
      return nil
    }
  }

  mutating func succeeded() { state = .closed(failures: 0) }

  mutating func failed(at now: Instant) {
    switch state {
    case .closed(let failures) where failures + 1 < Self.threshold: state = .closed(failures: failures + 1)
    case .closed: open(for: Self.firstRest, at: now)
    case .trying(_, let rest): open(for: min(Self.longestRest, rest * 2), at: now)
    // Of a call that began before it opened.
    case .open: break
    }
  }

  private mutating func open(for rest: Duration, at now: Instant) {
    state = .open(until: now.advanced(by: rest), rest: rest)
  }
}
