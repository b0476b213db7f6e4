/// Keeps one pod on every node that takes it (daemon/daemon_controller.go, update.go).
struct DaemonSetController: Controller {
  static let watched: Watched = .storages([ResourceCatalogue.daemonSets, ResourceCatalogue.pods, ResourceCatalogue.nodes])

  func observe(_ change: Change, _ world: inout World) {
    switch change.storage {
    case ResourceCatalogue.daemonSets.storage:
      if change.kind != .deleted { world.enqueue(.daemonSet, change.key, after: world.timing.controllerDelay) }
    case ResourceCatalogue.nodes.storage:
      guard change.previous?["spec"] != change.object["spec"] || change.previous?.labels != change.object.labels
      else { return }
      for (key, _) in world.store.objects(ResourceCatalogue.daemonSets) {
        world.enqueue(.daemonSet, key, after: world.timing.controllerDelay)
      }
    default:
      guard let owner = change.object.controllingOwner, owner["kind"]?.string == "DaemonSet" else { return }
      let key = ObjectKey(namespace: change.key.namespace, name: owner["name"]?.string ?? "")
      world.enqueue(.daemonSet, key, after: world.timing.controllerDelay)
    }
  }

  func reconcile(_ key: ObjectKey, _ world: inout World) {
    countTemplate(key, &world)
    guard let set = world.store.object(ResourceCatalogue.daemonSets, key), !set.isBeingDeleted else { return }
    var step = DaemonSetStep(set: set, world: &world)
    step.manage(&world)
    if set[path: "spec", "updateStrategy", "type"]?.string != "OnDelete" { step.roll(&world) }
    step.writeStatus(&world)
  }

  /// The annotation that counts templates, which pods and revisions carry too.
  static let templateGeneration = "deprecated.daemonset.template.generation"

  private func countTemplate(_ key: ObjectKey, _ world: inout World) {
    guard let set = world.store.object(ResourceCatalogue.daemonSets, key) else { return }
    let hash = PodTemplateHash.number((set[path: "spec", "template"] ?? [:]).canonicalText)
    let known = world.templateHashes[set.uid]
    world.templateHashes[set.uid] = hash
    if known == hash, set.annotations[Self.templateGeneration] != nil { return }
    let number = String(set.generation)
    world.update(ResourceCatalogue.daemonSets, key) { set in
      var annotations = set[path: "metadata", "annotations"] ?? [:]
      annotations[Self.templateGeneration] = .string(number)
      set["metadata"]?["annotations"] = annotations
    }
  }
}

/// One look at one DaemonSet.
private struct DaemonSetStep {
  let set: JSONValue
  private let history: RevisionHistory
  private let update: JSONValue
  private let nodes: [JSONValue]
  private var pods: [JSONValue]
  private let now: Timestamp
  private let minReady: Double

  init(set: JSONValue, world: inout World) {
    self.set = set
    now = world.now
    minReady = Double(set[path: "spec", "minReadySeconds"]?.integer ?? 0)
    let annotation = DaemonSetController.templateGeneration
    var history = RevisionHistory(
      type: ResourceCatalogue.daemonSets, owner: set, hashLabel: "controller-revision-hash",
      annotations: set.annotations[annotation].map { [annotation: $0] }.map { JSONValue(strings: $0.map { ($0.key, $0.value) }) },
      world: world)
    update = history.update(&world)
    self.history = history
    nodes = world.store.objects(ResourceCatalogue.nodes).map(\.value)
    pods = world.store.objects(ResourceCatalogue.pods, ownedBy: set.uid).map(\.value)
      .sorted { ($0.creation, $0.name) < ($1.creation, $1.name) }
  }

  /// The node that a pod is on or meant for.
  private static func target(_ pod: JSONValue) -> String {
    if let node = pod[path: "spec", "nodeName"]?.string, !node.isEmpty { return node }
    let terms = pod[
      path: "spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms"]
    return terms?[0]?["matchFields"]?[0]?["values"]?[0]?.string ?? ""
  }

  private var template: JSONValue {
    var template = set[path: "spec", "template"] ?? [:]
    var spec = template["spec"] ?? [:]
    spec["tolerations"] = .array((spec["tolerations"]?.array ?? []) + Self.tolerations)
    template["spec"] = spec
    return template
  }

  /// What every daemon pod tolerates (daemon/util/daemonset_util.go).
  private static let tolerations: [JSONValue] = [
    ("not-ready", "NoExecute"), ("unreachable", "NoExecute"), ("disk-pressure", "NoSchedule"), ("memory-pressure", "NoSchedule"),
    ("pid-pressure", "NoSchedule"), ("unschedulable", "NoSchedule"),
  ].map { ["key": .string("node.kubernetes.io/\($0.0)"), "operator": "Exists", "effect": .string($0.1)] }

  private func judge(_ node: JSONValue) -> (runs: Bool, stays: Bool) {
    let spec = template["spec"] ?? [:]
    guard NodeFit.matchesAffinity(spec, node) else { return (false, false) }
    let taints = node[path: "spec", "taints"]?.array ?? []
    let untolerated = taints.filter { !Toleration.tolerates(spec, $0) }
    let blocks = untolerated.contains { ["NoSchedule", "NoExecute"].contains($0["effect"]?.string ?? "") }
    return (!blocks, !untolerated.contains { $0["effect"]?.string == "NoExecute" })
  }

  mutating func manage(_ world: inout World) {
    var byNode = Dictionary(grouping: pods, by: Self.target)
    for node in nodes {
      let present = byNode.removeValue(forKey: node.name) ?? []
      let verdict = judge(node)
      for pod in present where !pod.isPodActive && !pod.isBeingDeleted { killFailed(pod, on: node.name, &world) }
      let alive = present.filter { $0.isPodActive && !$0.isBeingDeleted }
      if verdict.runs, present.allSatisfy({ !$0.isPodActive && $0.isBeingDeleted }) {
        create(on: node.name, &world)
      } else if !verdict.stays {
        for pod in alive { delete(pod, &world) }
      } else if alive.count > 1 {
        for pod in alive.dropFirst() { delete(pod, &world) }
      }
    }
    for pod in byNode.values.joined() where !pod.isBeingDeleted && (pod[path: "spec", "nodeName"]?.string ?? "").isEmpty {
      delete(pod, &world)
    }
    reload(world)
  }

  private mutating func reload(_ world: World) {
    pods = world.store.objects(ResourceCatalogue.pods, ownedBy: set.uid).map(\.value)
      .sorted { ($0.creation, $0.name) < ($1.creation, $1.name) }
  }

  private func killFailed(_ pod: JSONValue, on node: String, _ world: inout World) {
    note(
      .warning, "FailedDaemonPod",
      "Found failed daemon pod \(pod.namespace)/\(pod.name) on node \(node), will try to kill it", &world)
    delete(pod, &world)
  }

  private func create(on node: String, _ world: inout World) {
    let order = PodOrder(
      type: ResourceCatalogue.daemonSets, owner: set, template: template,
      labels: [
        ("controller-revision-hash", history.hash(update)),
        ("pod-template-generation", set.annotations[DaemonSetController.templateGeneration] ?? "1"),
      ])
    do throws(CreationRefusal) {
      let pod = try world.createPod(order) { pod in
        let fields: JSONValue = [["matchFields": [["key": "metadata.name", "operator": "In", "values": [.string(node)]]]]]
        var affinity = pod[path: "spec", "affinity"] ?? [:]
        var nodeAffinity = affinity["nodeAffinity"] ?? [:]
        nodeAffinity["requiredDuringSchedulingIgnoredDuringExecution"] = ["nodeSelectorTerms": fields]
        affinity["nodeAffinity"] = nodeAffinity
        pod["spec"]?["affinity"] = affinity
      }
      note(.normal, "SuccessfulCreate", "Created pod: \(pod.name)", &world)
      world.retries[set.uid] = nil
    } catch {
      note(.warning, "FailedCreate", "Error creating: \(error.message)", &world)
      world.retry(.daemonSet, set)
    }
  }

  private func delete(_ pod: JSONValue, _ world: inout World) {
    world.delete(ResourceCatalogue.pods, pod.objectKey, graceSeconds: nil)
    note(.normal, "SuccessfulDelete", "Deleted pod: \(pod.name)", &world)
  }

  private func note(_ kind: EventDraft.Kind, _ reason: String, _ message: String, _ world: inout World) {
    world.record(kind, reason, message, about: set, ResourceCatalogue.daemonSets, component: "daemonset-controller")
  }

  private func isAvailable(_ pod: JSONValue) -> Bool {
    pod.availableAt(minReadySeconds: minReady).map { $0 <= now } ?? false
  }

  private func isUpdated(_ pod: JSONValue) -> Bool { pod.labels["controller-revision-hash"] == history.hash(update) }

  /// Replaces old pods: those that are no use at once, the others as far as maxUnavailable goes.
  mutating func roll(_ world: inout World) {
    let wanted = nodes.filter { judge($0).runs }
    let rolling = set[path: "spec", "updateStrategy", "rollingUpdate"]
    let most = max(
      1, IntOrPercent.resolve(rolling?["maxUnavailable"] ?? 1, of: wanted.count, roundingUp: true))
    let byNode = Dictionary(grouping: pods, by: Self.target)
    var unavailable = 0
    var (broken, candidates): ([JSONValue], [JSONValue]) = ([], [])
    for node in wanted {
      let alive = (byNode[node.name] ?? []).filter { $0.isPodActive && !$0.isBeingDeleted }
      if let new = alive.first(where: isUpdated) {
        if !isAvailable(new) { unavailable += 1 }
      } else if let old = alive.first {
        if isAvailable(old) { candidates.append(old) } else { broken.append(old) }
        if !isAvailable(old) { unavailable += 1 }
      } else {
        unavailable += 1
      }
    }
    for pod in broken + candidates.prefix(max(0, most - unavailable)) { delete(pod, &world) }
    for pod in pods {
      if let moment = pod.availableAt(minReadySeconds: minReady), moment > now {
        world.queue.add(.daemonSet, set.objectKey, due: moment)
      }
    }
    reload(world)
  }

  func writeStatus(_ world: inout World) {
    let byNode = Dictionary(grouping: pods.filter { !$0.isBeingDeleted }, by: Self.target)
    var (desired, current, misscheduled, ready, available, updated) = (0, 0, 0, 0, 0, 0)
    for node in nodes {
      let present = byNode[node.name] ?? []
      guard judge(node).runs else {
        if !present.isEmpty { misscheduled += 1 }
        continue
      }
      desired += 1
      guard let pod = present.first else { continue }
      current += 1
      if pod.isPodReady {
        ready += 1
        if isAvailable(pod) { available += 1 }
      }
      if isUpdated(pod) { updated += 1 }
    }
    var status: JSONValue = [
      "currentNumberScheduled": .integer(Int64(current)), "numberMisscheduled": .integer(Int64(misscheduled)),
      "desiredNumberScheduled": .integer(Int64(desired)), "numberReady": .integer(Int64(ready)),
      "observedGeneration": .integer(Int64(set.generation)),
    ]
    status.setCount("updatedNumberScheduled", updated)
    status.setCount("numberAvailable", available)
    status.setCount("numberUnavailable", desired - available)
    world.update(ResourceCatalogue.daemonSets, set.objectKey) { $0["status"] = status }
    let hashes = Set(pods.compactMap { $0.labels["controller-revision-hash"] })
    history.trim(
      keeping: Set(history.revisions.filter { hashes.contains(history.hash($0)) }.map(\.name)).union([update.name]), &world)
  }
}
