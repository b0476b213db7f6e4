/// `POST …/pods/NAME/eviction` (recordings, 07; registry/core/pod/storage/eviction.go).
struct EvictionAPI {
  let api: ResourceAPI

  private static let apiVersions = ["policy/v1", "policy/v1beta1"]
  private static let mostDisruptedPods = 2000

  func respond(_ world: inout World) throws(APIStatus) -> APIResponse {
    guard api.request.method == "POST" else { throw .methodNotAllowed }
    let key = api.key
    let eviction = try body()
    guard eviction.name == key.name else { throw .badRequest("name in URL does not match name in Eviction object") }
    let options = eviction["deleteOptions"] ?? [:]
    let isDryRun = try api.request.isDryRun(options: "CreateOptions") || options["dryRun"] == ["All"]
    guard let pod = world.store.object(ResourceCatalogue.pods, key) else { throw .notFound(ResourceCatalogue.pods, key.name) }
    if !Self.isOutsideBudgets(pod) { try charge(pod, isDryRun, &world) }
    // The budget has been charged by now: a wrong uid costs a disruption (recordings, 07 wrong-uid-*).
    try api.check(
      uid: options[path: "preconditions", "uid"]?.string,
      resourceVersion: options[path: "preconditions", "resourceVersion"]?.string, against: pod)
    if !isDryRun {
      mark(pod, &world)
      world.delete(ResourceCatalogue.pods, key, graceSeconds: options["gracePeriodSeconds"]?.integer)
    }
    return .json(
      ["kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success", "code": 201], status: 201)
  }

  private func body() throws(APIStatus) -> JSONValue {
    let eviction: JSONValue
    do {
      eviction = try JSONValue(parsing: api.request.body)
    } catch {
      let found = api.request.body.isEmpty ? "<empty>" : String(decoding: api.request.body.prefix(200), as: UTF8.self)
      throw .badRequest(
        "the object provided is unrecognized (must be of type Eviction): couldn't get version/kind; json parse error: "
          + "\(error.description) (\(found))")
    }
    guard eviction["kind"]?.string ?? "Eviction" == "Eviction",
      Self.apiVersions.contains(eviction["apiVersion"]?.string ?? "policy/v1")
    else {
      throw .badRequest(
        "\(eviction["kind"]?.string ?? "") in version \"\(eviction["apiVersion"]?.string ?? "")\" cannot be "
          + "handled as a Eviction")
    }
    return eviction
  }

  /// Ended, pending and terminating pods are not counted by any budget.
  private static func isOutsideBudgets(_ pod: JSONValue) -> Bool {
    pod.isBeingDeleted || ["Succeeded", "Failed", "Pending"].contains(pod[path: "status", "phase"]?.string ?? "")
  }

  private func charge(_ pod: JSONValue, _ isDryRun: Bool, _ world: inout World) throws(APIStatus) {
    let budgets = world.store.objects(ResourceCatalogue.budgets, namespace: pod.namespace)
      .filter { entry in
        entry.value[path: "spec", "selector"] != nil
          && LabelSelector(workload: entry.value[path: "spec", "selector"]).matches(pod)
      }
    guard let (key, budget) = budgets.first else { return }
    guard budgets.count == 1 else {
      throw .internalError(
        "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.")
    }
    if Self.passesUnhealthy(pod, budget) { return }
    try Self.check(budget)
    guard !isDryRun else { return }
    let now = world.now.rfc3339
    world.update(ResourceCatalogue.budgets, key) { budget in
      let left = (budget[path: "status", "disruptionsAllowed"]?.integer ?? 0) - 1
      budget["status"]?["disruptionsAllowed"] = .integer(Int64(left))
      let disrupted = budget[path: "status", "disruptedPods"] ?? [:]
      budget["status"]?["disruptedPods"] = disrupted.merged(with: [pod.name: .string(now)])
      if left == 0 { Self.closeBudget(&budget, now) }
    }
  }

  /// A pod that is not ready passes by the budget's policy for unhealthy pods.
  private static func passesUnhealthy(_ pod: JSONValue, _ budget: JSONValue) -> Bool {
    guard pod.condition("Ready")?["status"]?.string != "True" else { return false }
    if budget[path: "spec", "unhealthyPodEvictionPolicy"]?.string == "AlwaysAllow" { return true }
    let desired = budget[path: "status", "desiredHealthy"]?.integer ?? 0
    return desired > 0 && (budget[path: "status", "currentHealthy"]?.integer ?? 0) >= desired
  }

  private static func check(_ budget: JSONValue) throws(APIStatus) {
    let status = budget["status"] ?? [:]
    // A budget without a generation was written past the API.
    guard (status["observedGeneration"]?.integer ?? 0) >= budget.generation else {
      throw refused("The disruption budget \(budget.name) is still being processed by the server.", retryAfter: 10)
    }
    guard (status["disruptedPods"]?.object?.count ?? 0) <= mostDisruptedPods else {
      throw .forbidden(
        group: "policy", resource: "poddisruptionbudgets", name: budget.name,
        "DisruptedPods map too big - too many evictions not confirmed by PDB controller")
    }
    guard (status["disruptionsAllowed"]?.integer ?? 0) > 0 else {
      throw refused(
        "The disruption budget \(budget.name) needs \(status["desiredHealthy"]?.integer ?? 0) healthy pods and has "
          + "\(status["currentHealthy"]?.integer ?? 0) currently", retryAfter: nil)
    }
  }

  private static func refused(_ cause: String, retryAfter: Int?) -> APIStatus {
    var details: JSONValue = ["causes": [["reason": "DisruptionBudget", "message": .string(cause)]]]
    details["retryAfterSeconds"] = retryAfter.map { .integer(Int64($0)) }
    return APIStatus(
      code: 429, message: "Cannot evict pod as it would violate the pod's disruption budget.", reason: "TooManyRequests",
      details: details, retryAfter: retryAfter)
  }

  private static func closeBudget(_ budget: inout JSONValue, _ now: String) {
    let generation = budget.generation
    let conditions = (budget[path: "status", "conditions"]?.array ?? []).map { condition -> JSONValue in
      guard condition["type"]?.string == "DisruptionAllowed", condition["status"]?.string != "False" else { return condition }
      return [
        "type": "DisruptionAllowed", "status": "False", "observedGeneration": .integer(Int64(generation)),
        "lastTransitionTime": .string(now), "reason": "InsufficientPods", "message": "",
      ]
    }
    budget["status"]?["conditions"] = .array(conditions)
  }

  private func mark(_ pod: JSONValue, _ world: inout World) {
    let now = world.now.rfc3339
    world.update(ResourceCatalogue.pods, api.key) { pod in
      var conditions = (pod[path: "status", "conditions"]?.array ?? []).filter { $0["type"]?.string != "DisruptionTarget" }
      conditions.append([
        "type": "DisruptionTarget", "status": "True", "lastProbeTime": .null, "lastTransitionTime": .string(now),
        "reason": "EvictionByEvictionAPI", "message": "Eviction API: evicting",
      ])
      pod["status"]?["conditions"] = .array(conditions)
    }
  }
}
