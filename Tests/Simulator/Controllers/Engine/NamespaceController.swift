/// Gives every namespace its `default` account and CA ConfigMap, and empties a namespace that is being deleted.
struct NamespaceController: Controller {
  static let watched: Watched = .everything

  /// The cluster's CA, as `kube-root-ca.crt` shows it; the server overwrites it with its own at start.
  static let rootConfigMap = "kube-root-ca.crt"

  func observe(_ change: Change, _ world: inout World) {
    if change.storage == ResourceCatalogue.namespaces.storage {
      guard change.kind != .deleted else { return }
      world.enqueue(.namespace, change.key, after: change.kind == .added ? 0 : world.timing.controllerDelay)
    } else if change.kind == .deleted, !change.key.namespace.isEmpty {
      let namespace = ObjectKey(namespace: "", name: change.key.namespace)
      guard world.store.object(ResourceCatalogue.namespaces, namespace)?.isBeingDeleted == true else { return }
      world.enqueue(.namespace, namespace, after: world.timing.controllerDelay)
    }
  }

  func reconcile(_ key: ObjectKey, _ world: inout World) {
    guard let namespace = world.store.object(ResourceCatalogue.namespaces, key) else { return }
    if namespace.isBeingDeleted { empty(key, &world) } else { furnish(key.name, &world) }
  }

  private func furnish(_ namespace: String, _ world: inout World) {
    create(ResourceCatalogue.serviceAccounts, "default", namespace, [:], &world)
    create(
      ResourceCatalogue.configMaps, Self.rootConfigMap, namespace, ["data": ["ca.crt": .string(world.rootCertificate)]], &world)
  }

  private func create(_ type: ResourceType, _ name: String, _ namespace: String, _ body: JSONValue, _ world: inout World) {
    let key = ObjectKey(namespace: namespace, name: name)
    guard world.store.object(type, key) == nil else { return }
    var object: JSONValue = [
      "kind": .string(type.kind), "apiVersion": .string(type.apiVersion),
      "metadata": world.newMetadata(
        name: name, namespace: namespace, generation: nil, labels: nil, annotations: nil, owner: nil),
    ]
    for (member, value) in body.object ?? JSONObject() { object[member] = value }
    world.store.put(type, key, object)
  }

  private func empty(_ key: ObjectKey, _ world: inout World) {
    var isEmpty = true
    for type in world.store.types where type.namespaced && type != ResourceCatalogue.eventsV1 {
      for (object, _) in world.store.objects(type, namespace: key.name) {
        isEmpty = false
        world.delete(type, object, graceSeconds: nil)
      }
    }
    if isEmpty { world.store.remove(ResourceCatalogue.namespaces, key) }
  }
}
