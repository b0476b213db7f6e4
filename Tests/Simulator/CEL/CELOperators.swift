/// The operators of CEL between two values.
enum CELOperators {
  static func binary(_ symbol: String, _ left: JSONValue, _ right: JSONValue) throws(CELError) -> JSONValue {
    switch symbol {
    case "==": return .bool(equal(left, right))
    case "!=": return .bool(!equal(left, right))
    case "in": return .bool(try contains(right, left))
    case "<", "<=", ">", ">=": return .bool(try compare(symbol, left, right))
    default: return try arithmetic(symbol, left, right)
    }
  }

  static func equal(_ left: JSONValue, _ right: JSONValue) -> Bool {
    switch (left, right) {
    case (.integer(let number), .double(let other)), (.double(let other), .integer(let number)): return Double(number) == other
    default: return left == right
    }
  }

  private static func contains(_ container: JSONValue, _ element: JSONValue) throws(CELError) -> Bool {
    switch container {
    case .array(let array): return array.contains { equal($0, element) }
    case .object(let object): return element.string.map { object[$0] != nil } ?? false
    default: throw .noOverload
    }
  }

  private static func compare(_ symbol: String, _ left: JSONValue, _ right: JSONValue) throws(CELError) -> Bool {
    func ordered<Value: Comparable>(_ left: Value, _ right: Value) -> Bool {
      switch symbol {
      case "<": left < right
      case "<=": left <= right
      case ">": left > right
      default: left >= right
      }
    }
    switch (left, right) {
    case (.integer(let left), .integer(let right)): return ordered(left, right)
    // CEL orders strings by code points, and Swift's own order is another.
    case (.string(let left), .string(let right)):
      let isLess = left.unicodeScalars.lexicographicallyPrecedes(right.unicodeScalars)
      let isMore = right.unicodeScalars.lexicographicallyPrecedes(left.unicodeScalars)
      return ordered(isMore ? 1 : 0, isLess ? 1 : 0)
    default:
      guard let left = number(left), let right = number(right) else { throw .noOverload }
      return ordered(left, right)
    }
  }

  private static func arithmetic(_ symbol: String, _ left: JSONValue, _ right: JSONValue) throws(CELError) -> JSONValue {
    switch (symbol, left, right) {
    case ("+", .string(let left), .string(let right)): return .string(left + right)
    case ("+", .array(let left), .array(let right)): return .array(left + right)
    case (_, .integer(let left), .integer(let right)): return .integer(try integer(symbol, left, right))
    case (_, .double(let left), .double(let right)):
      switch symbol {
      case "+": return .double(left + right)
      case "-": return .double(left - right)
      case "*": return .double(left * right)
      case "/": return .double(left / right)
      default: throw .noOverload
      }
    default: throw .noOverload
    }
  }

  private static func integer(_ symbol: String, _ left: Int64, _ right: Int64) throws(CELError) -> Int64 {
    if symbol == "/" || symbol == "%", right == 0 {
      throw CELError(message: symbol == "/" ? "division by zero" : "modulus by zero")
    }
    let (result, overflows) =
      switch symbol {
      case "+": left.addingReportingOverflow(right)
      case "-": left.subtractingReportingOverflow(right)
      case "*": left.multipliedReportingOverflow(by: right)
      case "/": left.dividedReportingOverflow(by: right)
      default: left.remainderReportingOverflow(dividingBy: right)
      }
    guard !overflows else { throw CELError(message: "return error for overflow") }
    return result
  }
}
