/// Computes the value of an expression over JSON values.
///
/// Types are those of JSON: a typed object of the API server is a map here, so that `dyn` changes nothing. What a checker would
/// refuse beforehand is an error of the evaluation.
struct CELEvaluator {
  /// What names stand for. A variable of a policy is computed when it is first read, and an error in it is that of its reader.
  var names: [String: JSONValue]
  var variables: [String: CELExpression] = [:]
  /// Evaluations that are left, as the API server's cost budget.
  private var budget = 1_000_000

  init(names: [String: JSONValue], variables: [String: CELExpression] = [:]) {
    self.names = names
    self.variables = variables
  }

  mutating func value(_ expression: CELExpression) throws(CELError) -> JSONValue {
    budget -= 1
    guard budget > 0 else { throw CELError(message: "operation cancelled: actual cost limit exceeded") }
    switch expression {
    case .literal(let value): return value
    case .name(let name):
      guard let value = names[name] else { throw CELError(message: "undeclared reference to '\(name)'") }
      return value
    case .list(let items):
      var values: [JSONValue] = []
      for item in items { values.append(try value(item)) }
      return .array(values)
    case .map(let entries):
      var object = JSONObject()
      for entry in entries { object[try Self.key(value(entry.key))] = try value(entry.value) }
      return .object(object)
    case .select(.name("variables"), let member): return try variable(member)
    case .select(let target, let member): return try Self.member(member, of: value(target))
    case .has(let target, let member):
      guard case .object(let object) = try value(target) else { throw .noOverload }
      return .bool(object[member].map { !$0.isNull } ?? false)
    case .index(let target, let index): return try Self.element(value(index), of: value(target))
    case .unary(let symbol, let operand): return try Self.unary(symbol, value(operand))
    case .binary("&&", let left, let right): return try logic(left, right, decisive: false)
    case .binary("||", let left, let right): return try logic(left, right, decisive: true)
    case .binary(let symbol, let left, let right): return try CELOperators.binary(symbol, value(left), value(right))
    case .conditional(let condition, let yes, let no): return try Self.truth(value(condition)) ? value(yes) : value(no)
    case .call(let name, let target, let arguments): return try call(name, target, arguments)
    case .macro(let name, let range, let variable, let body): return try macro(name, value(range), variable, body)
    }
  }

  private mutating func variable(_ name: String) throws(CELError) -> JSONValue {
    let slot = "variables.\(name)"
    if let known = names[slot] { return known }
    guard let expression = variables[name] else { throw CELError(message: "undefined field '\(name)'") }
    let result = try value(expression)
    names[slot] = result
    return result
  }

  /// An error on one side does not matter when the other decides (langdef, Logical Operators).
  private mutating func logic(_ left: CELExpression, _ right: CELExpression, decisive: Bool) throws(CELError) -> JSONValue {
    let first: Bool
    do {
      first = try Self.truth(value(left))
    } catch {
      if (try? Self.truth(value(right))) == decisive { return .bool(decisive) }
      throw error
    }
    return first == decisive ? .bool(decisive) : .bool(try Self.truth(value(right)))
  }

  private mutating func call(_ name: String, _ target: CELExpression?, _ arguments: [CELExpression]) throws(CELError) -> JSONValue
  {
    var values: [JSONValue] = []
    if let target { values.append(try value(target)) }
    for argument in arguments { values.append(try value(argument)) }
    return try CELFunctions.call(name, values)
  }

  private mutating func macro(
    _ name: String, _ range: JSONValue, _ variable: String, _ body: CELExpression
  ) throws(CELError) -> JSONValue {
    let elements: [JSONValue]
    switch range {
    case .array(let array): elements = array
    case .object(let object): elements = object.keys.map(JSONValue.string)
    default: throw .noOverload
    }
    let shadowed = names[variable]
    defer { names[variable] = shadowed }
    var kept: [JSONValue] = []
    var failure: CELError?
    for element in elements {
      names[variable] = element
      do {
        let result = try value(body)
        if name == "map" {
          kept.append(result)
        } else if try Self.truth(result) {
          kept.append(element)
          if name == "exists" { return true }
        } else if name == "all" {
          return false
        }
      } catch { failure = error }
    }
    if let failure { throw failure }
    switch name {
    case "all": return true
    case "exists": return false
    case "exists_one": return .bool(kept.count == 1)
    default: return .array(kept)
    }
  }

  static func truth(_ value: JSONValue) throws(CELError) -> Bool {
    guard case .bool(let bool) = value else { throw .noOverload }
    return bool
  }

  private static func key(_ value: JSONValue) throws(CELError) -> String {
    switch value {
    case .string(let text): return text
    case .integer(let number): return String(number)
    case .bool(let bool): return String(bool)
    default: throw CELError(message: "unsupported key type")
    }
  }

  private static func member(_ name: String, of target: JSONValue) throws(CELError) -> JSONValue {
    guard case .object(let object) = target else { throw .noOverload }
    guard let value = object[name] else { throw .noSuchKey(name) }
    return value
  }

  private static func element(_ index: JSONValue, of target: JSONValue) throws(CELError) -> JSONValue {
    switch (target, index) {
    case (.array(let array), .integer(let position)):
      guard let position = Int(exactly: position), array.indices.contains(position) else {
        throw CELError(message: "index out of bounds: \(position)")
      }
      return array[position]
    case (.object(let object), _):
      let name = try key(index)
      guard let value = object[name] else { throw .noSuchKey(name) }
      return value
    default: throw .noOverload
    }
  }

  private static func unary(_ symbol: String, _ value: JSONValue) throws(CELError) -> JSONValue {
    switch (symbol, value) {
    case ("!", .bool(let bool)): return .bool(!bool)
    case ("-", .integer(let number)) where number != .min: return .integer(-number)
    case ("-", .double(let number)): return .double(-number)
    default: throw .noOverload
    }
  }
}
