import Wire

/// Waits that grow after each failure, with full jitter: any length from nothing up to a bound that doubles, so that many
/// agents that lost the same server do not come back together (AWS Architecture Blog, "Exponential Backoff And Jitter").
public struct Backoff: Sendable {
  public let base: Duration
  public let cap: Duration
  public private(set) var failures = 0

  public init(base: Duration = .milliseconds(500), cap: Duration = .seconds(30)) {
    self.base = base
    self.cap = cap
  }

  /// The longest wait that the next failure may bring.
  public var bound: Duration { min(cap, base * (1 << min(failures, 16))) }

  public mutating func failed(using generator: inout some RandomNumberGenerator) -> Duration {
    let bound = bound
    failures += 1
    return .milliseconds(Int64.random(in: 0...max(1, bound.wholeMilliseconds), using: &generator))
  }

  public mutating func failed() -> Duration {
    var generator = SystemRandomNumberGenerator()
    return failed(using: &generator)
  }

  public mutating func succeeded() { failures = 0 }
}
