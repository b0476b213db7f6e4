/// The members of a JSON object, in the order in which they were written. Two objects are equal when they have the same
/// members in any order. Objects of an API are small, so that a linear search beats hashing.
public struct JSONObject: Sendable {
  private var members: [(key: String, value: JSONValue)]

  /// An empty object.
  public init() { members = [] }

  /// An object of these members; of members with the same key the last one counts.
  public init(_ elements: [(String, JSONValue)]) {
    members = []
    members.reserveCapacity(elements.count)
    if elements.count > 16 {
      var positions: [String: Int] = [:]
      for (key, value) in elements {
        if let position = positions[key] {
          members[position].value = value
        } else {
          positions[key] = members.count
          members.append((key, value))
        }
      }
    } else {
      for (key, value) in elements { self[key] = value }
    }
  }

  /// The member's value; `nil` when absent. Setting `nil` removes the member.
  public subscript(_ key: String) -> JSONValue? {
    get {
      for member in members where member.key == key { return member.value }
      return nil
    }
    _modify {
      if let position = members.firstIndex(where: { $0.key == key }) {
        var value: JSONValue? = members[position].value
        members[position].value = .null
        defer {
          if let value { members[position].value = value } else { members.remove(at: position) }
        }
        yield &value
      } else {
        var value: JSONValue?
        defer { if let value { members.append((key, value)) } }
        yield &value
      }
    }
  }

  /// The keys, in order.
  public var keys: [String] { members.map(\.key) }

  /// How many members there are.
  public var count: Int { members.count }

  /// Whether there are none.
  public var isEmpty: Bool { members.isEmpty }
}

extension JSONObject: Sequence {
  public func makeIterator() -> IndexingIterator<[(key: String, value: JSONValue)]> { members.makeIterator() }
}

extension JSONObject: Hashable {
  public static func == (left: JSONObject, right: JSONObject) -> Bool {
    guard left.members.count == right.members.count else { return false }
    for (index, member) in left.members.enumerated() {
      // Objects that come from the same place have the same order: try the same position first.
      let other = right.members[index]
      if other.key == member.key {
        guard other.value == member.value else { return false }
      } else {
        guard let value = right[member.key], value == member.value else { return false }
      }
    }
    return true
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(members.count)
    for member in members.sorted(by: { $0.key < $1.key }) {
      hasher.combine(member.key)
      hasher.combine(member.value)
    }
  }
}
