/// Binds pods to nodes: of those that a pod fits, the one with the fewest of its siblings, then with the fewest pods.
struct Scheduler: Controller {
  static let watched: Watched = .storages([ResourceCatalogue.pods, ResourceCatalogue.nodes, ResourceCatalogue.claims])
  /// A pod that did not fit is tried again at the latest after so many seconds (scheduling_queue.go).
  private static let longestWait = 300.0

  func observe(_ change: Change, _ world: inout World) {
    if change.storage == ResourceCatalogue.pods.storage {
      world.account(for: change)
      switch change.kind {
      case .added where (change.object[path: "spec", "nodeName"]?.string ?? "").isEmpty:
        world.enqueue(.scheduler, change.key, after: world.timing.scheduling)
      case .modified where change.previous?[path: "spec", "schedulingGates"] != change.object[path: "spec", "schedulingGates"]:
        world.enqueue(.scheduler, change.key, after: world.timing.scheduling)
      case .modified:
        if !change.object.isPodActive, change.previous?.isPodActive == true { retryAll(&world) }
      case .deleted:
        world.unschedulable.remove(change.key)
        if !(change.object[path: "spec", "nodeName"]?.string ?? "").isEmpty { retryAll(&world) }
      default: break
      }
    } else if change.storage == ResourceCatalogue.nodes.storage {
      if change.previous?["spec"] != change.object["spec"] || change.previous?.labels != change.object.labels
        || change.previous?[path: "status", "allocatable"] != change.object[path: "status", "allocatable"]
      {
        retryAll(&world)
      }
    } else {
      retryAll(&world)
    }
  }

  private func retryAll(_ world: inout World) {
    for key in world.unschedulable { world.enqueue(.scheduler, key, after: world.timing.schedulingRetry) }
  }

  func reconcile(_ key: ObjectKey, _ world: inout World) {
    guard let pod = world.store.object(ResourceCatalogue.pods, key), !pod.isBeingDeleted,
      (pod[path: "spec", "nodeName"]?.string ?? "").isEmpty
    else { return }
    if !(pod[path: "spec", "schedulingGates"]?.array ?? []).isEmpty { return gate(key, pod, &world) }
    if let problem = claimProblem(of: pod, world) { return report(problem, key, pod, &world) }
    let nodes = world.store.objects(ResourceCatalogue.nodes).map(\.value)
    if let message = world.faults.unschedulable(pod, world) {
      return report(message.isEmpty ? Self.nothingFits(nodes.count) : message, key, pod, &world)
    }
    let fit = NodeFit(pod)
    var feasible: [JSONValue] = []
    var obstacles: [NodeFit.Obstacle] = []
    for node in nodes {
      if let obstacle = fit.obstacle(on: node, world) { obstacles.append(obstacle) } else { feasible.append(node) }
    }
    guard let node = best(of: feasible, for: pod, world) else { return report(Self.words(obstacles), key, pod, &world) }
    bind(key, pod, to: node, &world)
  }

  private func best(of nodes: [JSONValue], for pod: JSONValue, _ world: World) -> JSONValue? {
    guard nodes.count > 1 else { return nodes.first }
    var siblings: [String: Int] = [:]
    if let owner = pod.controllingOwner?["uid"]?.string {
      for (_, sibling) in world.store.objects(ResourceCatalogue.pods, ownedBy: owner) where !sibling.isBeingDeleted {
        if let node = sibling[path: "spec", "nodeName"]?.string { siblings[node, default: 0] += 1 }
      }
    }
    return nodes.min { left, right in
      let (first, second) = (siblings[left.name] ?? 0, siblings[right.name] ?? 0)
      guard first == second else { return first < second }
      return (world.nodeLoads[left.name]?.pods ?? 0) < (world.nodeLoads[right.name]?.pods ?? 0)
    }
  }

  private func bind(_ key: ObjectKey, _ pod: JSONValue, to node: JSONValue, _ world: inout World) {
    let zones = ["topology.kubernetes.io/region", "topology.kubernetes.io/zone"].compactMap { label in
      node.labels[label].map { (label, $0) }
    }
    let now = world.now.rfc3339
    world.unschedulable.remove(key)
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

  private func gate(_ key: ObjectKey, _ pod: JSONValue, _ world: inout World) {
    let created = pod.creation.rfc3339
    world.update(ResourceCatalogue.pods, key) { pod in
      pod["status"]?["conditions"] = [
        [
          "type": "PodScheduled", "status": "False", "lastProbeTime": .null, "lastTransitionTime": .string(created),
          "reason": "SchedulingGated", "message": "Scheduling is blocked due to non-empty scheduling gates",
        ]
      ]
    }
  }

  /// What is wrong with the claims of a pod (recordings, 12 volume).
  private func claimProblem(of pod: JSONValue, _ world: World) -> String? {
    let count = world.store.objects(ResourceCatalogue.nodes).count
    for volume in pod[path: "spec", "volumes"]?.array ?? [] {
      guard let name = volume[path: "persistentVolumeClaim", "claimName"]?.string else { continue }
      guard let claim = world.store.object(ResourceCatalogue.claims, ObjectKey(namespace: pod.namespace, name: name)) else {
        return "0/\(count) nodes are available: persistentvolumeclaim \"\(name)\" not found. not found"
      }
      guard claim[path: "spec", "volumeName"] == nil, !ClaimController.waitsForConsumer(claim, world) else { continue }
      return "0/\(count) nodes are available: pod has unbound immediate PersistentVolumeClaims. "
        + Self.preemption(["\(count) Preemption is not helpful for scheduling"], count)
    }
    return nil
  }

  private static func nothingFits(_ count: Int) -> String {
    words(
      Array(
        repeating: .init(reasons: ["node(s) didn't match Pod's node affinity/selector"], mayPreempt: false), count: count))
  }

  /// `0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu. no new claims …` (framework/types.go).
  private static func words(_ obstacles: [NodeFit.Obstacle]) -> String {
    guard !obstacles.isEmpty else { return "no nodes available to schedule pods" }
    var counts: [String: Int] = [:]
    for reason in obstacles.flatMap(\.reasons) { counts[reason, default: 0] += 1 }
    let reasons = counts.map { "\($0.value) \($0.key)" }.sorted().joined(separator: ", ")
    var outcomes: [String] = []
    let hopeless = obstacles.filter { !$0.mayPreempt }.count
    if hopeless > 0 { outcomes.append("\(hopeless) Preemption is not helpful for scheduling") }
    if hopeless < obstacles.count {
      outcomes.append("\(obstacles.count - hopeless) No preemption victims found for incoming pod")
    }
    return "0/\(obstacles.count) nodes are available: \(reasons). " + preemption(outcomes, obstacles.count)
  }

  private static func preemption(_ outcomes: [String], _ count: Int) -> String {
    "no new claims to deallocate, preemption: 0/\(count) nodes are available: "
      + outcomes.sorted().joined(separator: ", ") + "."
  }

  private func report(_ message: String, _ key: ObjectKey, _ pod: JSONValue, _ world: inout World) {
    let before = pod.condition("PodScheduled")
    let since =
      before?["status"]?.string == "False"
      ? before?["lastTransitionTime"] ?? .string(world.now.rfc3339) : .string(world.now.rfc3339)
    world.unschedulable.insert(key)
    let generation = JSONValue.integer(Int64(pod.generation))
    world.update(ResourceCatalogue.pods, key) { pod in
      pod["status"]?["conditions"] = [
        [
          "type": "PodScheduled", "observedGeneration": generation, "status": "False",
          "lastProbeTime": .null, "lastTransitionTime": since, "reason": "Unschedulable", "message": .string(message),
        ]
      ]
    }
    world.record(
      EventDraft(
        involved: ResourceCatalogue.pods.reference(to: pod), kind: .warning, reason: "FailedScheduling", message: message,
        component: "default-scheduler", action: "Scheduling"))
    world.enqueue(.scheduler, key, after: Self.longestWait)
  }
}
