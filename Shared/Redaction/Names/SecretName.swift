/// What the name of a value says about it: `DB_PASSWORD`, `clientSecret`, `X-Api-Key`, `spring.datasource.password`.
struct SecretName {
  enum Kind {
    /// Any value is secret.
    case password
    /// As `password`, but `secret` alone also names Kubernetes objects.
    case secret
    /// Secret unless it is a word or a small number.
    case token
    /// A scheme and credentials.
    case authorization
    case cookie
    /// Secret only when the value looks as if a machine had drawn it.
    case key
  }

  let kind: Kind

  /// Longer names are looked at by their end.
  private static let limit = 64

  /// nil when the name says nothing of a secret.
  init?(_ range: Range<Int>, in text: Bytes) {
    var words = NameWords(range.count > Self.limit ? (range.upperBound - Self.limit)..<range.upperBound : range, in: text)
    if NameTable.ordinary.contains(words.text) { return nil }
    for _ in 0..<3 {
      if let kind = NameTable.kind(of: words) {
        self.kind = kind
        return
      }
      guard NameTable.modifiers.contains(words.last) else { return nil }
      words.dropLast()
    }
    return nil
  }
}

/// A name in lower case without its separators, with the places where its words begin: `dbPassword` and `DB_PASSWORD` are both
/// `dbpassword` with words at 0 and 2.
struct NameWords {
  private(set) var letters: [UInt8] = []
  private var starts: [Int] = []

  init(_ range: Range<Int>, in text: Bytes) {
    var beginsWord = true
    for index in range {
      let byte = text[index]
      guard byte.isAlphanumeric else {
        beginsWord = true
        continue
      }
      let isHump = byte.isUpper && (text[index - 1].isLower || text[index - 1].isDigit || text[index + 1].isLower)
      if beginsWord || isHump { starts.append(letters.count) }
      beginsWord = false
      letters.append(byte.lowercased)
    }
    dropDigits()
  }

  var text: String { String(decoding: letters, as: UTF8.self) }

  var last: String { starts.last.map { String(decoding: letters[$0...], as: UTF8.self) } ?? "" }

  mutating func dropLast() {
    guard let start = starts.popLast() else { return }
    letters.removeSubrange(start...)
    dropDigits()
  }

  /// `password2` and `password_2` say what `password` says.
  private mutating func dropDigits() {
    while let last = letters.last, last.isDigit { letters.removeLast() }
    while let start = starts.last, start >= letters.count { starts.removeLast() }
  }

  func ends(with suffix: StaticString, asWord: Bool) -> Bool {
    let count = suffix.utf8CodeUnitCount
    guard letters.count >= count, suffix.withUTF8Buffer({ letters[(letters.count - count)...].elementsEqual($0) }) else {
      return false
    }
    return !asWord || starts.contains(letters.count - count)
  }
}
