import ArgumentParser
import Foundation
import Pipeline
import Store
import Support

struct MemorySearch: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "memory-search", abstract: "The nearest of many past incidents, beside the same search by other means.",
    discussion: """
      Vectors as incidents give them: kinds of trouble, with some scatter around each. The search alone is measured, one after the \
      other. $QDRANT_PYTHON names a python that has numpy and qdrant-client, which then search the same vectors.
      """)
  static let defaultSizes = [10_000, 1_000_000]
  static let defaultQueries = 200

  @Option(help: "How many incidents, comma separated.")
  var sizes = MemorySearch.defaultSizes.map(String.init).joined(separator: ",")

  @Option(help: "How many searches.")
  var queries = MemorySearch.defaultQueries

  func run() async throws {
    Report.build()
    for size in sizes.split(separator: ",") {
      guard let size = Int(size), (1...10_000_000).contains(size) else { throw ValidationError("--sizes: expected numbers") }
      try await Self.measure(size: size, queries: queries)
    }
  }

  private static let limit = 5

  static func measure(size: Int, queries count: Int) async throws {
    var dice = Scatter()
    var shelf = VectorShelf()
    var bytes = Data(capacity: size * Embedding.dimensions * 4)
    for number in 1...size {
      let vector = dice.point().values
      shelf.append(vector, sequence: Int64(number))
      vector.withUnsafeBytes { bytes.append(contentsOf: $0) }
    }
    let queries = (0..<count).map { _ in dice.point() }
    Report.line("Memory search, the \(limit) nearest of \(size) incidents, \(count) searches")
    report("this, as for precedents", queries.map { time(shelf, $0, PrecedentMemory.nearness) })
    report("this, however far", queries.map { time(shelf, $0, -1) })
    try await others(bytes, queries, size)
    Report.line("")
  }

  private static func time(_ shelf: VectorShelf, _ query: Embedding, _ least: Float) -> Duration {
    ContinuousClock().measure { _ = shelf.nearest(to: query, atLeast: least, limit: limit) }
  }

  private static func report(_ name: String, _ times: [Duration]) {
    let sorted = times.sorted()
    let figures = [0.5, 0.99].map { share in "\((Report.percentile(share, of: sorted) / .microseconds(1)).rounded() / 1000) ms" }
    Report.row([name, "p50 \(figures[0])", "p99 \(figures[1])"], widths: [28, 14, 14])
  }

  /// Above this the local mode takes minutes to be filled.
  private static let localModeLimit = 20_000

  private static func others(_ vectors: Data, _ queries: [Embedding], _ size: Int) async throws {
    guard let python = QdrantServer.python else { return Report.line("  (set QDRANT_PYTHON to compare)") }
    let directory = try WorkingDirectory(prefix: "memory-search")
    defer { directory.remove() }
    var asked = Data()
    for query in queries { query.values.withUnsafeBytes { asked.append(contentsOf: $0) } }
    try vectors.write(to: URL(fileURLWithPath: directory.path("vectors")))
    try asked.write(to: URL(fileURLWithPath: directory.path("queries")))
    let process = try ChildProcess(
      .init(
        name: "python", program: python,
        arguments: [
          Checkout.root + "/Tests/Python/memory-search.py", directory.path("vectors"), directory.path("queries"), "\(limit)",
          "\(localModeLimit)",
        ], environment: ["PATH": "/usr/bin:/bin"], directory: directory.path))
    try await waitUntil("python ends", within: .seconds(600), every: .milliseconds(100)) { process.ending != nil }
    for line in process.logTail().split(separator: "\n") {
      let parts = line.split(separator: "\t")
      guard parts.count == 3, let median = Double(parts[1]), let high = Double(parts[2]) else {
        Report.line("  \(line)")
        continue
      }
      report(String(parts[0]), [median, high])
    }
  }

  private static func report(_ name: String, _ milliseconds: [Double]) {
    let figures = milliseconds.map { "\(($0 * 1000).rounded() / 1000) ms" }
    Report.row([name, "p50 \(figures[0])", "p99 \(figures[1])"], widths: [28, 14, 14])
  }
}

/// Points around some hundred centres, the same in every run.
private struct Scatter {
  private var state: UInt64 = 0x9e37_79b9_7f4a_7c15
  private var centres: [[Float]] = []

  init() { centres = (0..<400).map { _ in (0..<Embedding.dimensions).map { _ in number() } } }

  private mutating func number() -> Float {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Float(state >> 40) / Float(1 << 23) - 1
  }

  mutating func point() -> Embedding {
    let centre = centres[Int(state >> 33) % centres.count]
    while true {
      if let point = Embedding(centre.map { $0 + number() * 0.35 }) { return point }
    }
  }
}
