/// Prints what was measured.
enum Report {
  static func build() {
    #if DEBUG
      print("debug build: compare with other debug builds only\n")
    #else
      print("release build\n")
    #endif
  }

  static func line(_ text: String) { print(text) }

  static func milliseconds(_ time: Duration) -> String {
    let hundredths = (time / .microseconds(10)).rounded() / 100
    return "\(hundredths) ms"
  }

  static func mega(_ kilobytes: Int) -> String { "\((Double(kilobytes) / 1024 * 10).rounded() / 10)" }

  static func percent(_ share: Double) -> String { "\((share * 10_000).rounded() / 100) %" }

  /// - Parameter share: from 0 to 1.
  static func percentile(_ share: Double, of sorted: [Duration]) -> Duration {
    guard !sorted.isEmpty else { return .zero }
    return sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
  }

  static func row(_ cells: [String], widths: [Int]) {
    let padded = zip(cells, widths).enumerated().map { index, cell in
      let space = String(repeating: " ", count: max(0, cell.1 - cell.0.count))
      return index == 0 ? cell.0 + space : space + cell.0
    }
    print(padded.joined(separator: "  "))
  }
}
