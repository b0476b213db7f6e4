import FoundationEssentials

/// Free text in a header field: as it is when it is ASCII, otherwise in encoded words (RFC 2047).
enum HeaderText {
  /// Of one line without its CRLF (RFC 5322, section 2.1.1, has 78; RFC 2047 has 76).
  static let lineLength = 76
  /// Bytes of text in one encoded word: 64 characters with `=?utf-8?B?` and `?=`, which fit beside the name of the field (RFC 2047,
  /// section 2, has at most 75, and 76 for the line).
  private static let wordLimit = 39

  /// - Parameter text: one line of printable characters.
  static func line(_ name: String, _ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && !text.contains("=?")
    return fold("\(name):", isPlain ? text.split(separator: " ").map(String.init) : encodedWords(text))
  }

  private static func fold(_ name: String, _ words: [String]) -> String {
    var out = name
    var length = name.utf8.count
    for word in words {
      if length + 1 + word.utf8.count > lineLength, length > name.utf8.count {
        out += "\r\n"
        length = 0
      }
      out += " " + word
      length += 1 + word.utf8.count
    }
    return out
  }

  /// A character is never divided between two words (RFC 2047, section 5).
  private static func encodedWords(_ text: String) -> [String] {
    var words: [[UInt8]] = [[]]
    for scalar in text.unicodeScalars {
      let bytes = Array(String(scalar).utf8)
      if words[words.count - 1].count + bytes.count > wordLimit { words.append([]) }
      words[words.count - 1] += bytes
    }
    return words.map { "=?utf-8?B?\(Data($0).base64EncodedString())?=" }
  }
}
