/// Why a strategic merge patch could not be applied; the texts are the API server's (recordings, 10 strategic-*).
enum StrategicMergeError: Error, Equatable {
  case unknownDirective(String)
  case missingMergeKey(String)
}

/// The strategic merge of Kubernetes: lists named in ``mergeKeys`` are merged element by element on their key, all others are
/// replaced. Covers what kubectl sends: `$patch: delete|replace|merge`, `$setElementOrder/…`, `$deleteFromPrimitiveList/…` and
/// `$retainKeys`.
struct StrategicMergePatch {
  /// The merge key of a list by the name of its member, as the Go types declare it (`patchMergeKey`).
  static let mergeKeys: [String: String] = [
    "containers": "name", "initContainers": "name", "ephemeralContainers": "name", "env": "name", "volumes": "name",
    "volumeMounts": "mountPath", "volumeDevices": "devicePath", "imagePullSecrets": "name", "hostAliases": "ip",
    "conditions": "type", "ownerReferences": "uid", "topologySpreadConstraints": "topologyKey", "secrets": "name",
    "addresses": "type", "hostIPs": "ip", "podIPs": "ip",
  ]
  private static let primitiveMergeLists: Set<String> = ["finalizers"]

  static func apply(_ patch: JSONValue, to document: JSONValue) throws(StrategicMergeError) -> JSONValue {
    guard case .object(let changes) = patch else { return patch }
    return try merge(changes, into: document.object ?? JSONObject()) ?? .object(JSONObject())
  }

  /// `nil` when the patch deletes the object.
  private static func merge(_ patch: JSONObject, into original: JSONObject) throws(StrategicMergeError) -> JSONValue? {
    var patch = patch
    if let directive = patch["$patch"]?.string {
      patch["$patch"] = nil
      switch directive {
      case "delete": return nil
      case "replace": return .object(stripped(patch))
      case "merge": break
      default: throw .unknownDirective(directive)
      }
    }
    var result = original
    if let kept = patch["$retainKeys"]?.array?.compactMap(\.string) {
      for key in result.keys where !kept.contains(key) { result[key] = nil }
    }
    for (key, change) in patch where key != "$retainKeys" {
      if key.hasPrefix("$setElementOrder/") { continue }
      if key.hasPrefix("$deleteFromPrimitiveList/") {
        let name = String(key.dropFirst("$deleteFromPrimitiveList/".count))
        let unwanted = Set(change.array ?? [])
        result[name] = result[name]?.array.map { .array($0.filter { !unwanted.contains($0) }) }
        continue
      }
      let order = patch["$setElementOrder/\(key)"]?.array
      result[key] = try merged(change, into: result[key], member: key, order: order)
    }
    return .object(result)
  }

  private static func merged(
    _ change: JSONValue, into original: JSONValue?, member: String, order: [JSONValue]?
  ) throws(StrategicMergeError) -> JSONValue? {
    switch change {
    case .null: return nil
    case .object(let changes): return try merge(changes, into: original?.object ?? JSONObject())
    case .array(let changes):
      if primitiveMergeLists.contains(member) {
        let present = original?.array ?? []
        return .array(present + changes.filter { !present.contains($0) })
      }
      guard let key = mergeKey(of: member, elements: changes) else { return .array(changes) }
      let present = original?.array ?? []
      let result = try mergeList(changes, into: present, key: key)
      return .array(ordered(result, by: order ?? changes, server: present, key: key))
    default: return change
    }
  }

  /// `ports` is merged on `containerPort` in a container and on `port` in a Service; `rules` and the rest are replaced.
  private static func mergeKey(of member: String, elements: [JSONValue]) -> String? {
    if member == "ports" {
      if elements.contains(where: { $0["containerPort"] != nil }) { return "containerPort" }
      return elements.contains { $0["port"] != nil } ? "port" : nil
    }
    return mergeKeys[member]
  }

  private static func mergeList(
    _ changes: [JSONValue], into original: [JSONValue], key: String
  ) throws(StrategicMergeError) -> [JSONValue] {
    var result = original
    if changes.contains(where: { $0["$patch"]?.string == "replace" && $0[key] == nil }) {
      return changes.filter { $0["$patch"] == nil }
    }
    for change in changes {
      guard let changed = change.object else { continue }
      guard let identity = change[key] else {
        throw .missingMergeKey("map: \(goMap(changed)) does not contain declared merge key: \(key)")
      }
      let position = result.firstIndex { $0[key] == identity }
      do {
        let merged = try merge(changed, into: position.flatMap { result[$0].object } ?? JSONObject())
        switch (position, merged) {
        case (let position?, let merged?): result[position] = merged
        case (let position?, nil): result.remove(at: position)
        case (nil, let merged?): result.append(merged)
        case (nil, nil): break
        }
      } catch .unknownDirective(let directive) {
        throw .unknownDirective("\(directive) in map: \(goMap(changed))")
      }
    }
    return result
  }

  /// Elements of the patch in its order, those that only the server has where they were relative to them; what is new to the
  /// server comes first (mergeSortedSlice in strategicpatch).
  private static func ordered(_ list: [JSONValue], by patch: [JSONValue], server: [JSONValue], key: String) -> [JSONValue] {
    func position(_ element: JSONValue, in list: [JSONValue]) -> Int? { list.firstIndex { $0[key] == element[key] } }
    var patched = list.filter { position($0, in: patch) != nil }
      .sorted { (position($0, in: patch) ?? 0) < (position($1, in: patch) ?? 0) }[...]
    var serverOnly = list.filter { position($0, in: patch) == nil }[...]
    var result: [JSONValue] = []
    while let left = serverOnly.first, let right = patched.first {
      if let before = position(left, in: server), let after = position(right, in: server), before < after {
        result.append(serverOnly.removeFirst())
      } else {
        result.append(patched.removeFirst())
      }
    }
    return result + serverOnly + patched
  }

  private static func stripped(_ object: JSONObject) -> JSONObject {
    JSONObject(object.filter { !$0.key.hasPrefix("$") }.map { ($0.key, $0.value) })
  }

  /// A map as Go's `%v` prints it.
  private static func goMap(_ object: JSONObject) -> String {
    let members = object.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value.string ?? $0.value.text)" }
    return "map[\(members.joined(separator: " "))]"
  }
}
