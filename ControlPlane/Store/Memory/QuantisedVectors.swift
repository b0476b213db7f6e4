import Pipeline

/// Unit vectors as bytes, sixteen side by side, so that one instruction works on sixteen of them.
///
/// Dimensions come in two halves of 24, which lie apart: where the first half rules sixteen vectors out, the second is not read.
struct QuantisedVectors {
  typealias Lanes = SIMD16<Int16>
  static let width = 16
  static let half = Embedding.dimensions / 2
  /// One is this many steps. By Cauchy and Schwarz the product of two vectors of length 1, and every partial sum of it, is at most
  /// (127 + ½√48)² ≈ 17,024 steps², which fits 16 bits.
  static let scale: Float = 127

  private var heads: [SIMD16<Int8>] = []
  private var tails: [SIMD16<Int8>] = []
  /// Of sixteen second halves, the greatest length, in steps.
  private var tailLengths: [Float] = []
  private(set) var count = 0
  /// The greatest distance of a vector from its bytes, as a part of one.
  private(set) var error: Float = 0

  var blocks: Int { tailLengths.count }

  mutating func append(_ vector: [Float]) {
    let (block, lane) = (count / Self.width, count % Self.width)
    if lane == 0 {
      heads.append(contentsOf: repeatElement(.zero, count: Self.half))
      tails.append(contentsOf: repeatElement(.zero, count: Self.half))
      tailLengths.append(0)
    }
    let (bytes, distance) = Self.quantised(vector)
    var tail: Float = 0
    for dimension in 0..<Self.half {
      heads[block * Self.half + dimension][lane] = bytes[dimension]
      let byte = bytes[Self.half + dimension]
      tails[block * Self.half + dimension][lane] = byte
      tail += Float(byte) * Float(byte)
    }
    tailLengths[block] = max(tailLengths[block], tail.squareRoot())
    error = max(error, distance)
    count += 1
  }

  /// Bytes, and how far they are from the vector.
  static func quantised(_ vector: [Float]) -> (bytes: [Int8], distance: Float) {
    var distance: Float = 0
    let bytes = vector.map { value in
      let step = max(-scale, min(scale, (value * scale).rounded()))
      distance += (value - step / scale) * (value - step / scale)
      return Int8(step)
    }
    return (bytes, distance.squareRoot())
  }

  /// Calls `body` for each vector of some blocks whose product may be as great as the bound, which `body` may raise.
  ///
  /// - Parameters:
  ///   - bound: in steps²: vectors whose product of bytes is smaller are left out.
  ///   - body: gets a vector's number and its product, in steps².
  func scan(
    _ range: Range<Int>, _ query: QuantisedQuery, bound: inout Int16, _ body: (_ number: Int, _ product: Int16) -> Int16
  ) {
    heads.withUnsafeBufferPointer { heads in
      tails.withUnsafeBufferPointer { tails in
        query.head.withUnsafeBufferPointer { head in
          query.tail.withUnsafeBufferPointer { tail in
            for block in range {
              let first = Self.products(heads, of: block, head)
              // What the second halves can add at most.
              let reach = query.tailLength * tailLengths[block]
              let needed = Lanes(repeating: Int16(clamping: Int((Float(bound) - reach).rounded(.down)) - 1))
              guard any(first .>= needed) else { continue }
              let products = first &+ Self.products(tails, of: block, tail)
              guard any(products .>= Lanes(repeating: bound)) else { continue }
              for lane in 0..<Self.width where products[lane] >= bound && block * Self.width + lane < count {
                bound = body(block * Self.width + lane, products[lane])
              }
            }
          }
        }
      }
    }
  }

  @inline(__always)
  private static func products(
    _ bytes: UnsafeBufferPointer<SIMD16<Int8>>, of block: Int, _ query: UnsafeBufferPointer<Lanes>
  ) -> Lanes {
    var (even, odd) = (Lanes.zero, Lanes.zero)
    let start = block * half
    var dimension = 0
    while dimension < half {
      even &+= Lanes(truncatingIfNeeded: bytes[start + dimension]) &* query[dimension]
      odd &+= Lanes(truncatingIfNeeded: bytes[start + dimension + 1]) &* query[dimension + 1]
      dimension += 2
    }
    return even &+ odd
  }
}

/// A query in steps, in halves as the vectors are.
struct QuantisedQuery {
  /// Each step sixteen times.
  let head: [QuantisedVectors.Lanes]
  let tail: [QuantisedVectors.Lanes]
  let tailLength: Float
  /// Its distance from its steps, as a part of one.
  let error: Float

  init(_ vector: [Float]) {
    let (bytes, distance) = QuantisedVectors.quantised(vector)
    head = bytes.prefix(QuantisedVectors.half).map { QuantisedVectors.Lanes(repeating: Int16($0)) }
    tail = bytes.suffix(QuantisedVectors.half).map { QuantisedVectors.Lanes(repeating: Int16($0)) }
    tailLength = bytes.suffix(QuantisedVectors.half).reduce(Float(0)) { $0 + Float($1) * Float($1) }.squareRoot()
    error = distance
  }
}
