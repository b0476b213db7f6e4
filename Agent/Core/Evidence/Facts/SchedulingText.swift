import Kubernetes

/// What a pod's spec asks of the scheduler, one readable line each. Pure.
enum SchedulingText {
  /// `key=value:Effect`; an empty key stands for every taint.
  static func toleration(_ toleration: JSONValue) -> String {
    let key = toleration.text("key").isEmpty ? "*" : toleration.text("key")
    let value = toleration["value"]?.stringValue.map { "=\($0)" } ?? ""
    let effect = toleration["effect"]?.stringValue.map { ":\($0)" } ?? ""
    let seconds = toleration.integer("tolerationSeconds").map { " for \($0) s" } ?? ""
    return key + value + effect + seconds
  }

  static func affinity(_ spec: JSONValue) -> [String] {
    let affinity = spec["affinity"] ?? .null
    var lines: [String] = []
    let node = affinity["nodeAffinity"] ?? .null
    let required = node["requiredDuringSchedulingIgnoredDuringExecution"]?["nodeSelectorTerms"]?.arrayValue ?? []
    lines += required.map { "requires node \(nodeTerm($0))" }
    let preferred = node["preferredDuringSchedulingIgnoredDuringExecution"]?.arrayValue ?? []
    lines += preferred.map { "prefers node \(nodeTerm($0["preference"] ?? .null))" }
    for kind in ["podAffinity", "podAntiAffinity"] {
      let terms = affinity[kind] ?? .null
      for term in terms["requiredDuringSchedulingIgnoredDuringExecution"]?.arrayValue ?? [] {
        lines.append("requires \(kind) \(podTerm(term))")
      }
      for term in terms["preferredDuringSchedulingIgnoredDuringExecution"]?.arrayValue ?? [] {
        lines.append("prefers \(kind) \(podTerm(term["podAffinityTerm"] ?? .null))")
      }
    }
    for spread in spec["topologySpreadConstraints"]?.arrayValue ?? [] {
      let key = spread.text("topologyKey")
      lines.append("spreads by \(key), at most \(spread.text("maxSkew")) apart, otherwise \(spread.text("whenUnsatisfiable"))")
    }
    return lines
  }

  private static func nodeTerm(_ term: JSONValue) -> String {
    let parts = (term["matchExpressions"]?.arrayValue ?? []) + (term["matchFields"]?.arrayValue ?? [])
    return parts.map(requirement).joined(separator: " and ")
  }

  private static func podTerm(_ term: JSONValue) -> String {
    let labels = term["labelSelector"]?.strings("matchLabels").sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" } ?? []
    let expressions = term["labelSelector"]?["matchExpressions"]?.arrayValue ?? []
    return (labels + expressions.map(requirement)).joined(separator: " and ") + " by \(term.text("topologyKey"))"
  }

  private static func requirement(_ requirement: JSONValue) -> String {
    let values = requirement.texts("values")
    return "\(requirement.text("key")) \(requirement.text("operator"))"
      + (values.isEmpty ? "" : " (\(values.joined(separator: ", ")))")
  }
}
