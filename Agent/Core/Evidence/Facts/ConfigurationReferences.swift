import Kubernetes
import Wire

/// A ConfigMap or Secret that a template refers to.
struct ConfigurationReference: Sendable, Hashable {
  let kind: ConfigurationFact.Kind
  let name: String
  /// Those that must be there.
  var keys: Set<String> = []
  /// The pod starts without it.
  var isOptional = true
  var isMountedBySubPath = false
}

/// The ConfigMaps and Secrets that a template refers to. Pure.
enum ConfigurationReferences {
  static func of(_ template: PodTemplate) -> [ConfigurationReference] {
    let spec = template.whole["spec"] ?? .null
    var found: [ConfigurationReference] = []
    func add(_ kind: ConfigurationFact.Kind, _ source: JSONValue, name member: String, keys: [String], subPath: Bool = false) {
      guard let name = source[member]?.stringValue, !name.isEmpty else { return }
      let isOptional = source["optional"]?.boolValue ?? false
      let index = found.firstIndex { $0.kind == kind && $0.name == name } ?? found.count
      if index == found.count { found.append(ConfigurationReference(kind: kind, name: name)) }
      if !isOptional {
        found[index].keys.formUnion(keys)
        found[index].isOptional = false
      }
      if subPath { found[index].isMountedBySubPath = true }
    }
    let containers = (spec["initContainers"]?.arrayValue ?? []) + (spec["containers"]?.arrayValue ?? [])
    for container in containers {
      for variable in container["env"]?.arrayValue ?? [] {
        for (member, kind) in [("configMapKeyRef", ConfigurationFact.Kind.configMap), ("secretKeyRef", .secret)] {
          guard let source = variable["valueFrom"]?[member] else { continue }
          add(kind, source, name: "name", keys: source["key"]?.stringValue.map { [$0] } ?? [])
        }
      }
      for source in container["envFrom"]?.arrayValue ?? [] {
        if let map = source["configMapRef"] { add(.configMap, map, name: "name", keys: []) }
        if let secret = source["secretRef"] { add(.secret, secret, name: "name", keys: []) }
      }
    }
    let bySubPath = Set(
      containers.flatMap { $0["volumeMounts"]?.arrayValue ?? [] }.filter {
        !$0.text("subPath").isEmpty || !$0.text("subPathExpr").isEmpty
      }
      .map { $0.text("name") })
    for volume in spec["volumes"]?.arrayValue ?? [] {
      let subPath = bySubPath.contains(volume.text("name"))
      for source in [volume] + (volume["projected"]?["sources"]?.arrayValue ?? []) {
        if let map = source["configMap"] { add(.configMap, map, name: "name", keys: items(map), subPath: subPath) }
        guard let secret = source["secret"] else { continue }
        add(.secret, secret, name: secret["secretName"] == nil ? "name" : "secretName", keys: items(secret), subPath: subPath)
      }
    }
    for secret in spec["imagePullSecrets"]?.arrayValue ?? [] { add(.secret, secret, name: "name", keys: []) }
    return found
  }

  private static func items(_ source: JSONValue) -> [String] {
    (source["items"]?.arrayValue ?? []).compactMap { $0["key"]?.stringValue }
  }
}
