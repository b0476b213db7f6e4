/// A Kubernetes quantity (`250m`, `1.5Gi`, `2e3`) in thousandths, so that CPU and memory compare alike
/// (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/).
struct Quantity: Sendable, Hashable, Comparable {
  let thousandths: Double

  private static let suffixes: [(String, Double)] = [
    ("Ki", 1024), ("Mi", 1_048_576), ("Gi", 1_073_741_824), ("Ti", 1_099_511_627_776), ("Pi", 1_125_899_906_842_624),
    ("n", 1e-9), ("u", 1e-6), ("m", 1e-3), ("k", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12), ("P", 1e15),
  ]

  init(thousandths: Double) {
    self.thousandths = thousandths
  }

  /// - Returns: nil for what is no quantity, and for one below zero.
  init?(_ text: String) {
    let (digits, factor) =
      Self.suffixes.first { text.hasSuffix($0.0) }.map { (text.dropLast($0.0.count), $0.1) } ?? (text[...], 1)
    guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && ($0.isNumber || "+-.eE".contains($0)) }),
      let number = Double(digits),
      number.isFinite, number >= 0
    else { return nil }
    thousandths = number * factor * 1000
  }

  var units: Double { thousandths / 1000 }

  static func < (lhs: Quantity, rhs: Quantity) -> Bool { lhs.thousandths < rhs.thousandths }

  /// How many times another fits into this one, `nil` when there is no end to it.
  func holds(_ other: Quantity) -> Int? {
    guard other.thousandths > 0 else { return nil }
    return Int(min(1_000_000, thousandths / other.thousandths))
  }

  static func - (lhs: Quantity, rhs: Quantity) -> Quantity { Quantity(thousandths: max(0, lhs.thousandths - rhs.thousandths)) }
}
