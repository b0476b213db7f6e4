/// Text as it was before it became a string of JSON: `\n`, `\"`, `\/` and `\u0026` hide line ends, quotes and separators
/// from the detectors. They look at both, the text as it is and this.
struct UnescapedText {
  /// JSON in a field of JSON, as when a service logs a request and the container runtime logs the line.
  static let depthLimit = 2

  let text: Bytes
  /// Where each byte comes from, and the end.
  private let origins: [Int]

  /// nil when there is nothing to undo.
  init?(_ escaped: Bytes) {
    guard escaped.all.contains(UInt8(ascii: "\\")) else { return nil }
    var bytes: [UInt8] = []
    var origins: [Int] = []
    bytes.reserveCapacity(escaped.count)
    origins.reserveCapacity(escaped.count + 1)
    var index = 0
    while index < escaped.count {
      let (byte, length) = Self.character(at: index, in: escaped)
      bytes.append(byte)
      origins.append(index)
      index += length
    }
    text = Bytes(bytes)
    self.origins = origins + [escaped.count]
  }

  func original(_ range: Range<Int>) -> Range<Int> { origins[range.lowerBound]..<origins[range.upperBound] }

  private static func character(at index: Int, in text: Bytes) -> (byte: UInt8, length: Int) {
    guard text[index] == UInt8(ascii: "\\") else { return (text[index], 1) }
    switch text[index + 1] {
    case UInt8(ascii: "n"): return (0x0A, 2)
    case UInt8(ascii: "r"): return (0x0D, 2)
    case UInt8(ascii: "t"): return (0x09, 2)
    case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "/"), UInt8(ascii: "\\"): return (text[index + 1], 2)
    case UInt8(ascii: "u") where (2...5).allSatisfy({ text[index + $0].isHex }):
      let digits = String(decoding: text.all[(index + 2)..<(index + 6)], as: UTF8.self)
      // What is not ASCII is a letter to the detectors, whichever.
      return (UInt16(digits, radix: 16).flatMap { $0 < 0x80 ? UInt8($0) : nil } ?? 0xFF, 6)
    default: return (text[index], 1)
    }
  }
}
