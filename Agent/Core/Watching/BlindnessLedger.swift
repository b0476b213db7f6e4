import Wire

/// What was not watched, from when to when, and why: silence in such a time says nothing. Pure.
struct BlindnessLedger: Sendable {
  static let limit = AgentStatus.blindSpanLimit
  /// Shorter than this nothing was missed that anybody would ask about: a connection that is made anew.
  static let shortest = Duration.seconds(1)
  /// Times that lie closer together are one: a connection that comes back for a moment has shown nothing.
  static let mergeGap = Duration.seconds(5)

  private struct Opening: Sendable {
    let why: String
    let from: Timestamp
  }

  private var open: [String: Opening] = [:]
  /// In the order in which they ended.
  private var closed: [BlindSpan] = []

  /// Something is no longer watched since `from`. A second loss of what is lost already changes nothing.
  ///
  /// - Returns: whether the ledger changed.
  @discardableResult
  mutating func lost(_ what: String, why: String, from: Timestamp) -> Bool {
    guard open[what] == nil else { return false }
    if let index = closed.lastIndex(where: { $0.what == what }), let end = closed[index].to, end + Self.mergeGap >= from {
      open[what] = Opening(why: closed[index].why, from: min(closed[index].from, from))
      closed.remove(at: index)
    } else {
      open[what] = Opening(why: why, from: from)
    }
    return true
  }

  /// - Returns: whether the ledger changed.
  @discardableResult
  mutating func regained(_ what: String, at now: Timestamp) -> Bool {
    guard let opening = open.removeValue(forKey: what) else { return false }
    add(BlindSpan(what: what, why: opening.why, from: opening.from, to: now))
    return true
  }

  /// A time that is over.
  mutating func add(_ span: BlindSpan) {
    guard let end = span.to, span.from + Self.shortest <= end else { return }
    closed.append(span)
    if closed.count > Self.limit { closed.removeFirst(closed.count - Self.limit) }
  }

  func isBlind(_ what: String) -> Bool { open[what] != nil }

  /// What lasts comes first, then what ended last; at most ``limit``.
  var newestFirst: [BlindSpan] {
    let lasting = open.map { BlindSpan(what: $0.key, why: $0.value.why, from: $0.value.from) }
      .sorted { ($1.from, $0.what) < ($0.from, $1.what) }
    return Array((lasting + closed.reversed()).prefix(Self.limit))
  }

  /// Spans that share a moment with the time from `start` to `end`, oldest first.
  func spans(overlapping start: Timestamp, _ end: Timestamp) -> [BlindSpan] {
    newestFirst.filter { $0.from <= end && ($0.to ?? end) >= start }.sorted { ($0.from, $0.what) < ($1.from, $1.what) }
  }
}
