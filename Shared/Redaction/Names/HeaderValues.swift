/// Values of the HTTP headers that carry credentials. The scheme stays.
struct HeaderValues {
  let reader: ValueReader
  private var text: Bytes { reader.text }

  init(reader: ValueReader) { self.reader = reader }

  func authorization(at start: Int) -> Range<Int>? {
    guard let region = region(at: start) else { return nil }
    let first = region.lowerBound..<endOfToken(from: region.lowerBound, region)
    let scheme = String(decoding: text.all[first].map(\.lowercased), as: UTF8.self)
    let next = reader.skipBlanks(from: first.upperBound)
    if Self.schemesWithParameters.contains(scheme) { return trimmed(next..<region.upperBound) }
    if Self.schemes.contains(scheme) { return trimmed(next..<endOfToken(from: next, region)) }
    let looksMade = text.all[first].count >= 8 && text.all[first].contains(where: \.isDigit)
    return looksMade ? trimmed(first) : nil
  }

  /// All `name=value` pairs and attributes.
  func cookie(at start: Int) -> Range<Int>? {
    guard let region = region(at: start) else { return nil }
    var end = endOfToken(from: region.lowerBound, region)
    while end < region.upperBound, text[end - 1] == UInt8(ascii: ";") {
      end = endOfToken(from: reader.skipBlanks(from: end), region)
    }
    let range = region.lowerBound..<end
    return text.all[range].contains(UInt8(ascii: "=")) ? range : nil
  }

  /// Up to the end of the quoted text or of the line.
  private func region(at start: Int) -> Range<Int>? {
    if reader.quote(at: start) != nil { return reader.value(at: start, separator: .colon)?.range }
    let end = text.end(of: { $0 != 0x0A && $0 != 0x0D && !$0.isQuote }, from: start)
    let escape = end > start && text[end - 1] == UInt8(ascii: "\\") ? end - 1 : end
    return escape > start ? start..<escape : nil
  }

  private func endOfToken(from start: Int, _ region: Range<Int>) -> Int {
    text.end(of: { !$0.isSpace }, from: start, limit: max(0, region.upperBound - start))
  }

  private func trimmed(_ range: Range<Int>) -> Range<Int>? {
    guard !range.isEmpty, !PlainValue.isHarmless(text.all[range]), !PlainValue.isProse(text.all[range]) else { return nil }
    return range
  }

  private static let schemes: Set<String> = [
    "bearer", "basic", "token", "negotiate", "ntlm", "apikey", "api-key", "key", "jwt", "splunk", "genie", "geniekey", "sso-key", "mac",
    "dpop", "privatetoken", "bot", "sharedkey",
  ]
  private static let schemesWithParameters: Set<String> = [
    "digest", "aws4-hmac-sha256", "hawk", "oauth", "signature", "hmac", "scram-sha-256", "sharedaccesssignature", "snowflake",
  ]
}
