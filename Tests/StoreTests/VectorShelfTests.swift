import Pipeline
import Testing

@testable import Store

@Suite("The search for the nearest is exact")
struct VectorShelfTests {
  struct Kind: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let vector: @Sendable (inout Dice) -> [Float]
  }

  static let kinds: [Kind] = [
    Kind(testDescription: "spread evenly") { dice in (0..<48).map { _ in dice.number() } },
    Kind(testDescription: "in some dense places") { dice in
      let place = dice.number(below: 5)
      return (0..<48).map { ($0 % 5 == place ? 1 : 0) + dice.number() * 0.02 }
    },
    Kind(testDescription: "in one dimension alone") { dice in
      var vector = [Float](repeating: 0, count: 48)
      vector[dice.number(below: 48)] = dice.number() < 0 ? -1 : 1
      return vector
    },
    Kind(testDescription: "the same over and over") { _ in (0..<48).map { Float($0 % 3) - 0.5 } },
    Kind(testDescription: "with signs alone") { dice in (0..<48).map { _ in dice.number() < 0 ? -1 : 1 } },
  ]

  @Test("As by comparing with every one", arguments: kinds.indices, [1, 15, 16, 17, 700])
  func exact(kind: Int, count: Int) throws {
    var dice = Dice(seed: UInt64(kind * 1000 + count))
    let points = (0..<count).compactMap { _ in Embedding(Self.kinds[kind].vector(&dice)) }
    var shelf = VectorShelf()
    for (number, point) in points.enumerated() { shelf.append(point.values, sequence: Int64(number + 1)) }
    for round in 0..<12 {
      let near = try #require(Embedding(Self.kinds[kind].vector(&dice)))
      let query = round % 2 == 0 ? near : points[dice.number(below: points.count)]
      for (least, limit) in [(-1, 1), (-1, 10), (0.5, 5), (0.95, 3), (0.2, 1000)] as [(Float, Int)] {
        let found = shelf.nearest(to: query, atLeast: least, limit: limit)
        let all = points.map { $0.similarity(to: query) }.filter { $0 >= least + 1e-5 }.sorted(by: >).prefix(limit)
        #expect(found.count >= all.count && found.count <= limit)
        for (hit, similarity) in zip(found, all) { #expect(abs(hit.similarity - similarity) < 1e-5) }
        #expect(Set(found.map(\.sequence)).count == found.count)
      }
    }
  }

  @Test("Among equals the latest come first, and what was taken out is not found")
  func equals() throws {
    let point = try #require(Embedding([Float](repeating: 1, count: 48)))
    var shelf = VectorShelf()
    for sequence in 1...40 { shelf.append(point.values, sequence: Int64(sequence)) }
    #expect(shelf.nearest(to: point, atLeast: 0.9, limit: 3).map(\.sequence) == [40, 39, 38])
    shelf.remove([40, 38])
    #expect(shelf.nearest(to: point, atLeast: 0.9, limit: 3).map(\.sequence) == [39, 37, 36])
  }

  @Test("Products of steps keep within 16 bits, also of the greatest")
  func noOverflow() throws {
    var shelf = VectorShelf()
    var corners: [[Float]] = []
    for dimension in 0..<48 {
      for value in [Float(1), -1] {
        var corner = [Float](repeating: 0, count: 48)
        corner[dimension] = value
        corners.append(corner)
      }
    }
    for (number, corner) in corners.enumerated() { shelf.append(corner, sequence: Int64(number + 1)) }
    for corner in corners {
      let query = try #require(Embedding(corner))
      let found = shelf.nearest(to: query, atLeast: -1, limit: corners.count)
      #expect(found.first?.similarity == 1 && found.last?.similarity == -1 && found.count == corners.count)
    }
  }
}

/// Random numbers that are the same in every run (xorshift64).
struct Dice {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 | 1 }

  private mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }

  /// From -1 to 1, denser in the middle.
  mutating func number() -> Float {
    let sum = (0..<3).reduce(Float(0)) { sum, _ in sum + Float(next() >> 40) / Float(1 << 24) }
    return sum * 2 / 3 - 1
  }

  mutating func number(below limit: Int) -> Int { Int(next() >> 33) % limit }
}
