extension KeyedDecodingContainer {
  /// An empty list where the member is missing or null, as Kubernetes leaves out what is empty.
  func list<Element: Decodable>(_ key: Key) throws -> [Element] {
    try decodeIfPresent([Element].self, forKey: key) ?? []
  }

  /// An empty dictionary where the member is missing or null.
  func map<Value: Decodable>(_ key: Key) throws -> [String: Value] {
    try decodeIfPresent([String: Value].self, forKey: key) ?? [:]
  }

  /// Zero where the member is missing or null: most zero counts are left out of a status.
  func count(_ key: Key) throws -> Int {
    try decodeIfPresent(Int.self, forKey: key) ?? 0
  }

  /// A number or a text, as text: `IntOrString` and quantities.
  func text(_ key: Key) throws -> String? {
    guard contains(key), try !decodeNil(forKey: key) else { return nil }
    if let text = try? decode(String.self, forKey: key) { return text }
    if let whole = try? decode(Int64.self, forKey: key) { return String(whole) }
    return String(try decode(Double.self, forKey: key))
  }

  /// False where the member is missing or null.
  func flag(_ key: Key) throws -> Bool {
    try decodeIfPresent(Bool.self, forKey: key) ?? false
  }
}
