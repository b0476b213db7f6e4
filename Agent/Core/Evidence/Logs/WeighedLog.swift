/// A log with what is needed to choose among its lines. Pure.
struct WeighedLog: Sendable {
  let lines: [String]
  let weights: [Int]
  /// A line without its numbers and ids: equal for repeats of one message.
  let shapes: [[UInt8]]
  /// Indices of the lines of one shape, in order.
  let occurrences: [[UInt8]: [Int]]
  /// Telling lines that are no part of a stack trace, in order.
  let heads: [Int]
  private let isTrace: [Bool]

  init(_ lines: [String]) {
    self.lines = lines
    isTrace = Self.traces(in: lines)
    weights = zip(lines, isTrace).map { line, isTrace in
      isTrace && !line.hasPrefix("Caused by") ? 0 : LineWeight.of(line)
    }
    shapes = lines.map(Self.shape)
    occurrences = Dictionary(grouping: lines.indices, by: { [shapes] in shapes[$0] })
    heads = lines.indices.filter { [weights, isTrace] in weights[$0] >= LineWeight.telling && !isTrace[$0] }
  }

  /// The lines of the stack trace below a message: the first ones, and every cause.
  func trace(after head: Int, limit: Int) -> [Int] {
    let below = lines.indices[(head + 1)...].prefix { isTrace[$0] }
    return below.enumerated().filter { $0.offset < limit || lines[$0.element].hasPrefix("Caused by") }.map(\.element)
  }

  /// The last kept line of a shape says how many of it there are, when some are not kept.
  func folded(_ index: Int, among kept: Set<Int>) -> String {
    guard let all = occurrences[shapes[index]], all.count > 1, all.last(where: kept.contains) == index else {
      return lines[index]
    }
    let missing = all.count { !kept.contains($0) }
    return missing == 0 ? lines[index] : lines[index] + " (and \(missing) more like it)"
  }

  private static func traces(in lines: [String]) -> [Bool] {
    var isInGoroutine = false
    return lines.map { line in
      if line.hasPrefix("goroutine ") {
        isInGoroutine = true
        return true
      }
      if line.isEmpty { isInGoroutine = false }
      return isInGoroutine || isTraceLine(line)
    }
  }

  private static func isTraceLine(_ line: String) -> Bool {
    guard let first = line.utf8.first else { return false }
    if first == UInt8(ascii: " ") || first == UInt8(ascii: "\t") { return true }
    return ["at ", "Caused by", "... ", "created by ", "File \"", "\u{2026}"].contains { line.hasPrefix($0) }
  }

  private static func shape(_ line: String) -> [UInt8] {
    var shape: [UInt8] = []
    for word in line.utf8.split(omittingEmptySubsequences: true, whereSeparator: { !isWordByte($0) }) {
      shape += word.contains { (0x30...0x39).contains($0) } ? [UInt8(ascii: "#")] : Array(word)
      shape.append(UInt8(ascii: " "))
    }
    return shape
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte >= 0x80
  }
}
