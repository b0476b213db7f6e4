/// Values of the HTTP headers that carry credentials. The scheme stays.
struct HeaderValues {
  let reader: ValueReader
  private var text: Bytes { reader.text }

  init(reader: ValueReader) { self.reader = reader }

  func authorization(at start: Int) -> Range<Int>? {
    let quote = reader.quote(at: start)
    let begin = quote?.end ?? start
    let first = begin..<endOfToken(from: begin)
    let scheme = String(decoding: text.all[first].prefix(32).map(\.lowercased), as: UTF8.self)
    let next = reader.skipBlanks(from: first.upperBound)
    if Self.schemesWithParameters.contains(scheme) {
      return trimmed(next..<max(endOfParameters(from: next), endOfToken(from: next)))
    }
    if Self.schemes.contains(scheme) { return trimmed(next..<endOfToken(from: next)) }
    let looksMade = text.all[first].count >= 8 && text.all[first].contains(where: \.isDigit)
    return looksMade ? trimmed(first) : nil
  }

  /// All `name=value` pairs and attributes.
  func cookie(at start: Int) -> Range<Int>? {
    let begin = reader.quote(at: start)?.end ?? start
    var end = endOfToken(from: begin)
    guard text.all[begin..<end].contains(UInt8(ascii: "=")) else { return nil }
    while text[end - 1] == UInt8(ascii: ";") {
      let next = endOfToken(from: reader.skipBlanks(from: end))
      guard next > end else { break }
      end = next
    }
    return begin..<end
  }

  /// `username="app", response="6629…"`.
  private func endOfParameters(from start: Int) -> Int {
    var end = start
    while true {
      let name = text.end(of: { ",; \t".utf8.contains($0) }, from: end, limit: 8)
      let equals = text.end(of: ValueReader.isNameByte, from: name, limit: 64)
      guard equals > name, text[equals] == UInt8(ascii: "=") else { return end }
      if let quote = reader.quote(at: equals + 1) {
        let close = reader.endOfQuoted(from: quote.end, quote)
        end = reader.quote(at: close)?.end ?? close
      } else {
        end = text.end(of: { !$0.isSpace && !$0.isQuote && $0 != UInt8(ascii: ",") }, from: equals + 1)
      }
    }
  }

  private func endOfToken(from start: Int) -> Int {
    let end = text.end(of: { !$0.isSpace && !$0.isQuote }, from: start)
    return text[end].isQuote && end > start && text[end - 1] == UInt8(ascii: "\\") ? end - 1 : end
  }

  private func trimmed(_ range: Range<Int>) -> Range<Int>? {
    guard !range.isEmpty, !PlainValue.isHarmless(text.all[range]), !PlainValue.isProse(text.all[range]) else { return nil }
    return range
  }

  private static let schemes: Set<String> = [
    "bearer", "basic", "token", "negotiate", "ntlm", "apikey", "api-key", "key", "jwt", "splunk", "genie", "geniekey", "sso-key",
    "mac",
    "dpop", "privatetoken", "bot", "sharedkey",
  ]
  private static let schemesWithParameters: Set<String> = [
    "digest", "aws4-hmac-sha256", "hawk", "oauth", "signature", "hmac", "scram-sha-256", "sharedaccesssignature", "snowflake",
  ]
}
