public import Wire

/// A kind of trouble as a point on the unit sphere: the same trouble elsewhere is near, another trouble is not.
///
/// Local and deterministic: the same evidence gives the same point on every machine. Points of different versions say nothing about
/// each other.
public struct Embedding: Sendable, Hashable {
  /// As the original document has it.
  public static let dimensions = 48
  /// Rises with every change of what is read from the evidence, or of how.
  public static let version = 1

  /// Of length 1 together.
  public let values: [Float]

  /// - Returns: nil unless there are 48 finite numbers that are not all zero; they are scaled to length 1.
  public init?(_ values: [Float]) {
    guard values.count == Self.dimensions else { return nil }
    let length = values.reduce(Double(0)) { $0 + Double($1) * Double($1) }.squareRoot()
    guard length.isFinite, length > 1e-6 else { return nil }
    self.values = values.map { Float(Double($0) / length) }
  }

  /// The cosine of the angle between both, from -1 to 1.
  public func similarity(to other: Embedding) -> Float {
    var sum: Float = 0
    for index in 0..<Self.dimensions { sum += values[index] * other.values[index] }
    return sum
  }
}

extension Embedding {
  /// What is known of an incident's trouble: of its evidence, or, where there is none, of its alert alone.
  public init(of incident: Incident) {
    self = incident.evidence.map { Embedding(ofAlert: incident.alertName, $0) } ?? Embedding(ofAlert: incident.alertName)
  }

  public init(ofAlert alert: String, _ evidence: Evidence) {
    self.init(projecting: [TroubleFeatures.ofAlert(alert)] + TroubleFeatures.of(evidence))
  }

  public init(ofAlert alert: String) {
    self.init(projecting: [TroubleFeatures.ofAlert(alert)])
  }

  /// Each feature is a direction of its own, by the signs of a hash (a random projection: Achlioptas, “Database-friendly random
  /// projections”), so that features that two incidents do not share hardly disturb those that they do. Each aspect counts by its
  /// weight, however much there is of it.
  private init(projecting aspects: [TroubleFeatures.Aspect]) {
    var sum = [Float](repeating: 0, count: Self.dimensions)
    for aspect in aspects {
      guard let part = Self.direction(of: aspect.features) else { continue }
      for index in sum.indices { sum[index] += aspect.weight * part.values[index] }
    }
    // Aspects that cancel each other out in every dimension do not occur; an answer is needed all the same.
    self = Embedding(sum) ?? Embedding(Self.signs(of: "")) ?? Self.any
  }

  private static func direction(of features: [String: Float]) -> Embedding? {
    var sum = [Float](repeating: 0, count: dimensions)
    // In the order of names, since sums of floats depend on their order.
    for (feature, weight) in features.sorted(by: { $0.key < $1.key }) {
      let signs = signs(of: feature)
      for index in sum.indices { sum[index] += weight * signs[index] }
    }
    return Embedding(sum)
  }

  private static func signs(of feature: String) -> [Float] {
    let bits = StableHash.of(feature)
    return (0..<dimensions).map { bits >> UInt64($0) & 1 == 0 ? -1 : 1 }
  }

  private init(unchecked values: [Float]) { self.values = values }
  private static let any = Embedding(unchecked: [1] + [Float](repeating: 0, count: dimensions - 1))
}

/// FNV-1a, and splitmix64's finaliser, which spreads what differs in few bits over all of them. Swift's own hashes differ from run to run.
enum StableHash {
  static func of(_ text: String) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    hash = (hash ^ (hash >> 30)) &* 0xbf58_476d_1ce4_e5b9
    hash = (hash ^ (hash >> 27)) &* 0x94d0_49bb_1331_11eb
    return hash ^ (hash >> 31)
  }
}
