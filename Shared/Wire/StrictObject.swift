/// Reads the members of one object and refuses what nobody asked for: `finish()` throws on keys that were never read.
struct StrictObject {
  private var members: [String: StrictJSON]
  private let path: String

  init(_ value: StrictJSON, path: String = "") throws(StrictJSONError) {
    guard case .object(let members) = value else {
      throw .wrongType(key: path.isEmpty ? "the document" : path, expected: "an object")
    }
    self.members = members
    self.path = path
  }

  mutating func string(_ key: String, limit: Int = 512) throws(StrictJSONError) -> String {
    guard let value = try optionalString(key, limit: limit) else { throw .missingKey(name(key)) }
    return value
  }

  mutating func optionalString(_ key: String, limit: Int = 512) throws(StrictJSONError) -> String? {
    guard let value = members.removeValue(forKey: key) else { return nil }
    guard case .string(let text) = value, text.utf8.count <= limit else {
      throw .wrongType(key: name(key), expected: "a string of at most \(limit) bytes")
    }
    return text
  }

  mutating func integer(_ key: String) throws(StrictJSONError) -> Int64 {
    guard let value = try optionalInteger(key) else { throw .missingKey(name(key)) }
    return value
  }

  mutating func optionalInteger(_ key: String) throws(StrictJSONError) -> Int64? {
    guard let value = members.removeValue(forKey: key) else { return nil }
    guard case .integer(let number) = value else { throw .wrongType(key: name(key), expected: "an integer") }
    return number
  }

  mutating func timestamp(_ key: String) throws(StrictJSONError) -> Timestamp {
    guard let value = Timestamp(rfc3339: try string(key, limit: 64)) else {
      throw .wrongType(key: name(key), expected: "an RFC 3339 time")
    }
    return value
  }

  mutating func choice<Value: RawRepresentable<String> & CaseIterable>(
    _ key: String, of _: Value.Type
  ) throws(StrictJSONError) -> Value {
    guard let value = Value(rawValue: try string(key)) else {
      let allowed = Value.allCases.map(\.rawValue).joined(separator: ", ")
      throw .wrongType(key: name(key), expected: "one of \(allowed)")
    }
    return value
  }

  mutating func strings(_ key: String, limit: Int) throws(StrictJSONError) -> [String] {
    guard let value = members.removeValue(forKey: key) else { throw .missingKey(name(key)) }
    guard case .array(let items) = value, items.count <= limit else {
      throw .wrongType(key: name(key), expected: "an array of at most \(limit) strings")
    }
    var out: [String] = []
    for item in items {
      guard case .string(let text) = item, text.utf8.count <= 512 else {
        throw .wrongType(key: name(key), expected: "an array of strings of at most 512 bytes")
      }
      out.append(text)
    }
    return out
  }

  mutating func object(_ key: String) throws(StrictJSONError) -> StrictObject {
    guard let value = members.removeValue(forKey: key) else { throw .missingKey(name(key)) }
    return try StrictObject(value, path: name(key))
  }

  consuming func finish() throws(StrictJSONError) {
    if let key = members.keys.min() { throw .unknownKey(name(key)) }
  }

  private func name(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}
