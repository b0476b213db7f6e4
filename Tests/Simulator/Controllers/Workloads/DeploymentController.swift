/// Rolls Deployments out: one ReplicaSet per template, scaled step by step within maxSurge and maxUnavailable.
struct DeploymentController: Controller {
  static let watched: Watched = .storages([
    ResourceCatalogue.deployments, ResourceCatalogue.replicaSets, ResourceCatalogue.pods,
  ])

  func observe(_ change: Change, _ world: inout World) {
    if change.storage == ResourceCatalogue.deployments.storage {
      if change.kind != .deleted { world.enqueue(.deployment, change.key, after: world.timing.controllerDelay) }
    } else if change.storage == ResourceCatalogue.replicaSets.storage,
      let owner = change.object.controllingOwner, owner["kind"]?.string == "Deployment"
    {
      let key = ObjectKey(namespace: change.key.namespace, name: owner["name"]?.string ?? "")
      world.enqueue(.deployment, key, after: world.timing.controllerDelay)
    } else if change.storage == ResourceCatalogue.pods.storage, change.kind == .deleted {
      wakeRecreating(change, &world)
    }
  }

  /// A Deployment with strategy Recreate waits for the last old pod.
  private func wakeRecreating(_ change: Change, _ world: inout World) {
    guard let owner = change.object.controllingOwner, owner["kind"]?.string == "ReplicaSet",
      let set = world.store.object(
        ResourceCatalogue.replicaSets, ObjectKey(namespace: change.key.namespace, name: owner["name"]?.string ?? "")),
      let deployment = set.controllingOwner?["name"]?.string
    else { return }
    let key = ObjectKey(namespace: change.key.namespace, name: deployment)
    world.enqueue(.deployment, key, after: world.timing.controllerDelay)
  }

  func reconcile(_ key: ObjectKey, _ world: inout World) {
    guard let deployment = world.store.object(ResourceCatalogue.deployments, key), !deployment.isBeingDeleted else { return }
    var rollout = Rollout(key: key, deployment: deployment, world: world)
    rollout.run(&world)
  }
}

/// One step of one Deployment.
private struct Rollout {
  let key: ObjectKey
  var deployment: JSONValue
  /// Oldest first, without the new one.
  var old: [ReplicaSetView]
  var new: ReplicaSetView?
  var created: ProgressNote?

  init(key: ObjectKey, deployment: JSONValue, world: World) {
    self.key = key
    self.deployment = deployment
    let template = Self.comparable(deployment[path: "spec", "template"])
    let sets = world.store.objects(ResourceCatalogue.replicaSets, ownedBy: deployment.uid).map { ReplicaSetView($0.value) }
      .sorted { ($0.object.creation, $0.name) < ($1.object.creation, $1.name) }
    new = sets.first { Self.comparable($0.object[path: "spec", "template"]) == template }
    old = sets.filter { [new] in $0.name != new?.name }
  }

  /// The template without the label that the controller adds.
  private static func comparable(_ template: JSONValue?) -> JSONValue {
    var template = template ?? [:]
    template["metadata"]?["labels"]?["pod-template-hash"] = nil
    return template
  }

  private var replicas: Int { deployment[path: "spec", "replicas"]?.integer ?? 1 }
  private var isPaused: Bool { deployment[path: "spec", "paused"]?.bool == true }
  private var recreates: Bool { deployment[path: "spec", "strategy", "type"]?.string == "Recreate" }
  private var all: [ReplicaSetView] { old + (new.map { [$0] } ?? []) }

  private var limits: (surge: Int, unavailable: Int) {
    guard !recreates else { return (0, replicas) }
    let update = deployment[path: "spec", "strategy", "rollingUpdate"]
    let surge = IntOrPercent.resolve(update?["maxSurge"] ?? "25%", of: replicas, roundingUp: true)
    let unavailable = min(replicas, IntOrPercent.resolve(update?["maxUnavailable"] ?? "25%", of: replicas, roundingUp: false))
    return surge == 0 && unavailable == 0 ? (0, 1) : (surge, unavailable)
  }

  mutating func run(_ world: inout World) {
    if isPaused || wasScaled {
      spread(&world)
    } else {
      ensureNew(&world)
      if recreates { recreate(&world) } else { roll(&world) }
      trimHistory(&world)
    }
    refresh(world)
    writeStatus(&world)
  }

  private mutating func refresh(_ world: World) {
    let fresh = Rollout(key: key, deployment: world.store.object(ResourceCatalogue.deployments, key) ?? deployment, world: world)
    (deployment, old, new) = (fresh.deployment, fresh.old, fresh.new)
  }

  private mutating func ensureNew(_ world: inout World) {
    let revision = (old.map(\.revision).max() ?? 0) + 1
    if let new {
      reuse(new, revision: revision, &world)
    } else {
      create(revision: revision, &world)
    }
    if deployment.annotations[Annotation.revision] != new.map({ String($0.revision) }) {
      let text = String(new?.revision ?? revision)
      world.update(ResourceCatalogue.deployments, key) { deployment in
        var annotations = deployment[path: "metadata", "annotations"] ?? [:]
        annotations[Annotation.revision] = .string(text)
        deployment["metadata"]?["annotations"] = annotations
      }
    }
  }

  private mutating func create(revision: Int, _ world: inout World) {
    let template = deployment[path: "spec", "template"] ?? [:]
    let collisions = deployment[path: "status", "collisionCount"]?.integer ?? 0
    let hash = PodTemplateHash.text(template, collisions: collisions)
    var labelled = template
    var labels = template[path: "metadata", "labels"] ?? [:]
    labels["pod-template-hash"] = .string(hash)
    if labelled["metadata"] == nil { labelled["metadata"] = [:] }
    labelled["metadata"]?["labels"] = labels
    var selector = deployment[path: "spec", "selector"] ?? [:]
    var matched = selector["matchLabels"] ?? [:]
    matched["pod-template-hash"] = .string(hash)
    selector["matchLabels"] = matched
    let size = initialSize()
    var set: JSONValue = [
      "kind": "ReplicaSet", "apiVersion": "apps/v1",
      "metadata": world.newMetadata(
        name: "\(deployment.name)-\(hash)", namespace: key.namespace, generation: 1, labels: labels,
        annotations: annotations(revision: revision, present: nil), owner: (ResourceCatalogue.deployments, deployment)),
      "spec": ["replicas": .integer(Int64(size))],
      "status": ["replicas": 0],
    ]
    if let minReady = deployment[path: "spec", "minReadySeconds"] { set["spec"]?["minReadySeconds"] = minReady }
    set["spec"]?["selector"] = selector
    set["spec"]?["template"] = labelled
    let stored = world.store.put(ResourceCatalogue.replicaSets, set.objectKey, set)
    new = ReplicaSetView(stored)
    created = ProgressNote(reason: "NewReplicaSetCreated", message: "Created new replica set \"\(set.name)\"")
    if size > 0 { recordScaling(set.name, from: 0, to: size, &world) }
  }

  private func initialSize() -> Int {
    if recreates { return old.allSatisfy { $0.wanted == 0 && $0.replicas == 0 } ? replicas : 0 }
    let room = replicas + limits.surge - old.reduce(0) { $0 + $1.wanted }
    return max(0, min(replicas, room))
  }

  private mutating func reuse(_ set: ReplicaSetView, revision: Int, _ world: inout World) {
    let revision = max(revision, set.revision)
    let wanted = annotations(revision: revision, present: set)
    if let present = set.object[path: "metadata", "annotations"], present == wanted { return }
    world.update(ResourceCatalogue.replicaSets, set.object.objectKey) { $0["metadata"]?["annotations"] = wanted }
    if set.revision != revision {
      created = ProgressNote(reason: "FoundNewReplicaSet", message: "Found new replica set \"\(set.name)\"")
    }
    new = world.store.object(ResourceCatalogue.replicaSets, set.object.objectKey).map { ReplicaSetView($0) }
  }

  /// The Deployment's own annotations are copied onto its new ReplicaSet (recordings, 05 rollback-replicasets).
  private func annotations(revision: Int, present: ReplicaSetView?) -> JSONValue {
    var annotations = present?.object[path: "metadata", "annotations"] ?? [:]
    for (key, value) in deployment.annotations.sorted(by: { $0.key < $1.key }) where !Annotation.notCopied.contains(key) {
      annotations[key] = .string(value)
    }
    if present == nil {
      annotations[Annotation.desired] = .string(String(replicas))
      annotations[Annotation.most] = .string(String(replicas + limits.surge))
    }
    if let present, present.revision != revision {
      let history = present.object.annotations[Annotation.history].map { $0 + "," } ?? ""
      annotations[Annotation.history] = .string(history + String(present.revision))
    }
    annotations[Annotation.revision] = .string(String(revision))
    return annotations
  }

  private mutating func scale(_ set: ReplicaSetView, to size: Int, _ world: inout World) {
    let size = max(0, size)
    guard set.wanted != size else { return }
    let (desired, most) = (String(replicas), String(replicas + limits.surge))
    world.update(ResourceCatalogue.replicaSets, set.object.objectKey) { object in
      object["spec"]?["replicas"] = .integer(Int64(size))
      World.raiseGeneration(&object)
      object["metadata"]?["annotations"]?[Annotation.desired] = .string(desired)
      object["metadata"]?["annotations"]?[Annotation.most] = .string(most)
    }
    recordScaling(set.name, from: set.wanted, to: size, &world)
    let fresh = world.store.object(ResourceCatalogue.replicaSets, set.object.objectKey).map { ReplicaSetView($0) }
    if set.name == new?.name { new = fresh }
    old = old.map { [fresh] in $0.name == set.name ? fresh ?? $0 : $0 }
  }

  private func recordScaling(_ name: String, from: Int, to: Int, _ world: inout World) {
    world.record(
      EventDraft(
        involved: ResourceCatalogue.deployments.reference(to: deployment), kind: .normal, reason: "ScalingReplicaSet",
        message: "Scaled \(to > from ? "up" : "down") replica set \(name) from \(from) to \(to)",
        component: "deployment-controller"))
  }

  /// Whether somebody changed the size since the ReplicaSets were last scaled (deployment/sync.go, isScalingEvent).
  private var wasScaled: Bool {
    all.contains { set in
      guard set.wanted > 0, let desired = set.object.annotations[Annotation.desired].flatMap({ Int($0) }) else { return false }
      return desired != replicas
    }
  }

  /// Takes a change of size to the ReplicaSets: to the only one, or to each by its share (deployment/sync.go, scale).
  private mutating func spread(_ world: inout World) {
    let active = all.filter { $0.wanted > 0 }
    if active.count <= 1 {
      if let only = active.first ?? new { adjust(only, to: replicas, &world) }
      return
    }
    if let new, new.wanted == replicas, new.available == replicas, new.object.annotations[Annotation.desired] == String(replicas)
    {
      for set in old where set.wanted > 0 { scale(set, to: 0, &world) }
      return
    }
    guard !recreates else { return }
    let total = active.reduce(0) { $0 + $1.wanted }
    let room = (replicas > 0 ? replicas + limits.surge : 0) - total
    let isGrowing = room > 0
    let sorted = active.sorted { left, right in
      guard left.wanted == right.wanted else { return left.wanted > right.wanted }
      let (first, second) = (left.object.creation, right.object.creation)
      return isGrowing ? first > second : first < second
    }
    var given = 0
    var sizes = sorted.map { set -> Int in
      let share = room == 0 ? 0 : self.share(of: set, room - given)
      given += share
      return set.wanted + share
    }
    if let first = sizes.first { sizes[0] = max(0, first + room - given) }
    for (set, size) in zip(sorted, sizes) { adjust(set, to: size, &world) }
  }

  /// A ReplicaSet's part of a change, in proportion to its size (deployment/util, GetReplicaSetProportion).
  private func share(of set: ReplicaSetView, _ rest: Int) -> Int {
    guard replicas > 0 else { return max(-set.wanted, rest) }
    let before = set.object.annotations[Annotation.most].flatMap { Int($0) } ?? max(1, set.wanted)
    let size = Double(set.wanted) * Double(replicas + limits.surge) / Double(max(1, before))
    let fraction = Int(size.rounded()) - set.wanted
    return rest > 0 ? min(fraction, rest) : max(fraction, rest)
  }

  /// Scales and notes the new size even when the ReplicaSet keeps its own.
  private mutating func adjust(_ set: ReplicaSetView, to size: Int, _ world: inout World) {
    guard set.wanted == size else { return scale(set, to: size, &world) }
    let (desired, most) = (String(replicas), String(replicas + limits.surge))
    world.update(ResourceCatalogue.replicaSets, set.object.objectKey) { object in
      object["metadata"]?["annotations"]?[Annotation.desired] = .string(desired)
      object["metadata"]?["annotations"]?[Annotation.most] = .string(most)
    }
  }

  private mutating func recreate(_ world: inout World) {
    for set in old where set.wanted > 0 { scale(set, to: 0, &world) }
    let oldPodsRemain = old.contains { set in
      !world.store.objects(ResourceCatalogue.pods, ownedBy: set.object.uid).isEmpty
    }
    if !oldPodsRemain, let new { scale(new, to: replicas, &world) }
  }

  /// deployment/rolling.go: first the new one up, and only when nothing was to do there the old ones down.
  private mutating func roll(_ world: inout World) {
    guard let new else { return }
    if new.wanted > replicas { return scale(new, to: replicas, &world) }
    if new.wanted < replicas {
      let room = replicas + limits.surge - all.reduce(0) { $0 + $1.wanted }
      if room > 0 { return scale(new, to: new.wanted + min(room, replicas - new.wanted), &world) }
    }
    shrinkOld(&world)
  }

  private mutating func shrinkOld(_ world: inout World) {
    guard let new, old.contains(where: { $0.wanted > 0 }) else { return }
    let fewest = replicas - limits.unavailable
    let newUnavailable = new.wanted - new.available
    var removable = all.reduce(0) { $0 + $1.wanted } - fewest - newUnavailable
    guard removable > 0 else { return }
    for set in old where set.wanted > 0 && removable > 0 {
      let unhealthy = min(removable, set.wanted - set.available)
      guard unhealthy > 0 else { continue }
      removable -= unhealthy
      scale(set, to: set.wanted - unhealthy, &world)
    }
    var spare = all.reduce(0) { $0 + $1.available } - fewest
    for set in old where set.wanted > 0 && spare > 0 {
      let fewer = min(spare, set.wanted)
      spare -= fewer
      scale(set, to: set.wanted - fewer, &world)
    }
  }

  private func trimHistory(_ world: inout World) {
    let limit = deployment[path: "spec", "revisionHistoryLimit"]?.integer ?? 10
    let idle = old.filter { $0.wanted == 0 && $0.replicas == 0 && !$0.object.isBeingDeleted }
    guard idle.count > limit else { return }
    for set in idle.sorted(by: { $0.revision < $1.revision }).prefix(idle.count - limit) {
      world.delete(ResourceCatalogue.replicaSets, set.object.objectKey, graceSeconds: nil)
    }
  }

  private func writeStatus(_ world: inout World) {
    let status = DeploymentStatus(
      deployment: deployment, sets: all, new: new, fewestAvailable: replicas - limits.unavailable, note: created, now: world.now)
    world.update(ResourceCatalogue.deployments, key) { $0["status"] = status.value }
    if let check = status.checkProgressAt { world.queue.add(.deployment, key, due: check) }
  }
}
