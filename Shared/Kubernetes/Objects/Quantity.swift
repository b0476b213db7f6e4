/// An amount as Kubernetes writes it: `250m`, `64Mi`, `1e3`, `56643986n`.
public struct Quantity: Sendable, Hashable, Comparable {
  /// In the unit of the resource: cores, bytes, objects.
  public let value: Double

  /// Thousandths, rounded: millicores of a `cpu`.
  public var thousandths: Int { Int((value * 1000).rounded()) }
  /// Rounded: bytes of a `memory`.
  public var whole: Int64 { Int64(value.rounded()) }

  /// `nil` when the text is no quantity, or one past what an `Int64` of thousandths holds.
  public init?(_ text: String) {
    let number = text.prefix { $0.isASCII && ($0.isNumber || "+-.".contains($0)) }
    let suffix = text.dropFirst(number.count)
    let scaled: Double?
    if let factor = Self.factors[String(suffix)] {
      scaled = Double(number).map { $0 * factor }
    } else if let mark = suffix.first, mark == "e" || mark == "E" {
      scaled = Double(text)
    } else {
      scaled = nil
    }
    guard let scaled, scaled.isFinite, abs(scaled) < 9e15 else { return nil }
    value = scaled
  }

  public static func < (left: Quantity, right: Quantity) -> Bool { left.value < right.value }

  private static let factors: [String: Double] = [
    "": 1, "n": 1e-9, "u": 1e-6, "m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18,
    "Ki": 0x1p10, "Mi": 0x1p20, "Gi": 0x1p30, "Ti": 0x1p40, "Pi": 0x1p50, "Ei": 0x1p60,
  ]
}
