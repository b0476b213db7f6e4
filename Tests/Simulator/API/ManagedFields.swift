/// `metadata.managedFields`: who wrote which fields, when, by which operation.
enum ManagedFields {
  /// Records that a manager changed an object: what it changed or added becomes its own and is taken from the others.
  static func note(
    _ object: inout JSONValue, before: JSONValue?, manager: String, type: ResourceType, subresource: String?, now: Timestamp,
    operation: String = "Update"
  ) {
    let changed = difference(from: before.map(content) ?? .null, to: content(object))
    guard let changed, changed.object?.isEmpty == false else {
      object["metadata"]?["managedFields"] = before?[path: "metadata", "managedFields"]
      return
    }
    var entries = before?[path: "metadata", "managedFields"]?.array ?? []
    var mine: JSONValue = [:]
    entries = entries.compactMap { entry in
      let isMine =
        entry["manager"]?.string == manager && entry["operation"]?.string == operation
        && entry["subresource"]?.string == subresource
      if isMine {
        mine = entry["fieldsV1"] ?? [:]
        return nil
      }
      guard let rest = subtracting(changed, from: entry["fieldsV1"] ?? [:]) else { return nil }
      var entry = entry
      entry["fieldsV1"] = rest
      return entry
    }
    var entry: JSONValue = [
      "manager": .string(manager), "operation": .string(operation), "apiVersion": .string(type.apiVersion),
      "time": .string(now.rfc3339), "fieldsType": "FieldsV1", "fieldsV1": mine.merged(with: changed),
    ]
    entry["subresource"] = subresource.map(JSONValue.string)
    entries.append(entry)
    object["metadata"]?["managedFields"] = .array(entries)
  }

  /// A cheap note that a node wrote the status, without its fields.
  static func noteStatus(of object: inout JSONValue, manager: String, now: Timestamp) {
    var entries = object[path: "metadata", "managedFields"]?.array ?? []
    entries.removeAll { $0["manager"]?.string == manager && $0["subresource"]?.string == "status" }
    entries.append([
      "manager": .string(manager), "operation": "Update", "apiVersion": "v1", "time": .string(now.rfc3339),
      "fieldsType": "FieldsV1",
      "fieldsV1": [
        "f:status": [
          "f:conditions": [:], "f:containerStatuses": [:], "f:hostIP": [:], "f:phase": [:], "f:podIP": [:], "f:startTime": [:],
        ]
      ],
      "subresource": "status",
    ])
    object["metadata"]?["managedFields"] = .array(entries)
  }

  private static let serverOwned: Set<String> = [
    "name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp",
    "deletionGracePeriodSeconds", "managedFields", "selfLink",
  ]

  private static func content(_ object: JSONValue) -> JSONValue {
    var content = object
    content["kind"] = nil
    content["apiVersion"] = nil
    let metadata = (object["metadata"]?.object ?? JSONObject()).filter { !serverOwned.contains($0.key) }
    content["metadata"] = metadata.isEmpty ? nil : .object(JSONObject(metadata.map { ($0.key, $0.value) }))
    return content
  }

  /// The set of fields that are new or other, `nil` when there is none.
  private static func difference(from old: JSONValue, to new: JSONValue) -> JSONValue? {
    guard old != new else { return nil }
    switch new {
    case .object(let members):
      var set = JSONObject()
      if old.object == nil { set["."] = [:] }
      for (key, value) in members {
        if let below = difference(from: old[key] ?? .null, to: value) { set["f:\(key)"] = below }
      }
      if set.count == 1, set["."] != nil { return members.isEmpty ? [:] : .object(set) }
      return set.isEmpty ? nil : .object(set)
    case .array(let elements): return listDifference(from: old.array ?? [], to: elements)
    default: return [:]
    }
  }

  /// Lists with a key are taken apart by it, others count as one field.
  private static func listDifference(from old: [JSONValue], to new: [JSONValue]) -> JSONValue {
    guard let keys = identity(of: new) else { return [:] }
    var set = JSONObject()
    for element in new {
      let selected = JSONObject(keys.map { ($0, element[$0] ?? .null) })
      let before = old.first { candidate in keys.allSatisfy { candidate[$0] == element[$0] } }
      guard let below = difference(from: before ?? .null, to: element) else { continue }
      set["k:" + JSONValue.object(selected).text] = below
    }
    return .object(set)
  }

  /// The operation of server-side apply.
  static let apply = "Apply"

  /// All fields of an object that a client declares.
  static func set(of object: JSONValue) -> JSONValue { difference(from: [:], to: content(object)) ?? [:] }

  static func identity(of list: [JSONValue]) -> [String]? {
    for keys in [["containerPort", "protocol"], ["name"], ["uid"], ["mountPath"], ["type"], ["ip"]] {
      if !list.isEmpty, list.allSatisfy({ element in keys.allSatisfy { element[$0] != nil } }) { return keys }
    }
    return nil
  }

  /// The set without what the other one has; `nil` when nothing is left.
  static func subtracting(_ other: JSONValue, from set: JSONValue) -> JSONValue? {
    guard let members = set.object, let taken = other.object, !taken.isEmpty else { return nil }
    var rest = JSONObject()
    for (key, value) in members {
      guard let below = taken[key] else {
        rest[key] = value
        continue
      }
      if key == "." { continue }
      if let remaining = subtracting(below, from: value) { rest[key] = remaining }
    }
    return rest.isEmpty ? nil : .object(rest)
  }
}
