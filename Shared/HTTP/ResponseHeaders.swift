/// The header fields of a response in the order of arrival, with names in lower case. Trailers are not kept.
public struct ResponseHeaders: Sendable {
  public private(set) var fields: [(name: String, value: String)]

  public init(_ fields: [(name: String, value: String)] = []) {
    self.fields = fields.map { ($0.name.lowercased(), $0.value) }
  }

  /// The value of the first field of that name, in whatever case; nil when there is none.
  public subscript(name: String) -> String? {
    let name = name.lowercased()
    return fields.first { $0.name == name }?.value
  }

  /// The values of all fields of that name, in the order of arrival.
  public func values(of name: String) -> [String] {
    let name = name.lowercased()
    return fields.filter { $0.name == name }.map(\.value)
  }

  mutating func append(name: String, value: String) { fields.append((name.lowercased(), value)) }

  /// Joins an obsolete line folding (RFC 9112, section 5.2) to the field before it.
  mutating func extendLast(with value: String) {
    guard !fields.isEmpty else { return }
    fields[fields.count - 1].value += " \(value)"
  }
}
