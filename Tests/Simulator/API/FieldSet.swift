/// Sets of fields in the notation of `managedFields.fieldsV1`, and the objects that they are about: `f:name` is a member,
/// `k:{"name":"x"}` an element of a keyed list, `v:"x"` one of a set, `.` the thing itself.
enum FieldSet {
  /// The leaves of one set that the other has too, `nil` when there are none.
  static func leaves(of set: JSONValue, in other: JSONValue) -> JSONValue? {
    guard let members = set.object, let others = other.object else { return nil }
    var common = JSONObject()
    for (key, below) in members where key != "." {
      guard let theirs = others[key] else { continue }
      if below.object?.isEmpty ?? true {
        common[key] = [:]
      } else if let deeper = leaves(of: below, in: theirs) {
        common[key] = deeper
      }
    }
    return common.isEmpty ? nil : .object(common)
  }

  /// Those leaves of a set that have another value in two objects, as paths and as a set.
  static func differing(
    _ set: JSONValue, _ left: JSONValue, _ right: JSONValue, path: String = ""
  ) -> (paths: [String], fields: JSONValue?) {
    var paths: [String] = []
    var fields = JSONObject()
    for (key, below) in set.object ?? JSONObject() {
      let place = path + text(key)
      let (mine, theirs) = (value(key, in: left), value(key, in: right))
      if below.object?.isEmpty ?? true {
        guard mine != theirs else { continue }
        paths.append(place)
        fields[key] = [:]
      } else {
        let deeper = differing(below, mine ?? .null, theirs ?? .null, path: place)
        paths += deeper.paths
        if let set = deeper.fields { fields[key] = set }
      }
    }
    return (paths, fields.isEmpty ? nil : .object(fields))
  }

  /// An object without the leaves of a set.
  static func remove(_ set: JSONValue, from object: JSONValue) -> JSONValue {
    var result = object
    for (key, below) in set.object ?? JSONObject() where key != "." {
      let isLeaf = below.object?.isEmpty ?? true || below.object?["."] != nil
      if key.hasPrefix("f:") {
        let name = String(key.dropFirst(2))
        guard let present = result[name] else { continue }
        if isLeaf {
          result[name] = nil
        } else {
          let rest = remove(below, from: present)
          result[name] = rest == [:] && present != [:] ? nil : rest
        }
      } else if case .array(let elements) = result {
        result = .array(
          elements.compactMap { element in
            guard matches(key, element) else { return element }
            return isLeaf ? nil : remove(below, from: element)
          })
      }
    }
    return result
  }

  /// What is declared laid over what is there; lists with a key are merged element by element.
  static func merge(_ declared: JSONValue, into present: JSONValue, member: String = "") -> JSONValue {
    switch (declared, present) {
    case (.object(let members), .object(var result)):
      for (key, value) in members { result[key] = merge(value, into: result[key] ?? .null, member: key) }
      return .object(result)
    case (.array(let elements), .array(var result)):
      guard let keys = ManagedFields.identity(of: elements) else { return declared }
      for element in elements {
        let position = result.firstIndex { other in keys.allSatisfy { other[$0] == element[$0] } }
        if let position {
          result[position] = merge(element, into: result[position])
        } else {
          result.append(element)
        }
      }
      return .array(result)
    default: return declared
    }
  }

  private static func value(_ key: String, in object: JSONValue) -> JSONValue? {
    if key.hasPrefix("f:") { return object[String(key.dropFirst(2))] }
    return object.array?.first { matches(key, $0) }
  }

  private static func matches(_ key: String, _ element: JSONValue) -> Bool {
    guard let selected = try? JSONValue(parsing: String(key.dropFirst(2))) else { return false }
    guard key.hasPrefix("k:"), let keys = selected.object else { return selected == element }
    return keys.allSatisfy { element[$0.key] == $0.value }
  }

  /// `.spec`, `[name="web"]`, as conflicts are worded.
  private static func text(_ key: String) -> String {
    if key.hasPrefix("f:") { return "." + key.dropFirst(2) }
    guard let keys = (try? JSONValue(parsing: String(key.dropFirst(2))))?.object else { return "[\(key.dropFirst(2))]" }
    return "[" + keys.map { "\($0.key)=\($0.value.text)" }.joined(separator: ",") + "]"
  }
}
