import Support

/// Prints the timeline of incidents as it grows.
struct Story: Sendable {
  private let stack: Stack
  /// Times are told from here on.
  private let began: ContinuousClock.Instant

  init(_ stack: Stack, since began: ContinuousClock.Instant) {
    self.stack = stack
    self.began = began
  }

  /// - Parameters:
  ///   - sequence: number of the last entry that was told before.
  ///   - isEnough: asked after each line that was printed.
  /// - Returns: number of the last entry told.
  @discardableResult
  func tell(after sequence: Int64 = 0, until isEnough: (TimelineNews) -> Bool = { _ in false }) async throws -> Int64 {
    var last = sequence
    var previous: [Int64: ContinuousClock.Instant] = [:]
    try await stack.console.followTimeline(after: sequence, deadline: nil) { news in
      last = news.sequence
      let now = ContinuousClock.now
      Screen.step(news, after: now - began, took: previous[news.incident].map { now - $0 })
      previous[news.incident] = now
      return isEnough(news)
    }
    return last
  }
}
