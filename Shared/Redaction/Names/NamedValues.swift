/// Values of names that announce a secret: `key=value`, `key: value`, JSON, YAML, environments, URL queries, connection
/// strings, command line flags, XML.
struct NamedValues {
  private let text: Bytes
  private let reader: ValueReader

  static func find(in text: Bytes, _ found: inout Findings) {
    let values = NamedValues(text: text, reader: ValueReader(text: text))
    var index = 0
    while index < text.count {
      guard ValueReader.isNameByte(text[index]) else {
        index += 1
        continue
      }
      let name = index..<text.end(of: ValueReader.isNameByte, from: index)
      let secret = values.secret(of: name)
      if let secret { found.add(secret) }
      index = max(name.upperBound, secret?.upperBound ?? 0)
    }
  }

  private func secret(of name: Range<Int>) -> Range<Int>? {
    guard let kind = SecretName(name, in: text)?.kind, let (separator, start) = reader.separator(after: name) else { return nil }
    switch (kind, separator) {
    case (.authorization, .assignment), (.authorization, .colon):
      return HeaderValues(reader: reader).authorization(at: start)
    case (.cookie, .assignment), (.cookie, .colon):
      return HeaderValues(reader: reader).cookie(at: start)
    case (.authorization, _), (.cookie, _):
      return nil
    case (_, .blank), (_, .list):
      return afterBlank(kind, name, start, isList: separator == .list)
    case (_, .colon) where text[name.lowerBound - 1] == UInt8(ascii: ":") && start == name.upperBound + 1:
      // A part of an identifier with colons, such as AWS has.
      return nil
    default:
      if let block = block(at: start, name) { return block }
      guard let value = reader.value(at: start, separator: separator) else { return nil }
      let isProse = separator == .colon && !value.isQuoted && !beginsField(name)
      guard isSecret(value, kind, isProse: isProse) else { return nil }
      return extended(value, kind, separator, name)
    }
  }

  private func isSecret(_ value: ValueReader.Value, _ kind: SecretName.Kind, isProse: Bool) -> Bool {
    let bytes = text.all[value.range]
    if PlainValue.isHarmless(bytes) || (!value.isQuoted && "{[".utf8.contains(text[value.range.lowerBound])) { return false }
    let isNumber = bytes.allSatisfy(\.isDigit)
    switch kind {
    case .password: return !((isProse || !value.isQuoted) && PlainValue.isProse(bytes))
    case .secret: return !PlainValue.isProse(bytes) && !PlainValue.isObjectName(bytes)
    case .token:
      if isNumber && bytes.count < 6 { return false }
      if PlainValue.isProse(bytes) { return false }
      return isProse ? looksMade(bytes) : bytes.count >= 3
    case .key: return Randomness.isHigh(bytes) && bytes.allSatisfy { $0.isBase64URL || "+=%".utf8.contains($0) }
    case .authorization, .cookie: return false
    }
  }

  /// In a sentence: with a digit or mixed cases, as no word has.
  private func looksMade(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard bytes.count >= 8 else { return false }
    return bytes.contains(where: \.isDigit) || (bytes.dropFirst().contains(where: \.isUpper) && bytes.contains(where: \.isLower))
  }
}

// Values that are found in other ways than by a separator, or go on for longer.
extension NamedValues {
  /// `--password hunter2`, `["--token", "…"]`, `WITH PASSWORD 'x'`, `token 6f1e…`.
  private func afterBlank(_ kind: SecretName.Kind, _ name: Range<Int>, _ start: Int, isList: Bool) -> Range<Int>? {
    let isFlag = text[name.lowerBound] == UInt8(ascii: "-") && !text[name.lowerBound - 1].isWord
    guard let value = reader.value(at: start, separator: .blank) else { return nil }
    let bytes = text.all[value.range]
    if isFlag {
      guard kind != .key, bytes.first != UInt8(ascii: "-"), !PlainValue.isHarmless(bytes), !PlainValue.isProse(bytes) else {
        return nil
      }
      return value.range
    }
    if isList { return nil }
    if kind == .password, value.isQuoted || isDirective(name) { return PlainValue.isHarmless(bytes) ? nil : value.range }
    let isDrawn = Randomness.isHigh(bytes) || (kind != .key && Randomness.isLongHex(bytes))
    return isDrawn && bytes.allSatisfy({ $0.isBase64 || "=.".utf8.contains($0) }) ? value.range : nil
  }

  /// Names of configuration files in which white space separates.
  private func isDirective(_ name: Range<Int>) -> Bool {
    let place = name.lowerBound
    return text.matches("requirepass", at: place) || text.matches("masterauth", at: place)
  }

  /// YAML's block scalars: everything that is indented further than the name.
  private func block(at start: Int, _ name: Range<Int>) -> Range<Int>? {
    guard text[start] == UInt8(ascii: "|") || text[start] == UInt8(ascii: ">") else { return nil }
    let mark = text.end(of: { "|>+-123456789".utf8.contains($0) }, from: start, limit: 4)
    let lineEnd = text.lineEnd(from: mark)
    guard reader.skipBlanks(from: mark) == lineEnd else { return nil }
    let nameLine = text.start(of: { $0 != 0x0A }, before: name.lowerBound, limit: 256)
    let indent = text.end(of: { $0 == 0x20 }, from: nameLine) - nameLine
    var first: Int?
    var end = lineEnd
    while end < text.count {
      let next = text.end(of: { $0 == 0x0D || $0 == 0x0A }, from: end)
      let content = text.end(of: { $0 == 0x20 }, from: next)
      guard content - next > indent, content < text.count else { break }
      first = first ?? content
      end = text.lineEnd(from: content)
    }
    return first.map { $0..<end }
  }

  private func extended(
    _ value: ValueReader.Value, _ kind: SecretName.Kind, _ separator: ValueReader.Separator, _ name: Range<Int>
  ) -> Range<Int> {
    guard !value.isQuoted, kind == .password || kind == .secret else { return value.range }
    let before = text.start(of: \.isBlank, before: name.lowerBound, limit: 4)
    let lineEnd = text.lineEnd(from: value.range.upperBound)
    // A connection string's values may have spaces, and end at the semicolon.
    if separator == .assignment, text[before - 1] == UInt8(ascii: ";"),
      let end = (value.range.upperBound..<lineEnd).prefix(256).first(where: {
        text[$0] == UInt8(ascii: ";") || text[$0] == UInt8(ascii: "=") || text[$0].isQuote
      }),
      text[end] == UInt8(ascii: ";")
    {
      return value.range.lowerBound..<end
    }
    // A YAML scalar goes on to the end of its line.
    if separator == .colon, isFirstOfLine(name), lineEnd - value.range.upperBound <= 256 {
      let rest = text.all[value.range.upperBound..<lineEnd]
      if !rest.contains(where: { "=:#\"{}".utf8.contains($0) }) { return value.range.lowerBound..<lineEnd }
    }
    return value.range
  }

  private func isFirstOfLine(_ name: Range<Int>) -> Bool {
    let start = text.start(of: { $0.isBlank || $0 == UInt8(ascii: "-") }, before: name.lowerBound, limit: 64)
    return start == 0 || text[start - 1] == 0x0A
  }

  /// Whether the name stands where a field begins, and not in a sentence.
  private func beginsField(_ name: Range<Int>) -> Bool {
    var index = text.start(
      of: { $0.isBlank || $0 == UInt8(ascii: "-") || $0.isQuote || $0 == UInt8(ascii: "\\") }, before: name.lowerBound, limit: 64)
    if index > 0, index == name.lowerBound, ValueReader.isNameByte(text[index - 1]) { index = 0 }
    return index == 0 || text[index - 1].isSpace || "{,[(;&?|".utf8.contains(text[index - 1])
  }
}
