import Dispatch
package import Pipeline
import Synchronization

/// The vectors of one team in memory, searched exactly: a pass over bytes leaves out what cannot be among the nearest, by a proven bound,
/// and what remains is compared in full.
package struct VectorShelf {
  private var bytes = QuantisedVectors()
  private var vectors: [SIMD16<Float>] = []
  private(set) var sequences: [Int64] = []
  private var dead: Set<Int> = []

  package init() {}

  var count: Int { sequences.count }
  var lastSequence: Int64 { sequences.last ?? 0 }

  package mutating func append(_ vector: [Float], sequence: Int64) {
    bytes.append(vector)
    vectors.append(contentsOf: Self.lanes(vector))
    sequences.append(sequence)
  }

  /// Takes over what follows from another reading of the same team.
  mutating func append(_ later: VectorShelf) {
    guard count > 0 else { return self = later }
    for (number, sequence) in later.sequences.enumerated() where sequence > lastSequence {
      let lanes = later.vectors[(number * Self.lanesPerVector)..<((number + 1) * Self.lanesPerVector)]
      append(lanes.flatMap { lanes in lanes.indices.map { lanes[$0] } }, sequence: sequence)
    }
  }

  private static let lanesPerVector = Embedding.dimensions / 16

  /// Takes out what the database no longer has.
  mutating func remove(_ gone: Set<Int64>) {
    for (number, sequence) in sequences.enumerated() where gone.contains(sequence) { dead.insert(number) }
  }

  package struct Hit: Equatable {
    package let sequence: Int64
    package let similarity: Float
  }

  /// Nearest first, among equals the latest.
  package func nearest(to embedding: Embedding, atLeast similarity: Float, limit: Int) -> [Hit] {
    guard limit > 0, count > 0 else { return [] }
    let query = QuantisedQuery(embedding.values)
    let parts = Self.parts(of: bytes.blocks)
    guard parts > 1 else {
      return best(of: candidates(in: 0..<bytes.blocks, query, atLeast: similarity, limit: limit), embedding, similarity, limit)
    }
    let found = Mutex<[Int]>([])
    DispatchQueue.concurrentPerform(iterations: parts) { part in
      let range = (bytes.blocks * part / parts)..<(bytes.blocks * (part + 1) / parts)
      let some = candidates(in: range, query, atLeast: similarity, limit: limit)
      found.withLock { $0 += some }
    }
    return best(of: found.withLock { $0 }, embedding, similarity, limit)
  }

  /// Below this the threads would cost more than they save.
  private static let blocksPerPart = 8192

  private static func parts(of blocks: Int) -> Int {
    max(1, min(blocks / blocksPerPart, 8))
  }

  /// Numbers of the vectors that may be among the nearest.
  ///
  /// The true product q·x and that of the steps differ by q·(x−x̂) + (q−q̂)·x̂, so by at most e = |x−x̂| + |q−q̂|·(1 + |x−x̂|). When k vectors have
  /// products of steps of at least b, the k nearest have true products of at least b − e, and products of steps of at least b − 2e.
  private func candidates(in range: Range<Int>, _ query: QuantisedQuery, atLeast similarity: Float, limit: Int) -> [Int] {
    let square = QuantisedVectors.scale * QuantisedVectors.scale
    let slack = (bytes.error + query.error * (1 + bytes.error)) * 1.001 + 1e-5
    let margin = Int((2 * slack * square).rounded(.up))
    let floor = Int16(clamping: Int(((similarity - slack) * square).rounded(.down)))
    var bound = floor
    var kept: [(number: Int, product: Int16)] = []
    var top = SmallestOfLargest(limit: limit)
    bytes.scan(range, query, bound: &bound) { number, product in
      guard !dead.contains(number) else { return raised(floor, by: top.smallest, margin) }
      kept.append((number, product))
      top.insert(product)
      return raised(floor, by: top.smallest, margin)
    }
    let final = raised(floor, by: top.smallest, margin)
    return kept.filter { $0.product >= final }.map(\.number)
  }

  private func raised(_ floor: Int16, by smallest: Int16?, _ margin: Int) -> Int16 {
    guard let smallest else { return floor }
    return max(floor, Int16(clamping: Int(smallest) - margin))
  }

  private func best(of numbers: [Int], _ embedding: Embedding, _ least: Float, _ limit: Int) -> [Hit] {
    let query = Self.lanes(embedding.values)
    let hits = numbers.map { number in
      let start = number * Self.lanesPerVector
      var sum = SIMD16<Float>.zero
      for part in query.indices { sum += vectors[start + part] * query[part] }
      return Hit(sequence: sequences[number], similarity: sum.sum())
    }
    return Array(
      hits.filter { $0.similarity >= least }.sorted { ($1.similarity, $1.sequence) < ($0.similarity, $0.sequence) }.prefix(limit))
  }

  private static func lanes(_ vector: [Float]) -> [SIMD16<Float>] {
    stride(from: 0, to: Embedding.dimensions, by: 16).map { start in
      var lanes = SIMD16<Float>.zero
      for lane in 0..<16 { lanes[lane] = vector[start + lane] }
      return lanes
    }
  }
}

/// The smallest of the k largest numbers that were put in; nil until there were k.
struct SmallestOfLargest {
  private let limit: Int
  private var values: [Int16] = []

  init(limit: Int) { self.limit = limit }

  var smallest: Int16? { values.count == limit ? values.first : nil }

  mutating func insert(_ value: Int16) {
    if values.count == limit {
      guard let first = values.first, value > first else { return }
      values.removeFirst()
    }
    values.insert(value, at: values.firstIndex { $0 >= value } ?? values.count)
  }
}
