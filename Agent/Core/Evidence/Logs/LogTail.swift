import Redaction

/// The lines of a log, made safe to leave the namespace. Redacted as one text, so that a secret over several lines (a key in
/// PEM) is found, then cut. Pure.
enum LogTail {
  static func lines(_ bytes: [UInt8], redactor: Redactor) -> [String] {
    let text = redactor.redact(String(decoding: bytes, as: UTF8.self))
    var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    if lines.last?.isEmpty == true { lines.removeLast() }
    return lines.map { clean($0) }
  }

  /// Without terminal escapes and control characters, at most ``EvidenceLimits/lineBytes`` bytes.
  static func clean(_ line: Substring) -> String {
    var clean = String.UnicodeScalarView()
    var bytes = 0
    var scalars = line.unicodeScalars[...]
    while let scalar = scalars.popFirst() {
      if scalar == "\u{1B}" {
        if scalars.first == "[" { scalars = scalars.dropFirst().drop { !(0x40...0x7E).contains($0.value) }.dropFirst() }
        continue
      }
      guard scalar == "\t" || scalar.properties.generalCategory != .control else { continue }
      bytes += UTF8.width(scalar)
      guard bytes <= EvidenceLimits.lineBytes else { break }
      clean.append(scalar)
    }
    return String(clean)
  }
}
