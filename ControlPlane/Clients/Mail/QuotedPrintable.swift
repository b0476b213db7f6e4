/// The transfer encoding of RFC 2045, section 6.7: text stays readable, lines have at most 76 bytes and end with CRLF.
enum QuotedPrintable {
  static let lineLength = 76

  static func encode(_ text: String) -> [UInt8] {
    var out: [UInt8] = []
    let bytes = Array(text.utf8)
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    if lines.last?.isEmpty ?? false { lines.removeLast() }
    for line in lines { encode(line: line.last == 0x0D ? line.dropLast() : line, into: &out) }
    return out
  }

  private static func encode(line: ArraySlice<UInt8>, into out: inout [UInt8]) {
    var length = 0
    for (index, byte) in zip(line.indices, line) {
      let isLast = index == line.endIndex - 1
      var piece = encode(byte, isLast: isLast, startsLine: length == 0)
      // One column stays free for the `=` that breaks the line.
      if length + piece.count > lineLength - (isLast ? 0 : 1) {
        out += [UInt8(ascii: "="), 0x0D, 0x0A]
        length = 0
        piece = encode(byte, isLast: isLast, startsLine: true)
      }
      out += piece
      length += piece.count
    }
    out += [0x0D, 0x0A]
  }

  private static func encode(_ byte: UInt8, isLast: Bool, startsLine: Bool) -> [UInt8] {
    needsEscape(byte, isLast: isLast, startsLine: startsLine) ? escape(byte) : [byte]
  }

  /// White space at the end of a line would be lost; a dot at its beginning and `From ` mean something to some relays.
  private static func needsEscape(_ byte: UInt8, isLast: Bool, startsLine: Bool) -> Bool {
    switch byte {
    case UInt8(ascii: "="): true
    case 0x20, 0x09: isLast
    case UInt8(ascii: "."), UInt8(ascii: "F"): startsLine
    case 0x21...0x7E: false
    default: true
    }
  }

  private static func escape(_ byte: UInt8) -> [UInt8] {
    let digits = Array("0123456789ABCDEF".utf8)
    return [UInt8(ascii: "="), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
  }
}
