public import Wire

/// The log lines that say what went wrong, without the noise around them.
public enum TellingLines {
  private static let marks = [
    "error", "fatal", "panic", "exception", "refused", "failed", "failure", "cannot", "could not", "unable", "denied",
    "timeout", "timed out", "no such", "not found", "invalid", "killed", "out of memory", "unreachable", "missing",
  ]

  /// Repeats are folded into one line with a count; order is that of first appearance. When nothing tells, the last lines do.
  /// - Parameter limit: lines at most.
  public static func of(_ lines: [String], limit: Int) -> [String] {
    let telling = lines.filter(isTelling)
    return folded(telling.isEmpty ? lines.suffix(limit) : telling[...]).suffix(limit)
  }

  public static func isTelling(_ line: String) -> Bool {
    let lowered = line.lowercased()
    return marks.contains { lowered.contains($0) }
  }

  private static func folded(_ lines: ArraySlice<String>) -> [String] {
    var order: [String] = []
    var firsts: [String: (line: String, count: Int)] = [:]
    for line in lines {
      let shape = shape(of: line)
      if let seen = firsts[shape] {
        firsts[shape] = (seen.line, seen.count + 1)
      } else {
        firsts[shape] = (line, 1)
        order.append(shape)
      }
    }
    return order.compactMap { firsts[$0] }.map { $0.count == 1 ? $0.line : "\($0.line) (×\($0.count))" }
  }

  /// A line without its digits: time stamps, ports and counters differ between repeats of the same message.
  private static func shape(of line: String) -> String {
    line.filter { !$0.isNumber }
  }
}

extension Evidence {
  /// Telling lines of all failing containers, newest run first, for the column `logs` and for mail.
  public func tellingLines(limit: Int = 12) -> [String] {
    TellingLines.of(logs.sorted { $0.fact.previous && !$1.fact.previous }.flatMap(\.fact.lines), limit: limit)
  }
}
