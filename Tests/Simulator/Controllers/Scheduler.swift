/// Binds pods to nodes: the ready, schedulable node with the fewest pods takes the next one.
struct Scheduler: Controller {
  private static let retryAfter = 10.0

  func observe(_ change: Change, _ world: inout World) {
    if change.storage == ResourceCatalogue.pods.storage {
      let node = change.object[path: "spec", "nodeName"]?.string ?? ""
      switch change.kind {
      case .added where node.isEmpty: world.enqueue(.scheduler, change.key, after: world.timing.scheduling)
      case .added: world.podsOnNode[node, default: 0] += 1
      case .modified where (change.previous?[path: "spec", "nodeName"]?.string ?? "").isEmpty && !node.isEmpty:
        world.podsOnNode[node, default: 0] += 1
      case .deleted where !node.isEmpty: world.podsOnNode[node, default: 1] -= 1
      default: break
      }
    }
  }

  func reconcile(_ key: ObjectKey, _ world: inout World) {
    guard let pod = world.store.object(ResourceCatalogue.pods, key), !pod.isBeingDeleted,
      (pod[path: "spec", "nodeName"]?.string ?? "").isEmpty
    else { return }
    guard let node = choose(for: pod, world) else { return reportUnschedulable(key, pod, &world) }
    let zones = ["topology.kubernetes.io/region", "topology.kubernetes.io/zone"].compactMap { label in
      node.labels[label].map { (label, $0) }
    }
    let now = world.now.rfc3339
    world.update(ResourceCatalogue.pods, key) { pod in
      pod["spec"]?["nodeName"] = .string(node.name)
      var labels = pod[path: "metadata", "labels"] ?? [:]
      for (label, value) in zones { labels[label] = .string(value) }
      if labels != [:] { pod["metadata"]?["labels"] = labels }
      pod["status"]?["conditions"] = [
        [
          "type": "PodScheduled", "status": "True", "lastProbeTime": .null, "lastTransitionTime": .string(now),
        ]
      ]
    }
    world.record(
      EventDraft(
        involved: ResourceCatalogue.pods.reference(to: pod), kind: .normal, reason: "Scheduled",
        message: "Successfully assigned \(key.namespace)/\(key.name) to \(node.name)", component: "default-scheduler",
        action: "Binding"))
  }

  private func choose(for pod: JSONValue, _ world: World) -> JSONValue? {
    let selector = pod[path: "spec", "nodeSelector"]?.stringDictionary ?? [:]
    let candidates = world.store.objects(ResourceCatalogue.nodes).map(\.value).filter { node in
      node[path: "spec", "unschedulable"]?.bool != true && node.condition("Ready")?["status"]?.string == "True"
        && selector.allSatisfy { node.labels[$0.key] == $0.value }
    }
    return candidates.min { (world.podsOnNode[$0.name] ?? 0) < (world.podsOnNode[$1.name] ?? 0) }
  }

  private func reportUnschedulable(_ key: ObjectKey, _ pod: JSONValue, _ world: inout World) {
    let count = world.store.objects(ResourceCatalogue.nodes).count
    let message =
      "0/\(count) nodes are available: \(count) node(s) didn't match Pod's node affinity/selector. "
      + "no new claims to deallocate, preemption: 0/\(count) nodes are available: "
      + "\(count) Preemption is not helpful for scheduling."
    let created = pod.creation.rfc3339
    world.update(ResourceCatalogue.pods, key) { pod in
      pod["status"]?["conditions"] = [
        [
          "type": "PodScheduled", "status": "False", "lastProbeTime": .null, "lastTransitionTime": .string(created),
          "reason": "Unschedulable", "message": .string(message),
        ]
      ]
    }
    world.record(
      EventDraft(
        involved: ResourceCatalogue.pods.reference(to: pod), kind: .warning, reason: "FailedScheduling", message: message,
        component: "default-scheduler", action: "Scheduling"))
    world.enqueue(.scheduler, key, after: Self.retryAfter)
  }
}
