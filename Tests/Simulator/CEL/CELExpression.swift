/// A parsed CEL expression (cel-spec, doc/langdef.md), as far as admission policies of this project's kind use the language.
indirect enum CELExpression: Sendable, Equatable {
  case literal(JSONValue)
  case name(String)
  case list([CELExpression])
  case map([Entry])
  /// `target.member`.
  case select(CELExpression, String)
  /// `has(target.member)`.
  case has(CELExpression, String)
  case index(CELExpression, CELExpression)
  case unary(String, CELExpression)
  case binary(String, CELExpression, CELExpression)
  case conditional(CELExpression, CELExpression, CELExpression)
  /// A function, or a method when there is a target.
  case call(String, target: CELExpression?, [CELExpression])
  /// `range.all(variable, body)` and its like.
  case macro(String, range: CELExpression, variable: String, body: CELExpression)

  struct Entry: Sendable, Equatable {
    let key: CELExpression
    let value: CELExpression
  }
}

/// Why an expression cannot be read; the position counts characters from 0.
struct CELSyntaxError: Error, Equatable {
  let position: Int
  let message: String
}

/// Why an expression has no value.
struct CELError: Error, Equatable {
  let message: String

  static func noSuchKey(_ key: String) -> CELError { CELError(message: "no such key: \(key)") }
  static let noOverload = CELError(message: "no such overload")
}
