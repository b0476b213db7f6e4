import Kubernetes
import Wire

/// How one pod template differs from another, member by member. Lists whose entries have names (containers, env, volumes)
/// are compared by name, so that a reordering is no change. Pure.
struct TemplateChanges: Sendable {
  let text: SafeText

  func between(_ old: PodTemplate, _ new: PodTemplate) -> [RevisionFact.Change] {
    var changes: [RevisionFact.Change] = []
    compare(Self.comparable(old.whole), Self.comparable(new.whole), path: "", into: &changes)
    return Array(changes.prefix(EvidenceLimits.changes))
  }

  /// Without the label that differs in each ReplicaSet, and with the spec's members at the top: `containers[app].image`.
  private static func comparable(_ template: JSONValue) -> JSONValue {
    guard case .object(let members)? = template["spec"] else { return template }
    var whole = members
    for name in ["labels", "annotations"] {
      guard case .object(var values)? = template["metadata"]?[name] else { continue }
      values[PodTemplate.hashLabel] = nil
      whole["metadata.\(name)"] = .array(values.map { .object(["name": .string($0.key), "value": $0.value]) })
    }
    return .object(whole)
  }

  private func compare(_ old: JSONValue?, _ new: JSONValue?, path: String, into changes: inout [RevisionFact.Change]) {
    guard old != new else { return }
    if let pair = Self.sides(old, new, \.environmentText) {
      changes.append(change(path, pair.0, pair.1))
    } else if let pair = Self.sides(old, new, \.objectValue) {
      let names = Set((pair.0 ?? [:]).keys).union((pair.1 ?? [:]).keys).sorted()
      for name in names where name != "name" || path.isEmpty {
        compare(pair.0?[name], pair.1?[name], path: path.isEmpty ? name : "\(path).\(name)", into: &changes)
      }
    } else if let pair = Self.sides(old, new, \.namedEntries) {
      let names = Set((pair.0 ?? [:]).keys).union((pair.1 ?? [:]).keys).sorted()
      for name in names { compare(pair.0?[name], pair.1?[name], path: "\(path)[\(name)]", into: &changes) }
    } else {
      changes.append(change(path, old?.shortText, new?.shortText))
    }
  }

  /// Both sides read in the same way; one of them may be absent.
  private static func sides<Value>(_ old: JSONValue?, _ new: JSONValue?, _ read: (JSONValue) -> Value?) -> (Value?, Value?)? {
    let left = old.map(read)
    let right = new.map(read)
    if case .some(.none) = left { return nil }
    if case .some(.none) = right { return nil }
    return (left ?? nil, right ?? nil)
  }

  private func change(_ path: String, _ before: String?, _ after: String?) -> RevisionFact.Change {
    RevisionFact.Change(path: text.value(path), before: safe(before, path), after: safe(after, path))
  }

  private func safe(_ literal: String?, _ path: String) -> String? {
    literal.map { literal in
      guard path.hasSuffix("]"), let open = path.lastIndex(of: "[") else { return text.value(literal) }
      return text.value(literal, named: String(path[path.index(after: open)..<path.index(before: path.endIndex)]))
    }
  }
}

extension JSONValue {
  fileprivate var shortText: String {
    stringValue ?? String(decoding: canonicalJSON.prefix(4 * EvidenceLimits.valueLength), as: UTF8.self)
  }

  /// Entries by name, when each has one and no two have the same.
  fileprivate var namedEntries: [String: JSONValue]? {
    guard let entries = arrayValue else { return nil }
    var named: [String: JSONValue] = [:]
    for entry in entries {
      guard let name = entry["mountPath"]?.stringValue ?? entry["name"]?.stringValue,
        named.updateValue(entry, forKey: name) == nil
      else { return nil }
    }
    return named
  }

  /// An environment variable in one line: its value, or where the value comes from.
  fileprivate var environmentText: String? {
    guard let members = objectValue, members["name"] != nil, Set(members.keys).isSubset(of: ["name", "value", "valueFrom"]) else {
      return nil
    }
    if let source = members["valueFrom"]?.objectValue?.first {
      let place = [source.value["name"], source.value["key"], source.value["fieldPath"], source.value["resource"]]
      return "from \(source.key) " + place.compactMap { $0?.stringValue }.joined(separator: "/")
    }
    return members["value"]?.stringValue ?? ""
  }
}
