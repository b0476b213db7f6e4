import NIOCore

/// Counts events against an ``HTTPLimits/Rate``. The rate is passed in, so that a connection carries only the state.
struct TokenBucket {
  private var spent: Double = 0
  private var updated: NIODeadline

  init(at now: NIODeadline) {
    updated = now
  }

  /// Takes one token; false when there is none.
  mutating func spend(_ rate: HTTPLimits.Rate, at now: NIODeadline) -> Bool {
    let seconds = Double(max(0, (now - updated).nanoseconds)) / 1_000_000_000
    spent = max(0, spent - seconds * Double(rate.perSecond))
    updated = now
    guard spent + 1 <= Double(rate.burst) else { return false }
    spent += 1
    return true
  }
}
