/// Whether a token looks as if a machine had drawn it.
enum Randomness {
  static let shortest = 24

  /// At least 24 characters of all three classes, hardly any repeated: names of pods, digests and UUIDs have no upper case, class
  /// names no digits in between.
  static func isHigh(_ token: ArraySlice<UInt8>) -> Bool {
    guard token.count >= shortest else { return false }
    var seen: (UInt64, UInt64) = (0, 0)
    var upper = 0
    var lower = 0
    var digits = 0
    for byte in token {
      guard byte < 0x80 else { return false }
      if byte < 64 { seen.0 |= 1 << UInt64(byte) } else { seen.1 |= 1 << UInt64(byte - 64) }
      if byte.isUpper { upper += 1 }
      if byte.isLower { lower += 1 }
      if byte.isDigit { digits += 1 }
    }
    let distinct = seen.0.nonzeroBitCount + seen.1.nonzeroBitCount
    return upper >= 2 && lower >= 2 && digits >= 2 && distinct >= 12
  }

  /// 32 or more hexadecimal digits and nothing else: a key or a digest, which only the words around it tell apart.
  static func isLongHex(_ token: ArraySlice<UInt8>) -> Bool {
    token.count >= 32 && token.allSatisfy(\.isHex)
  }
}
