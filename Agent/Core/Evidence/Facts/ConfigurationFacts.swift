import Kubernetes
import Wire

/// The ConfigMaps and Secrets of a workload as facts. Secrets cannot be read: what is known of them is what the kubelet and the
/// objects that make them say. Pure.
struct ConfigurationFacts: Sendable {
  let text: SafeText
  let maps: [ConfigMapOutline]
  let missingMaps: Set<String>
  let customs: [FoundCustom]
  let events: [EventBook.Entry]
  /// What the kubelet says of containers that wait.
  let complaints: [String]

  func fact(_ reference: ConfigurationReference) -> ConfigurationFact {
    let said = Self.said(of: reference, in: complaints + events.map(\.message))
    switch reference.kind {
    case .configMap: return map(reference, said)
    case .secret: return secret(reference, said)
    }
  }

  private func map(_ reference: ConfigurationReference, _ said: Said) -> ConfigurationFact {
    guard let map = maps.first(where: { $0.metadata.name == reference.name }) else {
      return ConfigurationFact(
        kind: .configMap, name: reference.name, exists: missingMaps.contains(reference.name) || said.isMissing ? false : nil,
        missingKeys: said.missingKeys, mountedBySubPath: reference.isMountedBySubPath)
    }
    let last = map.edits.last
    return ConfigurationFact(
      kind: .configMap, name: reference.name, exists: true,
      changedAt: last?.at ?? map.metadata.creationTimestamp.map { Timestamp($0) }, changedBy: last.map { text.value($0.manager) },
      missingKeys: reference.keys.subtracting(map.keys).sorted(), mountedBySubPath: reference.isMountedBySubPath)
  }

  private func secret(_ reference: ConfigurationReference, _ said: Said) -> ConfigurationFact {
    let maker = customs.first { $0.madeSecret == reference.name }
    let change = maker.flatMap(lastChange)
    let isMade = maker?.object.conditions.first(type: "Ready")?.isTrue == true || !said.missingKeys.isEmpty
    return ConfigurationFact(
      kind: .secret, name: reference.name, exists: said.isMissing ? false : isMade ? true : nil, changedAt: change,
      changedBy: change == nil ? nil : maker.map { "\($0.kind.rawValue)/\($0.object.metadata.name)" },
      missingKeys: said.missingKeys, mountedBySubPath: reference.isMountedBySubPath)
  }

  /// When the object last wrote another content: its events tell for an ExternalSecret, whose refreshTime moves with every look;
  /// a certificate's begin of validity is its issue.
  private func lastChange(_ maker: FoundCustom) -> Timestamp? {
    if maker.kind == .certificate { return maker.object.status["notBefore"]?.stringValue.flatMap { Timestamp(rfc3339: $0) } }
    return events.filter { $0.subjectUID == maker.object.metadata.uid && ["Updated", "Created"].contains($0.reason) }
      .compactMap(\.lastSeen).max()
  }

  private struct Said {
    var isMissing = false
    var missingKeys: [String] = []
  }

  /// The kubelet's words: `secret "x" not found`, `couldn't find key k in Secret ns/x`,
  /// `references non-existent secret key: k`.
  private static func said(of reference: ConfigurationReference, in texts: [String]) -> Said {
    let kind = reference.kind.rawValue.lowercased()
    var said = Said()
    for text in texts {
      let lowered = text.lowercased()
      for plural in ["", "s"] where lowered.contains("\(kind)\(plural) \"\(reference.name)\" not found") { said.isMissing = true }
      if let key = text.firstMatch(after: "couldn't find key "), text.contains(" \(reference.kind.rawValue) "),
        text.contains("/\(reference.name)")
      {
        said.missingKeys.append(key)
      }
      for word in ["secret", "config"] {
        guard let key = text.firstMatch(after: "references non-existent \(word) key: "), reference.keys.contains(key) else {
          continue
        }
        said.missingKeys.append(key)
      }
    }
    said.missingKeys = Set(said.missingKeys).sorted()
    return said
  }
}

extension String {
  /// The word that follows.
  fileprivate func firstMatch(after lead: String) -> String? {
    guard let range = utf8.firstRange(of: Array(lead.utf8)) else { return nil }
    let word = self[range.upperBound...].prefix { !$0.isWhitespace && $0 != "," }
    return word.isEmpty ? nil : String(word)
  }
}
