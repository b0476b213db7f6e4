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
}
