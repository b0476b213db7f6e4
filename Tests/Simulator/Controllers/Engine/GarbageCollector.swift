/// Deletes what lost its last owner, in the background as the default propagation policy does it.
struct GarbageCollector: Controller {
  static let watched: Watched = .everything

  func observe(_ change: Change, _ world: inout World) {
    guard change.kind == .deleted else { return }
    let uid = change.object.uid
    guard !world.store.dependents(of: uid).isEmpty else { return }
    world.enqueue(.garbageCollector, ObjectKey(namespace: "", name: uid), after: world.timing.controllerDelay)
  }

  func reconcile(_ key: ObjectKey, _ world: inout World) {
    if !key.namespace.isEmpty { return finishForeground(key, &world) }
    for dependent in world.store.dependents(of: key.name) {
      guard let object = world.store.object(dependent.type, dependent.key) else { continue }
      let owners = object[path: "metadata", "ownerReferences"]?.array ?? []
      let remaining = owners.filter { $0["uid"]?.string != key.name }
      if remaining.isEmpty {
        world.delete(dependent.type, dependent.key, graceSeconds: nil)
      } else {
        world.update(dependent.type, dependent.key) { $0["metadata"]?["ownerReferences"] = .array(remaining) }
      }
    }
  }

  /// The work that carries a foreground deletion on: the namespace names type and namespace, the name is the owner's uid.
  static func foregroundWork(type: ResourceType, namespace: String, uid: String) -> ObjectKey {
    ObjectKey(namespace: type.storage + "|" + namespace, name: uid)
  }

  private func finishForeground(_ key: ObjectKey, _ world: inout World) {
    let parts = key.namespace.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let type = world.store.type(storage: parts[0]),
      let owner = world.store.objects(type, namespace: parts[1]).first(where: { $0.value.uid == key.name })
    else { return }
    let dependents = world.store.dependents(of: key.name)
    for dependent in dependents { world.delete(dependent.type, dependent.key, graceSeconds: nil) }
    if world.store.dependents(of: key.name).isEmpty {
      world.update(type, owner.key) { object in
        let rest = (object[path: "metadata", "finalizers"]?.array ?? []).filter { $0.string != "foregroundDeletion" }
        object["metadata"]?["finalizers"] = rest.isEmpty ? nil : .array(rest)
      }
      let finalizers = world.store.object(type, owner.key)?[path: "metadata", "finalizers"]?.array ?? []
      if finalizers.isEmpty { world.store.remove(type, owner.key) }
    } else {
      world.enqueue(.garbageCollector, key, after: world.timing.shutdown / 2)
    }
  }
}

extension World {
  /// Deletes an object as the API does it: a pod on a node terminates gracefully, an object with finalizers only gets its
  /// deletionTimestamp, anything else is gone. Gives back the object as the answer shows it.
  @discardableResult
  mutating func delete(_ type: ResourceType, _ key: ObjectKey, graceSeconds: Int?) -> JSONValue? {
    guard var object = store.object(type, key) else { return nil }
    let finalizers = object[path: "metadata", "finalizers"]?.array ?? []
    if type == ResourceCatalogue.pods {
      return deletePod(key, object, graceSeconds: graceSeconds, hasFinalizers: !finalizers.isEmpty)
    }
    if type == ResourceCatalogue.namespaces || !finalizers.isEmpty {
      guard !object.isBeingDeleted else { return object }
      object["metadata"]?["deletionTimestamp"] = .string(now.rfc3339)
      if type.generation != .none { World.raiseGeneration(&object) }
      if type == ResourceCatalogue.namespaces {
        object["status"] = ["phase": "Terminating"]
      } else {
        object["metadata"]?["deletionGracePeriodSeconds"] = 0
      }
      return store.put(type, key, object)
    }
    return store.remove(type, key)
  }

  private mutating func deletePod(_ key: ObjectKey, _ pod: JSONValue, graceSeconds: Int?, hasFinalizers: Bool) -> JSONValue? {
    let specified = pod[path: "spec", "terminationGracePeriodSeconds"]?.integer ?? 30
    let phase = pod[path: "status", "phase"]?.string
    let isUnbound = (pod[path: "spec", "nodeName"]?.string ?? "").isEmpty
    let grace = isUnbound || phase == "Succeeded" || phase == "Failed" ? 0 : max(0, graceSeconds ?? specified)
    var pod = pod
    if pod.isBeingDeleted {
      let present = pod[path: "metadata", "deletionGracePeriodSeconds"]?.integer ?? 0
      guard grace < present || grace == 0 else { return pod }
    } else {
      World.raiseGeneration(&pod)
    }
    pod["metadata"]?["deletionTimestamp"] = .string((now + Double(grace)).rfc3339)
    pod["metadata"]?["deletionGracePeriodSeconds"] = .integer(Int64(grace))
    let stored = store.put(ResourceCatalogue.pods, key, pod)
    if grace == 0, !hasFinalizers { store.remove(ResourceCatalogue.pods, key) }
    return stored
  }
}
