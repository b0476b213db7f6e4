/// Keeps as many pods as a ReplicaSet asks for.
struct ReplicaSetController: Controller {
  static let watched: Watched = .storages([ResourceCatalogue.replicaSets, ResourceCatalogue.pods])

  func observe(_ change: Change, _ world: inout World) {
    if change.storage == ResourceCatalogue.replicaSets.storage {
      if change.kind != .deleted { world.enqueue(.replicaSet, change.key, after: world.timing.controllerDelay) }
    } else if change.storage == ResourceCatalogue.pods.storage,
      let owner = change.object.controllingOwner, owner["kind"]?.string == "ReplicaSet"
    {
      let key = ObjectKey(namespace: change.key.namespace, name: owner["name"]?.string ?? "")
      world.enqueue(.replicaSet, key, after: world.timing.controllerDelay)
    }
  }

  func reconcile(_ key: ObjectKey, _ world: inout World) {
    guard let set = world.store.object(ResourceCatalogue.replicaSets, key), !set.isBeingDeleted else { return }
    let pods = world.store.objects(ResourceCatalogue.pods, ownedBy: set.uid).map(\.value)
    let alive = pods.filter { pod in
      let phase = pod[path: "status", "phase"]?.string
      return !pod.isBeingDeleted && phase != "Succeeded" && phase != "Failed"
    }
    let wanted = set[path: "spec", "replicas"]?.integer ?? 1
    var failure: (reason: String, message: String)?
    if alive.count < wanted {
      failure = createPods(wanted - alive.count, for: set, &world).map { ("FailedCreate", $0) }
    } else if alive.count > wanted {
      for pod in alive.sorted(by: { isExpendable($0, before: $1) }).prefix(alive.count - wanted) {
        deletePod(pod, of: set, &world)
      }
    }
    writeStatus(key, failure, &world)
  }

  /// One, then two, four, … at a time; the first batch with a refusal is the last (slowStartBatch in replica_set.go). Gives the
  /// first refusal.
  private func createPods(_ count: Int, for set: JSONValue, _ world: inout World) -> String? {
    var (remaining, batch) = (count, 1)
    var refusal: String?
    while remaining > 0, refusal == nil {
      let size = min(batch, remaining)
      for _ in 0..<size {
        if let message = createPod(for: set, &world) { refusal = refusal ?? message }
      }
      remaining -= size
      batch *= 2
    }
    if refusal == nil { world.retries[set.uid] = nil } else { world.retry(.replicaSet, set) }
    return refusal
  }

  private func createPod(for set: JSONValue, _ world: inout World) -> String? {
    let order = PodOrder(type: ResourceCatalogue.replicaSets, owner: set, template: set[path: "spec", "template"] ?? [:])
    do throws(CreationRefusal) {
      let pod = try world.createPod(order)
      record("SuccessfulCreate", "Created pod: \(pod.name)", of: set, &world)
      return nil
    } catch {
      world.record(
        .warning, "FailedCreate", "Error creating: \(error.message)", about: set, ResourceCatalogue.replicaSets,
        component: "replicaset-controller")
      return error.message
    }
  }

  private func deletePod(_ pod: JSONValue, of set: JSONValue, _ world: inout World) {
    world.delete(ResourceCatalogue.pods, pod.objectKey, graceSeconds: nil)
    record("SuccessfulDelete", "Deleted pod: \(pod.name)", of: set, &world)
  }

  private func record(_ reason: String, _ message: String, of set: JSONValue, _ world: inout World) {
    world.record(
      EventDraft(
        involved: ResourceCatalogue.replicaSets.reference(to: set), kind: .normal, reason: reason, message: message,
        component: "replicaset-controller"))
  }

  /// The order in which a ReplicaSet gives pods up (ActivePodsWithRanks in controller_utils.go): unbound, pending, not ready,
  /// with more restarts, younger.
  private func isExpendable(_ left: JSONValue, before right: JSONValue) -> Bool {
    func rank(_ pod: JSONValue) -> [Int64] {
      let isUnbound = (pod[path: "spec", "nodeName"]?.string ?? "").isEmpty
      let isPending = pod[path: "status", "phase"]?.string != "Running"
      let isReady = pod.condition("Ready")?["status"]?.string == "True"
      let restarts = (pod[path: "status", "containerStatuses"]?.array ?? []).map { $0["restartCount"]?.integer ?? 0 }.max() ?? 0
      return [isUnbound ? 0 : 1, isPending ? 0 : 1, isReady ? 1 : 0, -Int64(restarts), -pod.creation.nanoseconds]
    }
    let (leftRank, rightRank) = (rank(left), rank(right))
    return leftRank == rightRank ? left.name < right.name : leftRank.lexicographicallyPrecedes(rightRank)
  }

  private func writeStatus(_ key: ObjectKey, _ failure: (reason: String, message: String)?, _ world: inout World) {
    guard let set = world.store.object(ResourceCatalogue.replicaSets, key) else { return }
    let pods = world.store.objects(ResourceCatalogue.pods, ownedBy: set.uid).map(\.value)
    let templateLabels = set[path: "spec", "template", "metadata", "labels"]?.stringDictionary ?? [:]
    let minReady = Double(set[path: "spec", "minReadySeconds"]?.integer ?? 0)
    var (replicas, labelled, ready, available, terminating) = (0, 0, 0, 0, 0)
    for pod in pods {
      if pod.isBeingDeleted {
        terminating += 1
        continue
      }
      guard !["Succeeded", "Failed"].contains(pod[path: "status", "phase"]?.string ?? "") else { continue }
      replicas += 1
      let labels = pod.labels
      if templateLabels.allSatisfy({ labels[$0.key] == $0.value }) { labelled += 1 }
      guard let condition = pod.condition("Ready"), condition["status"]?.string == "True" else { continue }
      ready += 1
      let since = condition["lastTransitionTime"]?.string.flatMap(Timestamp.init(rfc3339:)) ?? world.now
      if world.now - since >= minReady {
        available += 1
      } else {
        world.queue.add(.replicaSet, key, due: since + minReady)
      }
    }
    var status: JSONValue = ["replicas": .integer(Int64(replicas))]
    if labelled > 0 { status["fullyLabeledReplicas"] = .integer(Int64(labelled)) }
    if ready > 0 { status["readyReplicas"] = .integer(Int64(ready)) }
    if available > 0 { status["availableReplicas"] = .integer(Int64(available)) }
    status["terminatingReplicas"] = .integer(Int64(terminating))
    status["observedGeneration"] = .integer(Int64(set.generation))
    var conditions = Conditions(set[path: "status", "conditions"]?.array ?? [], now: world.now)
    if let failure {
      // The first refusal stays until pods can be created again.
      if conditions["ReplicaFailure"] == nil { conditions.set("ReplicaFailure", "True", failure.reason, failure.message) }
    } else {
      conditions.remove("ReplicaFailure")
    }
    if !conditions.list.isEmpty { status["conditions"] = .array(conditions.list) }
    world.update(ResourceCatalogue.replicaSets, key) { $0["status"] = status }
  }
}
