/// Reads a CEL expression by recursive descent, from the weakest operator to the strongest.
struct CELParser {
  private static let macros: Set<String> = ["all", "exists", "exists_one", "filter", "map"]
  private static let levels: [Set<String>] = [
    ["||"], ["&&"], ["==", "!=", "<", "<=", ">", ">=", "in"], ["+", "-"], ["*", "/", "%"],
  ]
  /// Deeper nesting than anybody writes would exhaust the stack.
  private static let deepest = 50

  private let tokens: [CELLexer.Positioned]
  private var position = 0
  private var depth = 0

  private init(_ tokens: [CELLexer.Positioned]) { self.tokens = tokens }

  static func parse(_ text: String) throws(CELSyntaxError) -> CELExpression {
    var parser = CELParser(try CELLexer.tokens(text))
    let expression = try parser.expression()
    guard parser.current == .end else { throw parser.unexpected(expecting: "<EOF>") }
    return expression
  }

  private var current: CELLexer.Token { tokens[position].token }

  /// The words of the grammar that the API server uses; only the case of a missing operand is worded fully.
  private func unexpected(expecting: String) -> CELSyntaxError {
    let found =
      switch current {
      case .end: "<EOF>"
      case .identifier(let text), .symbol(let text): text
      case .string(let text): "'\(text)'"
      case .integer(let number): String(number)
      case .double(let number): String(number)
      }
    return CELSyntaxError(
      position: tokens[position].position, message: "Syntax error: mismatched input '\(found)' expecting \(expecting)")
  }

  private static let operand =
    "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}"

  private mutating func take(_ symbol: String) -> Bool {
    guard current == .symbol(symbol) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ symbol: String) throws(CELSyntaxError) {
    guard take(symbol) else { throw unexpected(expecting: "'\(symbol)'") }
  }

  private mutating func expression() throws(CELSyntaxError) -> CELExpression {
    depth += 1
    defer { depth -= 1 }
    guard depth < Self.deepest else {
      throw CELSyntaxError(position: tokens[position].position, message: "expression recursion limit exceeded: \(Self.deepest)")
    }
    let condition = try binary(level: 0)
    guard take("?") else { return condition }
    let yes = try binary(level: 0)
    try expect(":")
    return .conditional(condition, yes, try expression())
  }

  private mutating func binary(level: Int) throws(CELSyntaxError) -> CELExpression {
    guard level < Self.levels.count else { return try unary() }
    var left = try binary(level: level + 1)
    while let symbol = operation(in: Self.levels[level]) {
      position += 1
      left = .binary(symbol, left, try binary(level: level + 1))
    }
    return left
  }

  private func operation(in level: Set<String>) -> String? {
    switch current {
    case .symbol(let symbol) where level.contains(symbol): symbol
    case .identifier("in") where level.contains("in"): "in"
    default: nil
    }
  }

  private mutating func unary() throws(CELSyntaxError) -> CELExpression {
    for symbol in ["!", "-"] where take(symbol) { return .unary(symbol, try unary()) }
    var value = try primary()
    while true {
      if take(".") {
        value = try member(of: value)
      } else if take("[") {
        value = .index(value, try expression())
        try expect("]")
      } else {
        return value
      }
    }
  }

  private mutating func member(of target: CELExpression) throws(CELSyntaxError) -> CELExpression {
    guard case .identifier(let name) = current else { throw unexpected(expecting: "IDENTIFIER") }
    position += 1
    guard take("(") else { return .select(target, name) }
    let arguments = try list(until: ")")
    if Self.macros.contains(name), arguments.count == 2, case .name(let variable) = arguments[0] {
      return .macro(name, range: target, variable: variable, body: arguments[1])
    }
    return .call(name, target: target, arguments)
  }

  private mutating func primary() throws(CELSyntaxError) -> CELExpression {
    switch current {
    case .string(let text): return literal(.string(text))
    case .integer(let number): return literal(.integer(number))
    case .double(let number): return literal(.double(number))
    case .identifier("true"): return literal(true)
    case .identifier("false"): return literal(false)
    case .identifier("null"): return literal(.null)
    case .identifier(let name):
      position += 1
      guard take("(") else { return .name(name) }
      let arguments = try list(until: ")")
      if name == "has", arguments.count == 1, case .select(let target, let member) = arguments[0] { return .has(target, member) }
      return .call(name, target: nil, arguments)
    case .symbol("("):
      position += 1
      let value = try expression()
      try expect(")")
      return value
    case .symbol("["):
      position += 1
      return .list(try list(until: "]"))
    case .symbol("{"):
      position += 1
      return .map(try entries())
    default: throw unexpected(expecting: Self.operand)
    }
  }

  private mutating func literal(_ value: JSONValue) -> CELExpression {
    position += 1
    return .literal(value)
  }

  private mutating func list(until end: String) throws(CELSyntaxError) -> [CELExpression] {
    var items: [CELExpression] = []
    while !take(end) {
      items.append(try expression())
      if take(end) { break }
      try expect(",")
    }
    return items
  }

  private mutating func entries() throws(CELSyntaxError) -> [CELExpression.Entry] {
    var entries: [CELExpression.Entry] = []
    while !take("}") {
      let key = try expression()
      try expect(":")
      entries.append(.init(key: key, value: try expression()))
      if take("}") { break }
      try expect(",")
    }
    return entries
  }
}
