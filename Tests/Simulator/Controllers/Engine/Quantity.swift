/// An amount of a resource as Kubernetes writes it: `100m`, `1`, `64Mi`. Kept in thousandths, rounded up.
struct Quantity: Sendable, Hashable, Comparable {
  /// Thousandths of the unit: of a core, of a byte.
  var milli: Int64
  /// Written with `Ki`, `Mi`, … rather than `k`, `M`, ….
  var isBinary = false

  init(milli: Int64, isBinary: Bool = false) {
    self.milli = milli
    self.isBinary = isBinary
  }

  init(_ whole: Int) { milli = Int64(whole) * 1000 }

  /// Suffixes with their factor to thousandths, so that `950m` is exact.
  private static let decimal: [(suffix: String, factor: Double)] = [
    ("n", 1e-6), ("u", 1e-3), ("m", 1), ("k", 1e6), ("M", 1e9), ("G", 1e12), ("T", 1e15), ("P", 1e18), ("E", 1e21),
  ]
  private static let binary = ["Ki", "Mi", "Gi", "Ti", "Pi"]

  /// Reads a quantity; `nil` when it is none, or more than can be counted.
  init?(_ text: String) {
    var number = text[...]
    var factor = 1000.0
    if let power = Self.binary.firstIndex(where: text.hasSuffix) {
      number = number.dropLast(2)
      for _ in 0...power { factor *= 1024 }
      isBinary = true
    } else if let unit = Self.decimal.first(where: { text.hasSuffix($0.suffix) }) {
      number = number.dropLast()
      factor = unit.factor
    }
    guard let value = Double(number), value.isFinite else { return nil }
    let thousandths = (value * factor - 1e-6).rounded(.up)
    guard abs(thousandths) < 9e18 else { return nil }
    milli = Int64(thousandths)
  }

  init?(_ value: JSONValue?) {
    switch value {
    case .string(let text): self.init(text)
    case .integer(let number): self.init(String(number))
    case .double(let number): self.init(String(number))
    default: return nil
    }
  }

  static func < (left: Quantity, right: Quantity) -> Bool { left.milli < right.milli }

  static func + (left: Quantity, right: Quantity) -> Quantity {
    Quantity(milli: left.milli + right.milli, isBinary: left.isBinary || right.isBinary)
  }

  /// The canonical form: the largest unit that leaves no fraction.
  var text: String {
    guard milli % 1000 == 0 else { return "\(milli)m" }
    var value = milli / 1000
    guard value != 0 else { return "0" }
    let base: Int64 = isBinary ? 1024 : 1000
    let suffixes = isBinary ? Self.binary : ["k", "M", "G", "T", "P"]
    var suffix = ""
    for next in suffixes where value % base == 0 {
      value /= base
      suffix = next
    }
    return "\(value)\(suffix)"
  }
}

/// What pods ask for.
enum PodResources {
  /// The sum over a pod's containers, at least what its init containers need one by one. `kind` is `requests` or `limits`.
  static func total(_ kind: String, _ resource: String, of spec: JSONValue?) -> Quantity {
    let main = (spec?["containers"]?.array ?? []).map { amount(kind, resource, of: $0) }
    let sum = main.reduce(Quantity(0), +)
    let initial = (spec?["initContainers"]?.array ?? []).map { amount(kind, resource, of: $0) }.max() ?? Quantity(0)
    return max(sum, initial)
  }

  /// A container's request or limit. A limit stands for a request that is not given.
  static func amount(_ kind: String, _ resource: String, of container: JSONValue) -> Quantity {
    given(kind, resource, of: container) ?? Quantity(0)
  }

  /// As ``amount(_:_:of:)``, `nil` when the container says nothing.
  static func given(_ kind: String, _ resource: String, of container: JSONValue) -> Quantity? {
    Quantity(container[path: "resources", kind, resource])
      ?? (kind == "requests" ? Quantity(container[path: "resources", "limits", resource]) : nil)
  }
}
