/// Credentials that a word or a place before them gives away, where no name does.
struct Credentials {
  private let text: Bytes
  private let reader: ValueReader

  static func find(in text: Bytes, _ found: inout Findings) {
    let credentials = Credentials(text: text, reader: ValueReader(text: text))
    for index in text.all.indices {
      switch text[index].lowercased {
      case UInt8(ascii: "b"): found.add(credentials.scheme(at: index))
      case UInt8(ascii: "i"): found.add(credentials.identifiedBy(at: index))
      case UInt8(ascii: "l"): found.add(credentials.netrc(at: index))
      case UInt8(ascii: "h"), UInt8(ascii: "d"), UInt8(ascii: "o"), UInt8(ascii: "w"): found.add(credentials.webhook(at: index))
      case UInt8(ascii: "-"): found.add(credentials.commandOption(at: index))
      case UInt8(ascii: ":"): found.add(credentials.telegramBot(at: index))
      case UInt8(ascii: "~"): found.add(credentials.azureClientSecret(at: index))
      case UInt8(ascii: "a"): found.add(credentials.redisMonitor(at: index))
      default: break
      }
    }
  }

  private static let nothing = 0..<0
}

// After a word.
extension Credentials {
  /// `Bearer TOKEN` and `Basic BASE64` anywhere in a text.
  private func scheme(at index: Int) -> Range<Int> {
    guard !text[index - 1].isWord else { return Self.nothing }
    if text.matchesIgnoringCase("bearer", at: index), let start = afterGap(index + 6) {
      let end = text.end(of: { $0.isBase64 || ".~=:%".utf8.contains($0) }, from: start)
      let token = text.all[start..<end]
      let isMade = token.count >= 16 && (token.contains(where: \.isDigit) || token.dropFirst().contains(where: \.isUpper))
      return isMade ? start..<end : Self.nothing
    }
    if text.matchesIgnoringCase("basic", at: index), let start = afterGap(index + 5) {
      let end = text.end(of: \.isBase64, from: start)
      guard end - start >= 4, let decoded = WrappedText.decode(text.all[start..<end]), decoded.contains(UInt8(ascii: ":")) else {
        return Self.nothing
      }
      return start..<text.end(of: { $0 == UInt8(ascii: "=") }, from: end, limit: 2)
    }
    return Self.nothing
  }

  /// SQL: `IDENTIFIED BY 'x'`, `IDENTIFIED WITH … BY 'x'`.
  private func identifiedBy(at index: Int) -> Range<Int> {
    guard text.matchesIgnoringCase("identified ", at: index), !text[index - 1].isWord else { return Self.nothing }
    let place = (index + 10..<index + 80).first { text.matchesIgnoringCase(" by ", at: $0) }
    guard let place, let value = reader.value(at: reader.skipBlanks(from: place + 4), separator: .blank) else {
      return Self.nothing
    }
    return value.range
  }

  /// `machine HOST login NAME password SECRET`.
  private func netrc(at index: Int) -> Range<Int> {
    guard text.matches("login ", at: index), !text[index - 1].isWord else { return Self.nothing }
    let login = reader.skipBlanks(from: index + 6)
    let next = text.end(of: \.isSpace, from: text.end(of: { !$0.isSpace }, from: login, limit: 256), limit: 64)
    guard text.matches("password ", at: next), let value = reader.value(at: reader.skipBlanks(from: next + 9), separator: .blank),
      !PlainValue.isProse(text.all[value.range])
    else { return Self.nothing }
    return value.range
  }

  /// `"AUTH" "hunter2"`, as Redis shows a command.
  private func redisMonitor(at index: Int) -> Range<Int> {
    guard text.matchesIgnoringCase("auth\" \"", at: index), text[index - 1] == UInt8(ascii: "\"") else { return Self.nothing }
    let lineEnd = text.lineEnd(from: index)
    let end = (index + 7..<lineEnd).last { text[$0] == UInt8(ascii: "\"") } ?? lineEnd
    return index + 7..<max(end, index + 7)
  }

  private func afterGap(_ index: Int) -> Int? {
    if text.matches("%20", at: index) { return index + 3 }
    let end = text.end(of: { $0.isBlank || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: ":") }, from: index, limit: 4)
    return end > index ? end : nil
  }
}

// In a place.
extension Credentials {
  /// The path of an incoming webhook is its password.
  private func webhook(at index: Int) -> Range<Int> {
    guard let place = Self.webhookPlaces.first(where: { text.matches($0, at: index) }) else { return Self.nothing }
    let start = index + place.utf8CodeUnitCount
    return start..<text.end(of: { $0.isBase64 || "@%.".utf8.contains($0) }, from: start)
  }

  private static let webhookPlaces: [StaticString] = [
    "hooks.slack.com/services/", "hooks.slack.com/workflows/", "discord.com/api/webhooks/", "discordapp.com/api/webhooks/",
    "outlook.office.com/webhook/", "webhook.office.com/webhookb2/", "hooks.zapier.com/hooks/catch/",
  ]

  /// `curl -u user:password`, and options of programs whose short form is a password: it may follow without a space.
  private func commandOption(at index: Int) -> Range<Int> {
    guard text[index - 1].isSpace || text[index - 1].isQuote else { return Self.nothing }
    let option = ["-u", "--user", "-U", "--proxy-user"].first {
      Bytes(Array($0.utf8)).all.elementsEqual(text.all[index...].prefix($0.utf8.count))
    }
    if let option, let value = optionValue(from: index + option.utf8.count),
      let colon = value.first(where: { text[$0] == UInt8(ascii: ":") }),
      !text.all[value].allSatisfy({ $0.isDigit || $0 == UInt8(ascii: ":") }),
      !text.matches("//", at: colon + 1)
    {
      return PlainValue.isHarmless(text.all[(colon + 1)..<value.upperBound]) ? Self.nothing : colon + 1..<value.upperBound
    }
    guard "paw".utf8.contains(text[index + 1]), let program = program(before: index) else { return Self.nothing }
    guard program.option == text[index + 1] else { return Self.nothing }
    let glued = index + 2..<text.end(of: { !$0.isSpace && !$0.isQuote }, from: index + 2)
    if !glued.isEmpty { return program.isGlued ? glued : Self.nothing }
    return program.isGlued ? Self.nothing : optionValue(from: index + 2) ?? Self.nothing
  }

  private func optionValue(from end: Int) -> Range<Int>? {
    let start = text.end(
      of: { $0.isBlank || $0 == UInt8(ascii: "=") || $0.isQuote || $0 == UInt8(ascii: ",") }, from: end, limit: 8)
    guard start > end else { return nil }
    let value = start..<text.end(of: { !$0.isSpace && !$0.isQuote }, from: start)
    return value.isEmpty || text[start] == UInt8(ascii: "-") ? nil : value
  }

  private struct PasswordOption {
    let program: StaticString
    let option: UInt8
    let isGlued: Bool
  }

  private static let passwordOptions: [PasswordOption] = [
    .init(program: "sshpass", option: UInt8(ascii: "p"), isGlued: false),
    .init(program: "redis-cli", option: UInt8(ascii: "a"), isGlued: false),
    .init(program: "mysql", option: UInt8(ascii: "p"), isGlued: true),
    .init(program: "mysqldump", option: UInt8(ascii: "p"), isGlued: true),
    .init(program: "mysqladmin", option: UInt8(ascii: "p"), isGlued: true),
    .init(program: "mariadb", option: UInt8(ascii: "p"), isGlued: true),
    .init(program: "ldapsearch", option: UInt8(ascii: "w"), isGlued: false),
    .init(program: "docker login", option: UInt8(ascii: "p"), isGlued: false),
  ]

  /// The program of a command line, at most 128 bytes before its option.
  private func program(before index: Int) -> PasswordOption? {
    let start = text.start(of: { $0 != 0x0A && $0 != UInt8(ascii: "|") && $0 != UInt8(ascii: ";") }, before: index, limit: 128)
    for place in start..<index where !text[place - 1].isWord {
      let found = Self.passwordOptions.first {
        text.matches($0.program, at: place) && !ValueReader.isNameByte(text[place + $0.program.utf8CodeUnitCount])
      }
      if let found { return found }
    }
    return nil
  }

  /// `123456789:AA…`: the bot's number, and 35 characters.
  private func telegramBot(at colon: Int) -> Range<Int> {
    guard text.matches("AA", at: colon + 1) else { return Self.nothing }
    let start = text.start(of: \.isDigit, before: colon, limit: 11)
    let end = text.end(of: \.isBase64URL, from: colon + 1, limit: 36)
    return (8...10).contains(colon - start) && end - colon - 1 == 35 ? start..<end : Self.nothing
  }

  /// Three characters, a digit, `Q~`, and 31 to 34 further ones.
  private func azureClientSecret(at tilde: Int) -> Range<Int> {
    guard text[tilde - 1] == UInt8(ascii: "Q"), text[tilde - 2].isDigit else { return Self.nothing }
    let isMember: (UInt8) -> Bool = { $0.isBase64URL || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "~") }
    let start = text.start(of: isMember, before: tilde, limit: 6)
    let end = text.end(of: isMember, from: tilde + 1, limit: 35)
    return tilde - start == 5 && (31...34).contains(end - tilde - 1) ? start..<end : Self.nothing
  }
}
