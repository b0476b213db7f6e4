/// A selector over labels: what `?labelSelector=` and the `selector` of a workload say.
struct LabelSelector: Sendable, Equatable {
  enum Requirement: Sendable, Equatable {
    case isIn(String, Set<String>)
    case notIn(String, Set<String>)
    case exists(String)
    case absent(String)
  }

  var requirements: [Requirement]

  /// Matches everything.
  static let everything = LabelSelector(requirements: [])

  func matches(_ labels: [String: String]) -> Bool {
    requirements.allSatisfy { requirement in
      switch requirement {
      case .isIn(let key, let values): labels[key].map(values.contains) ?? false
      case .notIn(let key, let values): labels[key].map { !values.contains($0) } ?? true
      case .exists(let key): labels[key] != nil
      case .absent(let key): labels[key] == nil
      }
    }
  }

  func matches(_ object: JSONValue) -> Bool {
    requirements.isEmpty || matches(object[path: "metadata", "labels"]?.stringDictionary ?? [:])
  }
}

extension LabelSelector {
  /// The selector of a workload: `matchLabels` and `matchExpressions`.
  init(workload selector: JSONValue?) {
    requirements = []
    for (key, value) in selector?["matchLabels"]?.stringDictionary ?? [:] { requirements.append(.isIn(key, [value])) }
    for expression in selector?["matchExpressions"]?.array ?? [] {
      let key = expression["key"]?.string ?? ""
      let values = Set((expression["values"]?.array ?? []).compactMap(\.string))
      switch expression["operator"]?.string {
      case "In": requirements.append(.isIn(key, values))
      case "NotIn": requirements.append(.notIn(key, values))
      case "DoesNotExist": requirements.append(.absent(key))
      default: requirements.append(.exists(key))
      }
    }
  }

  /// Parses `app=web,tier!=cache,env in (a,b),!canary`. The error is the API server's text.
  init(parsing text: String) throws(SelectorError) {
    requirements = []
    var lexer = Lexer(text: Array(text))
    while lexer.skipSpace(), !lexer.atEnd {
      requirements.append(try lexer.requirement())
      lexer.skipSpace()
      if lexer.atEnd { break }
      guard lexer.take(",") else { throw SelectorError(message: "found '\(lexer.rest)', expected: ',' or 'end of string'") }
    }
  }

  private struct Lexer {
    let text: [Character]
    var position = 0

    init(text: [Character]) { self.text = text }

    var atEnd: Bool { position >= text.count }
    var rest: String { String(text[position...]) }

    @discardableResult
    mutating func skipSpace() -> Bool {
      while position < text.count, text[position] == " " { position += 1 }
      return true
    }

    mutating func take(_ token: String) -> Bool {
      guard text[position...].starts(with: token) else { return false }
      position += token.count
      return true
    }

    mutating func word() -> String {
      skipSpace()
      let start = position
      while position < text.count, text[position].isLetter || text[position].isNumber || "-_./".contains(text[position]) {
        position += 1
      }
      defer { skipSpace() }
      return String(text[start..<position])
    }

    mutating func requirement() throws(SelectorError) -> Requirement {
      if take("!") { return .absent(try key()) }
      let key = try key()
      if atEnd || text[position] == "," { return .exists(key) }
      if take("!=") { return .notIn(key, [try value()]) }
      if take("==") || take("=") { return .isIn(key, [try value()]) }
      switch word() {
      case "in": return .isIn(key, try values())
      case "notin": return .notIn(key, try values())
      case let found:
        throw SelectorError(
          message: "unable to parse requirement: found '\(found)', expected: in, notin, =, ==, !=, gt, lt")
      }
    }

    private mutating func key() throws(SelectorError) -> String {
      let key = word()
      guard !key.isEmpty else { throw identifierExpected() }
      return key
    }

    private mutating func value() throws(SelectorError) -> String {
      let value = word()
      if value.isEmpty, !atEnd, text[position] != "," { throw identifierExpected() }
      return value
    }

    private mutating func values() throws(SelectorError) -> Set<String> {
      skipSpace()
      guard take("(") else { throw SelectorError(message: "unable to parse requirement: found '', expected: '('") }
      var values: Set<String> = []
      repeat { values.insert(word()) } while take(",")
      guard take(")") else { throw SelectorError(message: "unable to parse requirement: found '', expected: ',', or ')'") }
      return values
    }

    private func identifierExpected() -> SelectorError {
      SelectorError(
        message: "unable to parse requirement: found '\(atEnd ? "" : String(text[position]))', expected: identifier")
    }
  }
}

/// A selector that cannot be read or is not supported: HTTP 400 with this message.
struct SelectorError: Error, Equatable {
  let message: String
}
