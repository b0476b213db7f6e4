/// Takes a CEL expression apart.
struct CELLexer {
  enum Token: Sendable, Equatable {
    case identifier(String)
    case string(String)
    case integer(Int64)
    case double(Double)
    case symbol(String)
    case end
  }

  struct Positioned {
    let token: Token
    let position: Int
  }

  private static let symbols = ["&&", "||", "==", "!=", "<=", ">="] + "()[]{}.,:?!<>+-*/%".map(String.init)

  private let text: [Character]
  private var position = 0

  private init(_ text: String) { self.text = Array(text) }

  static func tokens(_ text: String) throws(CELSyntaxError) -> [Positioned] {
    var lexer = CELLexer(text)
    var tokens: [Positioned] = []
    while true {
      lexer.skipSpace()
      let start = lexer.position
      let token = try lexer.next()
      tokens.append(Positioned(token: token, position: start))
      if token == .end { return tokens }
    }
  }

  private mutating func skipSpace() {
    while position < text.count, text[position].isWhitespace { position += 1 }
  }

  private mutating func next() throws(CELSyntaxError) -> Token {
    guard position < text.count else { return .end }
    let character = text[position]
    if character == "'" || character == "\"" { return try string(isRaw: false) }
    if character == "r", position + 1 < text.count, text[position + 1] == "'" || text[position + 1] == "\"" {
      position += 1
      return try string(isRaw: true)
    }
    if character.isLetter || character == "_" { return .identifier(take { $0.isLetter || $0.isNumber || $0 == "_" }) }
    if character.isNumber { return try number() }
    for symbol in Self.symbols where text[position...].starts(with: symbol) {
      position += symbol.count
      return .symbol(symbol)
    }
    throw CELSyntaxError(position: position, message: "Syntax error: token recognition error at: '\(character)'")
  }

  private mutating func take(while belongs: (Character) -> Bool) -> String {
    let start = position
    while position < text.count, belongs(text[position]) { position += 1 }
    return String(text[start..<position])
  }

  private mutating func number() throws(CELSyntaxError) -> Token {
    let start = position
    var digits = take { $0.isNumber }
    if position + 1 < text.count, text[position] == ".", text[position + 1].isNumber {
      position += 1
      digits += "." + take { $0.isNumber }
      if let double = Double(digits) { return .double(double) }
    } else if let integer = Int64(digits) {
      if position < text.count, text[position] == "u" { position += 1 }
      return .integer(integer)
    }
    throw CELSyntaxError(position: start, message: "Syntax error: invalid number '\(digits)'")
  }

  private mutating func string(isRaw: Bool) throws(CELSyntaxError) -> Token {
    let start = position
    let quote = text[position]
    position += 1
    var result = ""
    while position < text.count, text[position] != quote {
      if text[position] == "\\", !isRaw, position + 1 < text.count {
        position += 1
        result.append(Self.escapes[text[position]] ?? text[position])
      } else {
        result.append(text[position])
      }
      position += 1
    }
    guard position < text.count else {
      throw CELSyntaxError(position: start, message: "Syntax error: token recognition error at: '\(quote)'")
    }
    position += 1
    return .string(result)
  }

  private static let escapes: [Character: Character] = ["n": "\n", "t": "\t", "r": "\r"]
}
