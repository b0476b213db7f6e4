/// Deletes pods from nodes with NoExecute taints when their patience ends (taint_eviction.go).
struct TaintEviction: Controller {
  static let watched: Watched = .storages([])

  func observe(_ change: Change, _ world: inout World) {}

  /// Plans the evictions of a node's pods.
  static func look(at node: JSONValue, _ world: inout World) {
    let taints = (node[path: "spec", "taints"]?.array ?? []).filter { $0["effect"]?.string == "NoExecute" }
    guard !taints.isEmpty else { return }
    for pod in world.pods(on: node.name) where !pod.isBeingDeleted {
      guard let patience = Toleration.patience(pod["spec"] ?? [:], taints) else { continue }
      world.enqueue(.taintEviction, pod.objectKey, after: patience)
    }
  }

  func reconcile(_ key: ObjectKey, _ world: inout World) {
    guard let pod = world.store.object(ResourceCatalogue.pods, key), !pod.isBeingDeleted,
      let name = pod[path: "spec", "nodeName"]?.string,
      let node = world.store.object(ResourceCatalogue.nodes, ObjectKey(namespace: "", name: name))
    else { return }
    let taints = (node[path: "spec", "taints"]?.array ?? []).filter { $0["effect"]?.string == "NoExecute" }
    guard !taints.isEmpty, let patience = Toleration.patience(pod["spec"] ?? [:], taints) else { return }
    let added = taints.compactMap { $0.time("timeAdded") }.max() ?? world.now
    // timeAdded is in whole seconds.
    guard added + patience <= world.now + 1 else { return world.queue.add(.taintEviction, key, due: added + patience + 1) }
    evict(key, pod, &world)
  }

  private func evict(_ key: ObjectKey, _ pod: JSONValue, _ world: inout World) {
    world.record(
      EventDraft(
        involved: ResourceCatalogue.pods.reference(to: pod).without("uid").without("resourceVersion"), kind: .normal,
        reason: "TaintManagerEviction", message: "Marking for deletion Pod \(key.namespace)/\(key.name)",
        component: "taint-eviction-controller"))
    world.markDisrupted(key, "DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint")
    world.delete(ResourceCatalogue.pods, key, graceSeconds: nil)
  }
}

extension World {
  /// Sets the condition DisruptionTarget, which says why a pod is about to be deleted.
  mutating func markDisrupted(_ key: ObjectKey, _ reason: String, _ message: String) {
    let now = now.rfc3339
    update(ResourceCatalogue.pods, key) { pod in
      var conditions = (pod[path: "status", "conditions"]?.array ?? []).filter { $0["type"]?.string != "DisruptionTarget" }
      conditions.append([
        "type": "DisruptionTarget", "observedGeneration": .integer(Int64(pod.generation)), "status": "True",
        "lastProbeTime": .null, "lastTransitionTime": .string(now), "reason": .string(reason), "message": .string(message),
      ])
      pod["status"]?["conditions"] = .array(conditions)
    }
  }
}

/// Removes pods whose node is gone, or is declared out of service (podgc/gc_controller.go). The key is a node.
struct PodGarbageCollector: Controller {
  static let watched: Watched = .storages([ResourceCatalogue.nodes])

  func observe(_ change: Change, _ world: inout World) {
    guard change.kind == .modified, Self.isOutOfService(change.object) else { return }
    world.enqueue(.podGarbage, change.key, after: world.timing.garbageInterval)
  }

  private static func isOutOfService(_ node: JSONValue) -> Bool {
    (node[path: "spec", "taints"]?.array ?? []).contains { $0["key"]?.string == "node.kubernetes.io/out-of-service" }
  }

  func reconcile(_ key: ObjectKey, _ world: inout World) {
    if let node = world.store.object(ResourceCatalogue.nodes, key) {
      guard Self.isOutOfService(node), node.condition("Ready")?["status"]?.string != "True" else { return }
      for pod in world.pods(on: key.name) where pod.isBeingDeleted {
        world.delete(ResourceCatalogue.pods, pod.objectKey, graceSeconds: 0)
      }
      return
    }
    for pod in world.pods(on: key.name) {
      world.markDisrupted(pod.objectKey, "DeletionByPodGC", "PodGC: node no longer exists")
      world.update(ResourceCatalogue.pods, pod.objectKey) { $0["status"]?["phase"] = "Failed" }
      world.delete(ResourceCatalogue.pods, pod.objectKey, graceSeconds: 0)
    }
  }
}
