/// The level that a log line gives itself. Pure.
enum LogLevel: Int, Sendable {
  case info, warning, error, fatal

  /// - Parameter line: in lower case.
  static func of(_ line: [UInt8]) -> LogLevel? {
    member(line) ?? klog(line) ?? word(line)
  }

  private static let names: [String: LogLevel] = [
    "trace": .info, "debug": .info, "info": .info, "information": .info, "notice": .info, "log": .info, "verbose": .info,
    "warn": .warning, "warning": .warning, "error": .error, "err": .error, "severe": .error, "fatal": .fatal,
    "critical": .fatal, "crit": .fatal, "panic": .fatal, "alert": .fatal, "emerg": .fatal, "emergency": .fatal,
  ]

  private static let keys = ["level", "severity", "lvl", "loglevel", "levelname"].map { Array($0.utf8) }

  /// `"level":"error"`, `level=error`, and pino's and bunyan's numbers.
  private static func member(_ line: [UInt8]) -> LogLevel? {
    for key in keys {
      var start = line.startIndex
      while let found = line[start...].firstRange(of: key) {
        start = found.upperBound
        var rest = line[found.upperBound...].drop { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: " ") }
        guard let sign = rest.popFirst(), sign == UInt8(ascii: ":") || sign == UInt8(ascii: "=") else { continue }
        rest = rest.drop { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: " ") }
        let value = rest.prefix { isWordByte($0) }
        let text = String(decoding: value, as: UTF8.self)
        if let level = names[text] { return level }
        if let number = Int(text), (10...60).contains(number) {
          return number >= 60 ? .fatal : number >= 50 ? .error : number >= 40 ? .warning : .info
        }
      }
    }
    return nil
  }

  /// `E1122 10:00:00.000000       1 reflector.go:150] …`
  private static func klog(_ line: [UInt8]) -> LogLevel? {
    guard line.count > 6, line[1...4].allSatisfy({ (0x30...0x39).contains($0) }), line[5] == UInt8(ascii: " ") else { return nil }
    return switch line[0] {
    case UInt8(ascii: "i"): .info
    case UInt8(ascii: "w"): .warning
    case UInt8(ascii: "e"): .error
    case UInt8(ascii: "f"): .fatal
    default: nil
    }
  }

  /// A level that stands alone near the beginning: `[error]`, `ERROR: …`, `2026-… WARN main …`.
  private static func word(_ line: [UInt8]) -> LogLevel? {
    var words = 0
    for word in line.prefix(96).split(whereSeparator: { !isWordByte($0) }) {
      guard let first = word.first, !(0x30...0x39).contains(first) else { continue }
      words += 1
      guard words <= 6 else { return nil }
      guard let level = names[String(decoding: word, as: UTF8.self)] else { continue }
      let next = word.endIndex < line.endIndex ? line[word.endIndex] : UInt8(ascii: " ")
      let previous = word.startIndex > line.startIndex ? line[word.startIndex - 1] : UInt8(ascii: " ")
      // `error` as an ordinary word of a sentence is no level.
      let isMarked = [UInt8(ascii: "]"), UInt8(ascii: ":"), UInt8(ascii: ">"), UInt8(ascii: "|")].contains(next)
      if isMarked || previous == UInt8(ascii: "[") || previous == UInt8(ascii: "<") || words <= 2 { return level }
    }
    return nil
  }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
  }
}
