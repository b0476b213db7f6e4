/// Any JSON document, kept as it came: integers stay integers, strings (dates among them) are never reinterpreted and the
/// members of an object keep their order.
public enum JSONValue: Sendable, Hashable {
  case null
  case bool(Bool)
  case integer(Int64)
  case double(Double)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)

  /// The value's string, if it is one.
  public var string: String? {
    if case .string(let value) = self { value } else { nil }
  }

  /// The value's integer, if it is one.
  public var integer: Int? {
    if case .integer(let value) = self { Int(exactly: value) } else { nil }
  }

  /// The value's boolean, if it is one.
  public var bool: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// The elements, if the value is an array.
  public var array: [JSONValue]? {
    if case .array(let value) = self { value } else { nil }
  }

  /// The members, if the value is an object.
  public var object: JSONObject? {
    if case .object(let value) = self { value } else { nil }
  }

  /// Whether the value is `null`.
  public var isNull: Bool {
    if case .null = self { true } else { false }
  }

  /// A member of an object. Reading an absent member, or a member of something that is no object, gives `nil`. Writing turns
  /// anything that is no object into one; writing `nil` removes the member.
  public subscript(_ key: String) -> JSONValue? {
    get {
      if case .object(let object) = self { object[key] } else { nil }
    }
    _modify {
      var object: JSONObject
      if case .object(let present) = self { object = present } else { object = JSONObject() }
      self = .null  // Gives up the shared reference, so that the change happens in place.
      defer { self = .object(object) }
      yield &object[key]
    }
  }

  /// An element of an array, `nil` when out of bounds or no array.
  public subscript(_ index: Int) -> JSONValue? {
    guard case .array(let array) = self, array.indices.contains(index) else { return nil }
    return array[index]
  }

  /// Reads along nested members: `pod[path: "status", "phase"]`.
  public subscript(path path: String...) -> JSONValue? {
    var value = self
    for key in path {
      guard let next = value[key] else { return nil }
      value = next
    }
    return value
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int64) { self = .integer(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(floatLiteral value: Double) { self = .double(value) }
  public init(nilLiteral: ()) { self = .null }
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(JSONObject(elements)) }
}

extension JSONValue {
  /// An object of strings, as labels and annotations are.
  public init(strings: [(String, String)]) {
    self = .object(JSONObject(strings.map { ($0.0, .string($0.1)) }))
  }

  /// The members that are strings, as a dictionary: labels, annotations, a selector.
  public var stringDictionary: [String: String] {
    guard case .object(let object) = self else { return [:] }
    var result: [String: String] = [:]
    for (key, value) in object {
      if case .string(let string) = value { result[key] = string }
    }
    return result
  }
}
