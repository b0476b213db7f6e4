/// Taints of nodes against tolerations of pods.
enum Toleration {
  /// Whether a pod's spec tolerates a taint at all.
  static func tolerates(_ spec: JSONValue, _ taint: JSONValue) -> Bool {
    (spec["tolerations"]?.array ?? []).contains { matches($0, taint) }
  }

  /// How long a pod may stay on a node with these NoExecute taints: `nil` for ever, 0 not at all.
  static func patience(_ spec: JSONValue, _ taints: [JSONValue]) -> Double? {
    var shortest: Double?
    for taint in taints {
      let matching = (spec["tolerations"]?.array ?? []).filter { matches($0, taint) }
      guard !matching.isEmpty else { return 0 }
      let limits = matching.compactMap { $0["tolerationSeconds"]?.integer }
      if let limit = limits.min() { shortest = min(shortest ?? .infinity, Double(max(0, limit))) }
    }
    return shortest
  }

  private static func matches(_ toleration: JSONValue, _ taint: JSONValue) -> Bool {
    let effect = toleration["effect"]?.string ?? ""
    guard effect.isEmpty || effect == taint["effect"]?.string else { return false }
    let key = toleration["key"]?.string ?? ""
    guard key.isEmpty || key == taint["key"]?.string else { return false }
    if toleration["operator"]?.string == "Exists" { return true }
    return !key.isEmpty && (toleration["value"]?.string ?? "") == (taint["value"]?.string ?? "")
  }
}
