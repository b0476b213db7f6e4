/// Secrets that base64 hides: a run that decodes to plain text in which there is one, such as a Kubernetes Secret's data or a
/// Docker configuration. Digests and identifiers decode to no text.
enum WrappedText {
  /// Base64 within base64, as a Secret holds a Docker configuration.
  static let depthLimit = 2
  private static let shortest = 24
  /// Encoders break lines after 64 or 76 characters.
  private static let fullLine = 60

  static func find(in text: Bytes, depth: Int, _ found: inout Findings) {
    var index = 0
    while index < text.count {
      guard text[index].isBase64 else {
        index += 1
        continue
      }
      let end = endOfRun(from: index, text)
      if end - index >= shortest, let decoded = decode(text.all[index..<end]),
        !Redactor.secrets(in: Bytes(decoded), wrapping: depth - 1, escapes: 1).isEmpty
      {
        found.add(index..<text.end(of: { $0 == UInt8(ascii: "=") }, from: end, limit: 2))
      }
      index = end
    }
  }

  private static func endOfRun(from start: Int, _ text: Bytes) -> Int {
    var lineStart = start
    while true {
      let end = text.end(of: \.isBase64, from: lineStart)
      let next = text.end(of: { $0 == 0x0D || $0 == 0x0A || $0 == 0x20 }, from: end, limit: 16)
      let breaksLine = text[end] == 0x0A || text[end] == 0x0D
      guard breaksLine, end - lineStart >= fullLine, text.end(of: \.isBase64, from: next, limit: 16) - next >= 16 else {
        return end
      }
      lineStart = next
    }
  }

  /// The text in a run; nil when it decodes to something else. The last, incomplete group of a run that was cut is left out.
  static func decode(_ run: ArraySlice<UInt8>) -> [UInt8]? {
    var out: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for byte in run {
      guard let value = value(of: byte) else {
        if byte.isSpace { continue }
        return nil
      }
      bits = bits << 6 | UInt32(value)
      count += 6
      guard count >= 8 else { continue }
      count -= 8
      let decoded = UInt8(truncatingIfNeeded: bits >> UInt32(count))
      guard (0x20...0x7E).contains(decoded) || (0x09...0x0D).contains(decoded) else { return nil }
      out.append(decoded)
    }
    return out
  }

  private static func value(of byte: UInt8) -> UInt8? {
    switch byte {
    case _ where byte.isUpper: byte - UInt8(ascii: "A")
    case _ where byte.isLower: byte - UInt8(ascii: "a") + 26
    case _ where byte.isDigit: byte - UInt8(ascii: "0") + 52
    case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
    case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
    default: nil
    }
  }
}
