/// Keeps the status of PodDisruptionBudgets (disruption/disruption.go; recordings, 07).
struct DisruptionController: Controller {
  static let watched: Watched = .storages([ResourceCatalogue.budgets, ResourceCatalogue.pods])
  /// An eviction that was granted and not carried out holds its place for so many seconds.
  static let deletionTimeout = 120.0

  func observe(_ change: Change, _ world: inout World) {
    if change.storage == ResourceCatalogue.budgets.storage {
      if change.kind != .deleted { world.enqueue(.disruption, change.key, after: world.timing.controllerDelay) }
      return
    }
    guard world.store.hasObjects(ResourceCatalogue.budgets, namespace: change.key.namespace),
      change.previous?.isPodReady != change.object.isPodReady || change.kind != .modified
        || change.previous?.isBeingDeleted != change.object.isBeingDeleted
        || change.previous?[path: "metadata", "labels"] != change.object[path: "metadata", "labels"]
        || change.previous?.isPodActive != change.object.isPodActive
    else { return }
    for budget in world.store.unorderedObjects(ResourceCatalogue.budgets, namespace: change.key.namespace)
    where LabelSelector(workload: budget[path: "spec", "selector"]).matches(change.object) {
      world.enqueue(.disruption, budget.objectKey, after: world.timing.controllerDelay)
    }
  }

  func reconcile(_ key: ObjectKey, _ world: inout World) {
    guard let budget = world.store.object(ResourceCatalogue.budgets, key) else { return }
    let selector = budget[path: "spec", "selector"]
    let pods =
      selector == nil
      ? []
      : world.store.objects(ResourceCatalogue.pods, namespace: key.namespace).map(\.value)
        .filter(LabelSelector(workload: selector).matches)
    let disrupted = holds(of: budget, pods, &world)
    let (expected, desired) = expectation(of: budget, pods, world)
    let healthy = pods.filter { $0.isPodReady && !$0.isBeingDeleted && disrupted[$0.name] == nil }.count
    let allowed = expected <= 0 ? 0 : max(0, healthy - desired)
    var conditions = Conditions(budget[path: "status", "conditions"]?.array ?? [], now: world.now)
    conditions.set(
      "DisruptionAllowed", allowed > 0 ? "True" : "False", allowed > 0 ? "SufficientPods" : "InsufficientPods", "",
      observedGeneration: budget.generation)
    var status: JSONValue = ["observedGeneration": .integer(Int64(budget.generation))]
    if !disrupted.isEmpty { status["disruptedPods"] = JSONValue(strings: disrupted.sorted { $0.key < $1.key }.map { ($0, $1) }) }
    status["disruptionsAllowed"] = .integer(Int64(allowed))
    status["currentHealthy"] = .integer(Int64(healthy))
    status["desiredHealthy"] = .integer(Int64(desired))
    status["expectedPods"] = .integer(Int64(expected))
    status["conditions"] = .array(conditions.list)
    world.update(ResourceCatalogue.budgets, key) { $0["status"] = status }
  }

  /// The evictions granted and not yet seen as deletions.
  private func holds(of budget: JSONValue, _ pods: [JSONValue], _ world: inout World) -> [String: String] {
    var result: [String: String] = [:]
    for (name, stamp) in budget[path: "status", "disruptedPods"]?.stringDictionary ?? [:] {
      guard let pod = pods.first(where: { $0.name == name }), !pod.isBeingDeleted, let time = Timestamp(rfc3339: stamp) else {
        continue
      }
      if time + Self.deletionTimeout <= world.now {
        world.record(
          EventDraft(
            involved: ResourceCatalogue.pods.reference(to: pod), kind: .warning, reason: "NotDeleted",
            message: "Pod was expected by PDB \(budget.namespace)/\(budget.name) to be deleted but it wasn't",
            component: "controllermanager"))
      } else {
        result[name] = stamp
        world.queue.add(.disruption, budget.objectKey, due: time + Self.deletionTimeout)
      }
    }
    return result
  }

  private func expectation(of budget: JSONValue, _ pods: [JSONValue], _ world: World) -> (expected: Int, desired: Int) {
    if let most = budget[path: "spec", "maxUnavailable"] {
      let expected = scale(of: pods, world)
      return (expected, max(0, expected - IntOrPercent.resolve(most, of: expected, roundingUp: true)))
    }
    guard let least = budget[path: "spec", "minAvailable"] else { return (pods.count, 0) }
    guard least.string?.hasSuffix("%") == true else { return (pods.count, IntOrPercent.resolve(least, of: 0, roundingUp: true)) }
    let expected = scale(of: pods, world)
    return (expected, IntOrPercent.resolve(least, of: expected, roundingUp: true))
  }

  /// The sum of what the pods' controllers want.
  private func scale(of pods: [JSONValue], _ world: World) -> Int {
    var seen: Set<String> = []
    var sum = 0
    for pod in pods {
      guard let owner = pod.controllingOwner, let kind = owner["kind"]?.string, let uid = owner["uid"]?.string,
        let type = ResourceCatalogue.type(apiVersion: owner["apiVersion"]?.string ?? "apps/v1", kind: kind),
        let object = world.store.object(type, ObjectKey(namespace: pod.namespace, name: owner["name"]?.string ?? ""))
      else { continue }
      guard kind == "ReplicaSet", let above = object.controllingOwner, let aboveUID = above["uid"]?.string else {
        if seen.insert(uid).inserted { sum += object[path: "spec", "replicas"]?.integer ?? 0 }
        continue
      }
      guard seen.insert(aboveUID).inserted else { continue }
      let key = ObjectKey(namespace: pod.namespace, name: above["name"]?.string ?? "")
      sum += world.store.object(ResourceCatalogue.deployments, key)?[path: "spec", "replicas"]?.integer ?? 0
    }
    return sum
  }
}
