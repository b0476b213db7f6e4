/// ConfigMaps and Secrets that a pod needs, and what the kubelet says when they are not there (recordings, 12 configerror,
/// secretkey, nomount).
enum References {
  /// Why a container cannot be made: a ConfigMap or Secret of its environment, or a key of it, is missing.
  static func problem(of container: JSONValue, namespace: String, _ world: World) -> String? {
    for source in container["envFrom"]?.array ?? [] {
      for (member, type, word) in kinds("configMapRef", "secretRef") {
        guard let reference = source[member], reference["optional"]?.bool != true, let name = reference["name"]?.string,
          world.store.object(type, ObjectKey(namespace: namespace, name: name)) == nil
        else { continue }
        return "\(word) \"\(name)\" not found"
      }
    }
    for variable in container["env"]?.array ?? [] {
      guard let source = variable["valueFrom"] else { continue }
      for (member, type, word) in kinds("configMapKeyRef", "secretKeyRef") {
        guard let reference = source[member], reference["optional"]?.bool != true, let name = reference["name"]?.string else {
          continue
        }
        guard let object = world.store.object(type, ObjectKey(namespace: namespace, name: name)) else {
          return "\(word) \"\(name)\" not found"
        }
        let key = reference["key"]?.string ?? ""
        let isThere = ["data", "binaryData", "stringData"].contains { object[$0]?[key] != nil }
        if !isThere { return "couldn't find key \(key) in \(type.kind) \(namespace)/\(name)" }
      }
    }
    return nil
  }

  /// Why a volume cannot be mounted.
  static func mountProblem(of pod: JSONValue, _ world: World) -> String? {
    for volume in pod[path: "spec", "volumes"]?.array ?? [] {
      let label = volume["name"]?.string ?? ""
      for (member, type, word) in kinds("configMap", "secret") {
        guard let source = volume[member], source["optional"]?.bool != true,
          let name = source["name"]?.string ?? source["secretName"]?.string
        else { continue }
        guard let object = world.store.object(type, ObjectKey(namespace: pod.namespace, name: name)) else {
          return "MountVolume.SetUp failed for volume \"\(label)\" : \(word) \"\(name)\" not found"
        }
        for item in source["items"]?.array ?? [] {
          let key = item["key"]?.string ?? ""
          if object["data"]?[key] == nil, object["binaryData"]?[key] == nil {
            return "MountVolume.SetUp failed for volume \"\(label)\" : references non-existent \(word) key: \(key)"
          }
        }
      }
    }
    return nil
  }

  private static func kinds(_ configMap: String, _ secret: String) -> [(String, ResourceType, String)] {
    [(configMap, ResourceCatalogue.configMaps, "configmap"), (secret, ResourceCatalogue.secrets, "secret")]
  }
}
