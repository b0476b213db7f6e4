/// The status of a Deployment, computed from its ReplicaSets and the status before (deployment/sync.go, progress.go).
struct DeploymentStatus {
  /// The `status` object.
  let value: JSONValue
  /// When to look again for a missed progress deadline.
  let checkProgressAt: Timestamp?

  init(
    deployment: JSONValue, sets: [ReplicaSetView], new: ReplicaSetView?, fewestAvailable: Int, note: ProgressNote?, now: Timestamp
  ) {
    let before = deployment["status"] ?? [:]
    let replicas = deployment[path: "spec", "replicas"]?.integer ?? 1
    let actual = sets.reduce(0) { $0 + $1.replicas }
    let updated = new?.replicas ?? 0
    let ready = sets.reduce(0) { $0 + $1.ready }
    let available = sets.reduce(0) { $0 + $1.available }
    let unavailable = max(0, sets.reduce(0) { $0 + $1.wanted } - available)

    var status: JSONValue = ["observedGeneration": .integer(Int64(deployment.generation))]
    func set(_ member: String, _ count: Int) {
      if count > 0 { status[member] = .integer(Int64(count)) }
    }
    set("replicas", actual)
    set("updatedReplicas", updated)
    set("readyReplicas", ready)
    set("availableReplicas", available)
    set("unavailableReplicas", unavailable)
    status["terminatingReplicas"] = .integer(Int64(sets.reduce(0) { $0 + $1.terminating }))

    var conditions = Conditions(before["conditions"]?.array ?? [], now: now, stamp: "lastUpdateTime")
    if available >= fewestAvailable {
      conditions.set("Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.")
    } else {
      conditions.set("Available", "False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.")
    }
    let isComplete = updated == replicas && actual == replicas && available == replicas
    checkProgressAt = Self.judgeProgress(
      &conditions, deployment: deployment, new: new, note: note, isComplete: isComplete, isAtRest: actual == updated,
      hasProgressed: Self.hasProgressed(before, actual: actual, updated: updated, ready: ready, available: available), now: now)
    // The new ReplicaSet's trouble counts first (deployment/util/deployment_util.go, FindReplicaFailure).
    let failures = ([new].compactMap { $0 } + sets).compactMap { $0.object.condition("ReplicaFailure") }
    if let failure = failures.first {
      conditions.set(
        "ReplicaFailure", failure["status"]?.string ?? "True", failure["reason"]?.string ?? "",
        failure["message"]?.string ?? "")
    } else {
      conditions.remove("ReplicaFailure")
    }
    status["conditions"] = .array(conditions.list)
    status["collisionCount"] = before["collisionCount"]
    value = status
  }

  private static func hasProgressed(_ before: JSONValue, actual: Int, updated: Int, ready: Int, available: Int) -> Bool {
    func count(_ member: String) -> Int { before[member]?.integer ?? 0 }
    return updated > count("updatedReplicas") || actual - updated < count("replicas") - count("updatedReplicas")
      || ready > count("readyReplicas") || available > count("availableReplicas")
  }

  private static func judgeProgress(
    _ conditions: inout Conditions, deployment: JSONValue, new: ReplicaSetView?, note: ProgressNote?, isComplete: Bool,
    isAtRest: Bool, hasProgressed: Bool, now: Timestamp
  ) -> Timestamp? {
    if deployment[path: "spec", "paused"]?.bool == true {
      conditions.set("Progressing", "Unknown", "DeploymentPaused", "Deployment is paused")
      return nil
    }
    if conditions["Progressing"]?["reason"]?.string == "DeploymentPaused" {
      conditions.set("Progressing", "Unknown", "DeploymentResumed", "Deployment is resumed")
    }
    let subject = "ReplicaSet \"\(new?.name ?? "")\""
    if let note {
      conditions.set("Progressing", "True", note.reason, note.message, touch: true)
    } else if isAtRest, conditions["Progressing"]?["reason"]?.string == "NewReplicaSetAvailable" {
      // A rollout that is complete stays so, whatever becomes of its pods (deployment/progress.go; recordings, 06).
      return nil
    } else if isComplete {
      conditions.set("Progressing", "True", "NewReplicaSetAvailable", "\(subject) has successfully progressed.")
      return nil
    } else if conditions["Progressing"]?["reason"]?.string == "NewReplicaSetAvailable", !hasProgressed {
      return nil
    } else if hasProgressed {
      conditions.set("Progressing", "True", "ReplicaSetUpdated", "\(subject) is progressing.", touch: true)
    }
    let deadline = Double(deployment[path: "spec", "progressDeadlineSeconds"]?.integer ?? 600)
    guard let condition = conditions["Progressing"],
      let since = condition["lastUpdateTime"]?.string.flatMap(Timestamp.init(rfc3339:)),
      condition["reason"]?.string != "ProgressDeadlineExceeded"
    else { return nil }
    guard since + deadline <= now else { return since + deadline }
    conditions.set("Progressing", "False", "ProgressDeadlineExceeded", "\(subject) has timed out progressing.")
    return nil
  }
}
