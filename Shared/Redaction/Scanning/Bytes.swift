/// Text as UTF-8 that can be looked at in any place: outside of it there is nothing but zeros.
struct Bytes {
  let all: [UInt8]

  init(_ bytes: [UInt8]) { all = bytes }

  var count: Int { all.count }

  subscript(index: Int) -> UInt8 { index >= 0 && index < all.count ? all[index] : 0 }

  func matches(_ text: StaticString, at index: Int) -> Bool {
    text.withUTF8Buffer { pattern in
      guard index >= 0, index + pattern.count <= all.count else { return false }
      for offset in 0..<pattern.count where all[index + offset] != pattern[offset] { return false }
      return true
    }
  }

  /// - Parameter text: in lower case.
  func matchesIgnoringCase(_ text: StaticString, at index: Int) -> Bool {
    text.withUTF8Buffer { pattern in
      guard index >= 0, index + pattern.count <= all.count else { return false }
      for offset in 0..<pattern.count where all[index + offset].lowercased != pattern[offset] { return false }
      return true
    }
  }

  /// The end of the run of such bytes that begins at `start`.
  func end(of isMember: (UInt8) -> Bool, from start: Int, limit: Int = .max) -> Int {
    var index = start
    while index < all.count, index - start < limit, isMember(all[index]) { index += 1 }
    return index
  }

  /// The beginning of the run of such bytes that ends before `end`.
  func start(of isMember: (UInt8) -> Bool, before end: Int, limit: Int = .max) -> Int {
    var index = end
    while index > 0, end - index < limit, isMember(all[index - 1]) { index -= 1 }
    return index
  }

  func lineEnd(from start: Int) -> Int { end(of: { $0 != 0x0A && $0 != 0x0D }, from: start) }
}

extension UInt8 {
  var isDigit: Bool { self >= 0x30 && self <= 0x39 }
  var isUpper: Bool { self >= 0x41 && self <= 0x5A }
  var isLower: Bool { self >= 0x61 && self <= 0x7A }
  var isLetter: Bool { isUpper || isLower }
  var isAlphanumeric: Bool { isLetter || isDigit }
  var isHex: Bool { isDigit || (self >= 0x61 && self <= 0x66) || (self >= 0x41 && self <= 0x46) }
  var isLowerHex: Bool { isDigit || (self >= 0x61 && self <= 0x66) }
  /// A letter, a digit or an underscore: none of them stands beside the end of a token.
  var isWord: Bool { isAlphanumeric || self == UInt8(ascii: "_") }
  var isBlank: Bool { self == 0x20 || self == 0x09 }
  /// White space, a control character, or the end of the text.
  var isSpace: Bool { self <= 0x20 || self == 0x7F }
  var isQuote: Bool { self == UInt8(ascii: "\"") || self == UInt8(ascii: "'") || self == UInt8(ascii: "`") }
  var isBase64URL: Bool { isWord || self == UInt8(ascii: "-") }
  /// Of either alphabet, without padding.
  var isBase64: Bool { isBase64URL || self == UInt8(ascii: "+") || self == UInt8(ascii: "/") }
  var lowercased: UInt8 { isUpper ? self | 0x20 : self }
}
