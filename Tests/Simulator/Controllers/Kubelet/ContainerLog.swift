/// What one run of a container writes: lines at offsets from its start, and a line now and then as long as it runs.
struct LogPlan: Sendable, Equatable {
  struct Line: Sendable, Equatable {
    var after: Double
    var text: String
  }

  var lines: [Line] = []
  /// Seconds between lines of ordinary work; 0 writes none.
  var heartbeat = 0.0
}

/// A run as its log shows it. Lines are computed when somebody reads, so that idle pods cost nothing.
struct LoggedRun: Sendable, Equatable {
  /// Of a long life only the latest lines are kept, as a rotated file would.
  static let mostHeartbeats = 500

  let startedAt: Timestamp
  var plan: LogPlan
  var finishedAt: Timestamp?

  init(startedAt: Timestamp, plan: LogPlan) {
    self.startedAt = startedAt
    self.plan = plan
  }

  /// Adds the last words of a run that dies.
  mutating func append(_ lines: [String], at moment: Timestamp) {
    let offset = moment - startedAt
    for (index, text) in lines.enumerated() { plan.lines.append(.init(after: offset + Double(index) / 1e6, text: text)) }
  }

  /// The lines written so far, oldest first.
  func lines(at now: Timestamp) -> [(time: Timestamp, text: String)] {
    let end = min(finishedAt ?? now, now)
    var result = plan.lines.map { (time: startedAt + $0.after, text: $0.text) }
      .filter { $0.time <= end + 0.001 }
    if plan.heartbeat > 0 {
      let count = Int((end - startedAt) / plan.heartbeat)
      if count > 0 {
        for number in max(1, count - Self.mostHeartbeats)...count {
          let time = startedAt + Double(number) * plan.heartbeat
          result.append((time, "\(time.rfc3339Milli) INFO  GET /healthz 200 \(Double(number * 7 % 25 + 5) / 10)ms"))
        }
      }
      result.sort { $0.time < $1.time }
    }
    return result
  }
}
