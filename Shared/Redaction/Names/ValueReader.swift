/// Where a value begins and ends, after its name.
struct ValueReader {
  let text: Bytes

  struct Value {
    let range: Range<Int>
    let isQuoted: Bool
  }

  enum Separator {
    /// `=`, `:=`, `=>`, `==`.
    case assignment
    case colon
    /// `<name>value</name>`.
    case markup
    /// Nothing but white space.
    case blank
    /// The next item of a list.
    case list
  }

  static func isNameByte(_ byte: UInt8) -> Bool { byte.isWord || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") }

  /// - Returns: nil when no separator follows.
  func separator(after name: Range<Int>) -> (kind: Separator, valueStart: Int)? {
    if text[name.lowerBound - 1] == UInt8(ascii: "<"), text[name.upperBound] == UInt8(ascii: ">") {
      return (.markup, name.upperBound + 1)
    }
    let closed = skipClosers(from: name.upperBound)
    let index = skipBlanks(from: closed)
    if let (kind, end) = assignment(at: index) { return (kind, start(ofValueAfter: end)) }
    if let companion = companionValue(from: closed) { return (.assignment, companion) }
    if let item = nextItem(from: closed) { return (.list, item) }
    return index > closed ? (.blank, index) : nil
  }

  /// The value at `start`; nil when there is none on this line.
  func value(at start: Int, separator: Separator) -> Value? {
    if text.matches("[redacted]", at: start) { return nil }
    if separator == .markup {
      let end = text.end(of: { $0 != UInt8(ascii: "<") && $0 != 0x0A }, from: start)
      return end > start ? Value(range: start..<end, isQuoted: true) : nil
    }
    if let quote = quote(at: start) {
      let end = endOfQuoted(from: quote.end, quote)
      return end > quote.end ? Value(range: quote.end..<end, isQuoted: true) : nil
    }
    let end = endOfBare(from: start)
    return end > start ? Value(range: start..<end, isQuoted: false) : nil
  }

  func skipBlanks(from index: Int) -> Int { text.end(of: \.isBlank, from: index, limit: 64) }
}

// Separators.
extension ValueReader {
  /// What may close the name: its quotes, `user[password]`, `%5D`.
  private func skipClosers(from start: Int) -> Int {
    var index = start
    for _ in 0..<4 {
      if let quote = quote(at: index) {
        index = quote.end
      } else if text[index] == UInt8(ascii: "]") || text[index] == UInt8(ascii: ")") {
        index += 1
      } else if text.matchesIgnoringCase("%5d", at: index) || text.matches("%22", at: index) {
        index += 3
      } else {
        break
      }
    }
    return index
  }

  private func assignment(at index: Int) -> (Separator, Int)? {
    switch text[index] {
    case UInt8(ascii: "="):
      return (.assignment, text.end(of: { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ">") }, from: index, limit: 3))
    case UInt8(ascii: ":") where text[index + 1] == UInt8(ascii: "="):
      return (.assignment, index + 2)
    case UInt8(ascii: ":") where text[index + 1] != UInt8(ascii: ":") && !text.matches("//", at: index + 1):
      return (.colon, index + 1)
    case UInt8(ascii: "%") where text.matchesIgnoringCase("%3d", at: index): return (.assignment, index + 3)
    case UInt8(ascii: "%") where text.matchesIgnoringCase("%3a", at: index): return (.colon, index + 3)
    default: return nil
    }
  }

  private func start(ofValueAfter end: Int) -> Int {
    var index = skipBlanks(from: end)
    // A list of one, and the prefixes of Python's strings.
    if text[index] == UInt8(ascii: "[") {
      let inner = skipBlanks(from: index + 1)
      if quote(at: inner) != nil { index = inner }
    }
    if "bBuUrRfF".utf8.contains(text[index]), quote(at: index + 1) != nil { index += 1 }
    return index
  }

  /// `"--password", "x"`, or on the next line after a hyphen.
  private func nextItem(from start: Int) -> Int? {
    let gap = text.end(of: { $0.isSpace && $0 != 0 || $0 == UInt8(ascii: ",") }, from: start, limit: 64)
    guard gap > start else { return nil }
    if text[gap] == UInt8(ascii: "-"), text[gap + 1].isBlank, text.all[start..<gap].contains(0x0A) {
      return skipBlanks(from: gap + 1)
    }
    return text.all[start..<gap].contains(UInt8(ascii: ",")) ? gap : nil
  }

  /// The environment of a pod: `name: DB_PASSWORD`, and `value: …` on the next line or after a comma.
  private func companionValue(from start: Int) -> Int? {
    let gap = text.end(of: { $0.isSpace && $0 != 0 || $0 == UInt8(ascii: ",") }, from: start, limit: 64)
    guard gap > start, text.all[start..<gap].contains(where: { $0 == 0x0A || $0 == UInt8(ascii: ",") }) else { return nil }
    let name = quote(at: gap)?.end ?? gap
    guard text.matchesIgnoringCase("value", at: name), !Self.isNameByte(text[name + 5]) else { return nil }
    guard let (_, end) = assignment(at: skipBlanks(from: skipClosers(from: name + 5))) else { return nil }
    return self.start(ofValueAfter: end)
  }
}

// Ends.
extension ValueReader {
  struct Quote {
    let byte: UInt8
    /// Backslashes before it: quotes within quotes.
    let depth: Int
    let end: Int
  }

  func quote(at index: Int) -> Quote? {
    let end = text.end(of: { $0 == UInt8(ascii: "\\") }, from: index, limit: 16)
    guard text[end].isQuote else { return nil }
    return Quote(byte: text[end], depth: end - index, end: end + 1)
  }

  /// The end of the content: at the same quote with as many backslashes, at one with fewer (the text around ends there), or
  /// with the line.
  func endOfQuoted(from start: Int, _ quote: Quote) -> Int {
    var index = start
    var backslashes = 0
    while index < text.count {
      let byte = text[index]
      if byte == 0x0A || byte == 0x0D { return index }
      if byte == UInt8(ascii: "\\") {
        backslashes += 1
      } else {
        let closes = quote.depth == 0 ? backslashes % 2 == 0 : backslashes <= quote.depth
        if byte == quote.byte, closes { return index - (quote.depth == 0 ? 0 : backslashes) }
        backslashes = 0
      }
      index += 1
    }
    return index
  }

  /// Without quotes a value ends at white space, at a quote around the whole, and at punctuation after which something else
  /// begins.
  private func endOfBare(from start: Int) -> Int {
    var index = start
    while index < text.count {
      let byte = text[index]
      if byte.isSpace || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "`") { break }
      if byte == UInt8(ascii: "\\"), isEscape(at: index) { break }
      if ",;&)]}|'<".utf8.contains(byte), index > start, endsBare(at: index, byte) { break }
      index += 1
    }
    return index
  }

  private func isEscape(at index: Int) -> Bool {
    text[index + 1].isQuote || "nrtu\\".utf8.contains(text[index + 1])
  }

  private func endsBare(at index: Int, _ byte: UInt8) -> Bool {
    let next = text[index + 1]
    if next.isSpace || next.isQuote { return true }
    switch byte {
    case UInt8(ascii: "<"): return next == UInt8(ascii: "/")
    case UInt8(ascii: "&"): return text.matches("amp;", at: index + 1) || isAssigned(from: index + 1)
    case UInt8(ascii: ","), UInt8(ascii: ";"): return isAssigned(from: index + 1)
    case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): return ",;.:)]}".utf8.contains(next)
    default: return false
    }
  }

  /// Whether a further `name=` or `name:` begins here.
  private func isAssigned(from start: Int) -> Bool {
    let end = text.end(of: { Self.isNameByte($0) || $0 == 0x20 }, from: start, limit: 40)
    return end > start && (text[end] == UInt8(ascii: "=") || text[end] == UInt8(ascii: ":"))
  }
}
