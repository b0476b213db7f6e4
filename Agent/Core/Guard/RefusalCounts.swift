import Wire

/// How often envelopes were refused since the agent's start, by reason.
struct RefusalCounts: Sendable, Equatable {
  private(set) var byReason: [RefusalReason: Int] = [:]

  mutating func count(_ reason: RefusalReason) { byReason[reason, default: 0] += 1 }
}
