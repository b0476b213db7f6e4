/// Which lines of a long log are kept: its end, its first error, and what tells something, also when noise follows. Stack traces
/// stay with their message, repeats are folded. Pure.
struct LogSelection: Sendable, Equatable {
  let lines: [String]
  /// Indices in `lines` of those that say what went wrong.
  let telling: [Int]
  /// Lines between those kept and before them that were left out.
  let omitted: Int
}

extension LogSelection {
  private static let traceLines = 8
  private static let repeatsKept = 2

  /// - Parameter limit: lines at most.
  init(of all: [String], limit: Int) {
    let log = WeighedLog(all)
    guard all.count > limit else {
      self.init(lines: all, telling: Self.mostTelling(log, among: Array(all.indices)), omitted: 0)
      return
    }
    var kept = Choice(limit: limit, log: log)
    kept.takeNewest(max(1, limit / 4))
    if let first = log.heads.first(where: { log.weights[$0] > LineWeight.telling }) { kept.take(block: first, before: 2) }
    let newestFirst = log.heads.reversed().sorted { log.weights[$0] > log.weights[$1] }
    for head in newestFirst where !kept.hasShape(of: head) { kept.take(block: head, before: 1) }
    for head in log.heads where !kept.hasFirst(of: head) { kept.take(block: head, before: 0) }
    for index in all.indices.prefix(2) { kept.take(index) }
    kept.takeNewest(limit)
    let indices = kept.indices.sorted()
    self.init(
      lines: indices.map { log.folded($0, among: kept.indices) }, telling: Self.mostTelling(log, among: indices),
      omitted: all.count - indices.count)
  }

  private static func mostTelling(_ log: WeighedLog, among kept: [Int]) -> [Int] {
    let bar = kept.contains { log.weights[$0] >= LineWeight.telling } ? LineWeight.telling : 1
    let places = kept.indices.filter { log.weights[kept[$0]] >= bar }
    let best = places.sorted { (log.weights[kept[$1]], $1) < (log.weights[kept[$0]], $0) }
    return best.prefix(EvidenceLimits.tellingLines).sorted()
  }

  /// The lines that are kept so far.
  private struct Choice {
    let limit: Int
    let log: WeighedLog
    private(set) var indices: Set<Int> = []
    private var shapes: [[UInt8]: Int] = [:]

    init(limit: Int, log: WeighedLog) {
      self.limit = limit
      self.log = log
    }

    func hasShape(of index: Int) -> Bool { shapes[log.shapes[index]] != nil }

    /// Whether the first line of its shape is among them, so that it shows since when.
    func hasFirst(of index: Int) -> Bool { log.occurrences[log.shapes[index]]?.first != index || indices.contains(index) }

    mutating func take(_ index: Int) {
      guard indices.count < limit, indices.insert(index).inserted else { return }
      shapes[log.shapes[index], default: 0] += 1
    }

    mutating func take(block head: Int, before: Int) {
      take(head)
      for index in log.trace(after: head, limit: LogSelection.traceLines) { take(index) }
      for index in max(0, head - before)..<head { take(index) }
    }

    /// From the end, repeats left out.
    mutating func takeNewest(_ count: Int) {
      var taken = 0
      for index in log.lines.indices.reversed() where taken < count && indices.count < limit {
        guard !indices.contains(index), shapes[log.shapes[index], default: 0] < LogSelection.repeatsKept else { continue }
        take(index)
        taken += 1
      }
    }
  }
}
