/// Why a JSON Patch (RFC 6902) could not be applied. An API server answers every one of them but ``notAnArray`` with the same
/// 422, so that a client cannot tell a failed `test` from a mistake.
enum JSONPatchError: Error, Equatable {
  case notAnArray(found: String)
  case tooManyOperations(Int)
  case unknownOperation(String)
  case missingMember(String)
  case pathNotFound(String)
  case testFailed(path: String)
}

/// A JSON Patch with the leniencies of the library that Kubernetes uses: `test` for null passes on an absent member.
struct JSONPatch {
  /// The API server's limit (recordings, 10 json-patch-too-many).
  static let mostOperations = 10_000

  private let operations: [JSONValue]

  init(_ document: JSONValue) throws(JSONPatchError) {
    guard let operations = document.array else { throw .notAnArray(found: document.goKind) }
    guard operations.count <= Self.mostOperations else { throw .tooManyOperations(operations.count) }
    self.operations = operations
  }

  func applied(to document: JSONValue) throws(JSONPatchError) -> JSONValue {
    var result = document
    for operation in operations { try apply(operation, to: &result) }
    return result
  }

  private func apply(_ operation: JSONValue, to document: inout JSONValue) throws(JSONPatchError) {
    guard let name = operation["op"]?.string else { throw .missingMember("op") }
    let path = try pointer(operation, "path")
    switch name {
    case "test":
      let found = document.value(at: path[...])
      guard (found ?? .null) == (operation["value"] ?? .null) else { throw .testFailed(path: path.joined(separator: "/")) }
    case "add": try document.add(try value(operation), at: path[...])
    case "replace": try document.replace(try value(operation), at: path[...])
    case "remove": _ = try document.remove(at: path[...])
    case "copy":
      let from = try pointer(operation, "from")
      guard let source = document.value(at: from[...]) else { throw .pathNotFound(from.joined(separator: "/")) }
      try document.add(source, at: path[...])
    case "move": try document.add(try document.remove(at: try pointer(operation, "from")[...]), at: path[...])
    default: throw .unknownOperation(name)
    }
  }

  private func value(_ operation: JSONValue) throws(JSONPatchError) -> JSONValue {
    guard let value = operation["value"] else { throw .missingMember("value") }
    return value
  }

  private func pointer(_ operation: JSONValue, _ member: String) throws(JSONPatchError) -> [String] {
    guard let text = operation[member]?.string else { throw .missingMember(member) }
    guard !text.isEmpty else { return [] }
    guard text.first == "/" else { throw .pathNotFound(text) }
    return text.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map {
      String($0).replacing("~1", with: "/").replacing("~0", with: "~")
    }
  }
}

extension JSONValue {
  /// The kind of the value in the words of Go's decoder.
  var goKind: String {
    switch self {
    case .null: "null"
    case .bool: "bool"
    case .integer, .double: "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }

  fileprivate func value(at path: ArraySlice<String>) -> JSONValue? {
    guard let token = path.first else { return self }
    switch self {
    case .object(let object): return object[token]?.value(at: path.dropFirst())
    case .array(let array):
      guard let index = Self.index(token, below: array.count) else { return nil }
      return array[index].value(at: path.dropFirst())
    default: return nil
    }
  }

  fileprivate mutating func add(_ value: JSONValue, at path: ArraySlice<String>) throws(JSONPatchError) {
    try change(at: path) { (parent, token) throws(JSONPatchError) in
      if case .array(var array) = parent {
        guard let index = token == "-" ? array.count : Self.index(token, below: array.count + 1) else {
          throw .pathNotFound(token)
        }
        array.insert(value, at: index)
        parent = .array(array)
      } else if case .object = parent {
        parent[token] = value
      } else {
        throw .pathNotFound(token)
      }
    } orRoot: { root in
      root = value
    }
  }

  /// `replace` of an absent member works as `add` (recordings, 06 patch-json).
  fileprivate mutating func replace(_ value: JSONValue, at path: ArraySlice<String>) throws(JSONPatchError) {
    try change(at: path) { (parent, token) throws(JSONPatchError) in
      if case .array(var array) = parent {
        guard let index = Self.index(token, below: array.count) else { throw .pathNotFound(token) }
        array[index] = value
        parent = .array(array)
      } else if case .object = parent {
        parent[token] = value
      } else {
        throw .pathNotFound(token)
      }
    } orRoot: { root in
      root = value
    }
  }

  fileprivate mutating func remove(at path: ArraySlice<String>) throws(JSONPatchError) -> JSONValue {
    var removed = JSONValue.null
    try change(at: path) { (parent, token) throws(JSONPatchError) in
      if case .array(var array) = parent {
        guard let index = Self.index(token, below: array.count) else { throw .pathNotFound(token) }
        removed = array.remove(at: index)
        parent = .array(array)
      } else if let value = parent[token] {
        removed = value
        parent[token] = nil
      } else {
        throw .pathNotFound(token)
      }
    } orRoot: { root in
      removed = root
      root = .null
    }
    return removed
  }

  private mutating func change(
    at path: ArraySlice<String>, _ change: (inout JSONValue, String) throws(JSONPatchError) -> Void,
    orRoot root: (inout JSONValue) -> Void
  ) throws(JSONPatchError) {
    guard let token = path.first else { return root(&self) }
    guard path.count > 1 else { return try change(&self, token) }
    switch self {
    case .array(var array):
      guard let index = Self.index(token, below: array.count) else { throw .pathNotFound(token) }
      try array[index].change(at: path.dropFirst(), change, orRoot: root)
      self = .array(array)
    case .object(var object):
      guard var member = object[token] else { throw .pathNotFound(token) }
      try member.change(at: path.dropFirst(), change, orRoot: root)
      object[token] = member
      self = .object(object)
    default: throw .pathNotFound(token)
    }
  }

  private static func index(_ token: String, below bound: Int) -> Int? {
    guard let index = Int(token), index >= 0, index < bound, String(index) == token else { return nil }
    return index
  }
}
