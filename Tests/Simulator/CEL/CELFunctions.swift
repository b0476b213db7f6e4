/// The functions of CEL; of a method the first argument is its target.
enum CELFunctions {
  static func call(_ name: String, _ arguments: [JSONValue]) throws(CELError) -> JSONValue {
    switch (name, arguments.count) {
    case ("dyn", 1): return arguments[0]
    case ("size", 1): return .integer(Int64(try size(arguments[0])))
    case ("string", 1): return .string(try text(arguments[0]))
    case ("int", 1): return .integer(try integer(arguments[0]))
    case ("type", 1): return .string(arguments[0].goKind)
    case ("startsWith", 2), ("endsWith", 2), ("contains", 2), ("matches", 2):
      guard case .string(let text) = arguments[0], case .string(let other) = arguments[1] else { throw .noOverload }
      return .bool(try test(name, text, other))
    case ("lowerAscii", 1):
      guard case .string(let text) = arguments[0] else { throw .noOverload }
      return .string(text.lowercased())
    default: throw CELError(message: "undeclared reference to '\(name)'")
    }
  }

  private static func size(_ value: JSONValue) throws(CELError) -> Int {
    switch value {
    case .string(let text): return text.unicodeScalars.count
    case .array(let array): return array.count
    case .object(let object): return object.count
    default: throw .noOverload
    }
  }

  private static func text(_ value: JSONValue) throws(CELError) -> String {
    switch value {
    case .string(let text): return text
    case .integer, .double, .bool: return value.text
    default: throw .noOverload
    }
  }

  private static func integer(_ value: JSONValue) throws(CELError) -> Int64 {
    switch value {
    case .integer(let number): return number
    case .double(let number):
      guard let whole = Int64(exactly: number.rounded(.towardZero)) else { throw CELError(message: "integer overflow") }
      return whole
    case .string(let text):
      guard let number = Int64(text) else { throw CELError(message: "strconv.ParseInt: parsing \"\(text)\": invalid syntax") }
      return number
    default: throw .noOverload
    }
  }

  private static func test(_ name: String, _ text: String, _ other: String) throws(CELError) -> Bool {
    switch name {
    case "startsWith": return text.hasPrefix(other)
    case "endsWith": return text.hasSuffix(other)
    case "contains": return other.isEmpty || text.contains(other)
    default:
      // RE2 matches anywhere unless the pattern is anchored, and so does this.
      guard let pattern = try? Regex(other) else { throw CELError(message: "error parsing regexp: \(other)") }
      return text.firstMatch(of: pattern) != nil
    }
  }
}
