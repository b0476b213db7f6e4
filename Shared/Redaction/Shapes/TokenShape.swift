/// A kind of key that is known by how it begins, which characters it has and how many.
struct TokenShape {
  enum Alphabet {
    case digits, lowerHex, hex, upperAlphanumeric, alphanumeric
    /// Letters, digits, `_` and `-`.
    case base64URL
    /// `base64URL` and dots.
    case dotted
    /// Anything that stands in a token: base64 of both alphabets with padding, dots, `$`, `:`, `~`.
    case token

    func contains(_ byte: UInt8) -> Bool {
      switch self {
      case .digits: byte.isDigit
      case .lowerHex: byte.isLowerHex
      case .hex: byte.isHex
      case .upperAlphanumeric: byte.isUpper || byte.isDigit
      case .alphanumeric: byte.isAlphanumeric
      case .base64URL: byte.isBase64URL
      case .dotted: byte.isBase64URL || byte == UInt8(ascii: ".")
      case .token: byte.isBase64 || "=.$:~,".utf8.contains(byte)
      }
    }
  }

  let prefix: StaticString
  let alphabet: Alphabet
  /// Of what follows the prefix.
  let length: ClosedRange<Int>
  /// Must have an upper-case letter and a digit after the prefix, which names of Kubernetes objects do not.
  let isMixed: Bool

  init(_ prefix: StaticString, _ alphabet: Alphabet, _ length: ClosedRange<Int>, mixed: Bool = false) {
    self.prefix = prefix
    self.alphabet = alphabet
    self.length = length
    isMixed = mixed
  }

  init(_ prefix: StaticString, _ alphabet: Alphabet, _ length: PartialRangeFrom<Int>, mixed: Bool = false) {
    self.init(prefix, alphabet, length.lowerBound...4096, mixed: mixed)
  }

  init(_ prefix: StaticString, _ alphabet: Alphabet, exactly length: Int) {
    self.init(prefix, alphabet, length...length)
  }

  /// The end of such a token at `start`; nil when there is none.
  func end(at start: Int, in text: Bytes) -> Int? {
    guard text.matches(prefix, at: start) else { return nil }
    let body = start + prefix.utf8CodeUnitCount
    var end = text.end(of: alphabet.contains, from: body, limit: length.upperBound + 1)
    // A full stop or a comma after the token belongs to the sentence.
    while end > body, ".,:".utf8.contains(text[end - 1]) { end -= 1 }
    guard length.contains(end - body), !text[end].isWord else { return nil }
    if isMixed {
      let content = text.all[body..<end]
      guard content.contains(where: \.isUpper), content.contains(where: \.isDigit) else { return nil }
    }
    return end
  }
}
