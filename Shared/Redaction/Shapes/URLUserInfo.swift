/// Passwords in URLs: `postgres://user:PASSWORD@host/db`. User and host stay. Also Go's MySQL form without a scheme,
/// `user:PASSWORD@tcp(host)`.
enum URLUserInfo {
  static func find(in text: Bytes, _ found: inout Findings) {
    var index = 0
    while index < text.count {
      switch text[index] {
      case UInt8(ascii: ":") where text.matches("://", at: index):
        index = url(from: index + 3, text, &found)
      case UInt8(ascii: "@") where text.matches("@tcp(", at: index) || text.matches("@unix(", at: index):
        mysql(at: index, text, &found)
        index += 1
      default:
        index += 1
      }
    }
  }

  private static func url(from start: Int, _ text: Bytes, _ found: inout Findings) -> Int {
    let end = text.end(of: { !$0.isSpace && !$0.isQuote && !"<>\\".utf8.contains($0) }, from: start, limit: 2048)
    let authority = text.end(of: { !"/?#".utf8.contains($0) }, from: start, limit: end - start)
    var at = last(UInt8(ascii: "@"), start, authority, text)
    let colon = (start..<authority).first { text[$0] == UInt8(ascii: ":") }
    // A password with an unescaped slash, question mark or number sign; digits there would be a port.
    if at == nil, let colon, text.all[(colon + 1)..<authority].contains(where: { !$0.isDigit }),
      text[colon + 1] != UInt8(ascii: "/"),
      text[start] != UInt8(ascii: "[")
    {
      at = last(UInt8(ascii: "@"), authority, end, text)
    }
    guard let at else { return authority }
    if let colon, colon < at {
      found.add(secret(colon + 1, at, text))
    } else if at - start >= 20, text.all[start..<at].contains(where: \.isDigit) {
      // A token in the user's place.
      found.add(start..<at)
    }
    return at
  }

  private static func mysql(at: Int, _ text: Bytes, _ found: inout Findings) {
    let start = text.start(of: { !$0.isSpace && !$0.isQuote && $0 != UInt8(ascii: "=") }, before: at, limit: 256)
    guard let colon = (start..<at).first(where: { text[$0] == UInt8(ascii: ":") }) else { return }
    found.add(secret(colon + 1, at, text))
  }

  /// Nothing when it is masked already, or a reference to be filled in.
  private static func secret(_ start: Int, _ end: Int, _ text: Bytes) -> Range<Int> {
    PlainValue.isHarmless(text.all[start..<end]) ? start..<start : start..<end
  }

  private static func last(_ byte: UInt8, _ start: Int, _ end: Int, _ text: Bytes) -> Int? {
    (start..<end).last { text[$0] == byte }
  }
}
