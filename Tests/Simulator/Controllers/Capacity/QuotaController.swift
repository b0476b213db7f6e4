/// What quotas count, and what they refuse (recordings, 06 quota-*).
enum QuotaAdmission {
  /// The end of the refusal of a new object, `nil` when every quota of its namespace allows it.
  static func refusal(of object: JSONValue, type: ResourceType, _ world: World) -> String? {
    for quota in world.store.unorderedObjects(ResourceCatalogue.quotas, namespace: object.namespace) {
      let hard = quota[path: "spec", "hard"]?.stringDictionary ?? [:]
      let counted = hard.keys.sorted().filter { QuotaUsage.counts($0, type) }
      guard !counted.isEmpty else { continue }
      if type == ResourceCatalogue.pods, let missing = missing(counted, in: object) {
        return "failed quota: \(quota.name): must specify \(missing)"
      }
      var exceeded: [(name: String, requested: Quantity, used: Quantity, limit: Quantity)] = []
      for name in counted {
        guard let limit = Quantity(hard[name] ?? "") else { continue }
        let requested = QuotaUsage.amount(name, of: object, type)
        let used = QuotaUsage.used(name, namespace: object.namespace, world)
        if requested.milli > 0, used + requested > limit { exceeded.append((name, requested, used, limit)) }
      }
      guard !exceeded.isEmpty else { continue }
      func list(_ value: (Int) -> Quantity) -> String {
        exceeded.indices.map { "\(exceeded[$0].name)=\(value($0).text)" }.joined(separator: ",")
      }
      return "exceeded quota: \(quota.name), requested: \(list { exceeded[$0].requested }), "
        + "used: \(list { exceeded[$0].used }), limited: \(list { exceeded[$0].limit })"
    }
    return nil
  }

  /// A quota on a resource obliges every container to name it.
  private static func missing(_ counted: [String], in pod: JSONValue) -> String? {
    var parts: [String] = []
    for name in counted {
      guard let (kind, resource) = QuotaUsage.containerResource(name) else { continue }
      let silent = (pod[path: "spec", "containers"]?.array ?? [])
        .filter { PodResources.given(kind, resource, of: $0) == nil }.compactMap { $0["name"]?.string }
      if !silent.isEmpty { parts.append("\(name) for: \(silent.joined(separator: ","))") }
    }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }
}

/// The arithmetic of quotas.
enum QuotaUsage {
  /// `requests.cpu` → requests, cpu; `cpu` is short for it.
  static func containerResource(_ name: String) -> (kind: String, resource: String)? {
    let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
    if parts.count == 2, ["requests", "limits"].contains(parts[0]), parts[1] != "storage" { return (parts[0], parts[1]) }
    return ["cpu", "memory", "ephemeral-storage"].contains(name) ? ("requests", name) : nil
  }

  private static let countedTypes = [
    "services": ResourceCatalogue.services, "configmaps": ResourceCatalogue.configMaps, "secrets": ResourceCatalogue.secrets,
    "persistentvolumeclaims": ResourceCatalogue.claims, "resourcequotas": ResourceCatalogue.quotas,
  ]

  static func counts(_ name: String, _ type: ResourceType) -> Bool {
    if name == "pods" || containerResource(name) != nil { return type == ResourceCatalogue.pods }
    if name == "requests.storage" { return type == ResourceCatalogue.claims }
    if name.hasPrefix("count/") { return type.qualifiedName == name.dropFirst(6) }
    return countedTypes[name] == type
  }

  /// What one object takes.
  static func amount(_ name: String, of object: JSONValue, _ type: ResourceType) -> Quantity {
    if let (kind, resource) = containerResource(name) { return PodResources.total(kind, resource, of: object["spec"]) }
    if name == "requests.storage" { return Quantity(object[path: "spec", "resources", "requests", "storage"]) ?? Quantity(0) }
    return Quantity(1)
  }

  /// What is taken in a namespace. Pods that have ended count no more.
  static func used(_ name: String, namespace: String, _ world: World) -> Quantity {
    let type: ResourceType
    if name == "pods" || containerResource(name) != nil {
      type = ResourceCatalogue.pods
    } else if name == "requests.storage" {
      type = ResourceCatalogue.claims
    } else if let counted = countedTypes[name] ?? world.store.types.first(where: { "count/\($0.qualifiedName)" == name }) {
      type = counted
    } else {
      return Quantity(0)
    }
    return world.store.unorderedObjects(type, namespace: namespace)
      .filter { type != ResourceCatalogue.pods || $0.isPodActive }.reduce(Quantity(0)) { $0 + amount(name, of: $1, type) }
  }
}

/// Keeps `status.used` of quotas.
struct QuotaController: Controller {
  static let watched: Watched = .everything

  func observe(_ change: Change, _ world: inout World) {
    if change.storage == ResourceCatalogue.quotas.storage {
      if change.kind != .deleted { world.enqueue(.quota, change.key, after: world.timing.controllerDelay) }
      return
    }
    guard !change.key.namespace.isEmpty, world.store.hasObjects(ResourceCatalogue.quotas, namespace: change.key.namespace),
      change.kind != .modified || change.object.isPodActive != change.previous?.isPodActive
    else { return }
    for quota in world.store.unorderedObjects(ResourceCatalogue.quotas, namespace: change.key.namespace) {
      world.enqueue(.quota, quota.objectKey, after: world.timing.controllerDelay)
    }
  }

  func reconcile(_ key: ObjectKey, _ world: inout World) {
    guard let quota = world.store.object(ResourceCatalogue.quotas, key) else { return }
    let hard = quota[path: "spec", "hard"] ?? [:]
    let used = (hard.object?.keys ?? []).map { name in
      (name, QuotaUsage.used(name, namespace: key.namespace, world).text)
    }
    world.update(ResourceCatalogue.quotas, key) { $0["status"] = ["hard": hard, "used": JSONValue(strings: used)] }
  }
}
