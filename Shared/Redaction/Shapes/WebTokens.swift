/// JSON Web Tokens (RFC 7519), signed, unsigned and encrypted: base64 of `{"` and two or more further parts. A cut may have
/// taken the last.
enum WebTokens {
  static func find(in text: Bytes, _ found: inout Findings) {
    var index = 0
    while index < text.count {
      guard text[index] == UInt8(ascii: "e"), text.matches("eyJ", at: index), !isInside(index, text) else {
        index += 1
        continue
      }
      let end = end(of: index, in: text)
      if let end { found.add(index..<end) }
      index = end ?? index + 3
    }
  }

  private static func isInside(_ index: Int, _ text: Bytes) -> Bool {
    guard text[index - 1].isBase64URL else { return false }
    return text[index - 2] != UInt8(ascii: "\\") && text[index - 3] != UInt8(ascii: "%") && text[index - 1].isAlphanumeric
  }

  private static func end(of start: Int, in text: Bytes) -> Int? {
    let header = text.end(of: \.isBase64URL, from: start)
    guard header - start >= 12, text[header] == UInt8(ascii: ".") else { return nil }
    let payload = text.end(of: \.isBase64URL, from: header + 1)
    guard payload - header > 8 || text[header + 1] == UInt8(ascii: ".") else { return nil }
    return text.end(of: { $0.isBase64URL || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "=") }, from: payload)
  }
}
