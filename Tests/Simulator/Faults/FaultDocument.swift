/// The JSON form of a fault, for the control endpoint.
enum FaultDocument {
  private static let members: Set<String> = [
    "namespace", "deployment", "pod", "labels", "container", "kind", "logs", "exitCode", "runsFor", "period", "message", "heals",
    "restarts",
  ]

  static func fault(_ document: JSONValue) throws(APIStatus) -> Fault {
    for key in document.object?.keys ?? [] where !members.contains(key) {
      throw .badRequest("unknown member \(key); expected \(members.sorted().joined(separator: ", "))")
    }
    guard let namespace = document["namespace"]?.string else { throw .badRequest("namespace is missing") }
    let target: Fault.Target
    if let deployment = document["deployment"]?.string {
      target = .deployment(deployment)
    } else if let pod = document["pod"]?.string {
      target = .pod(pod)
    } else if let labels = document["labels"]?.stringDictionary, !labels.isEmpty {
      target = .labels(labels)
    } else {
      throw .badRequest("one of deployment, pod or labels is needed")
    }
    return Fault(
      namespace: namespace, target: target, container: document["container"]?.string, kind: try kind(document),
      heals: try healing(document["heals"]), restarts: document["restarts"]?.integer ?? 0)
  }

  private static func kind(_ document: JSONValue) throws(APIStatus) -> Fault.Kind {
    let logs = (document["logs"]?.array ?? []).compactMap(\.string)
    let period = document["period"].flatMap(number) ?? 10
    switch document["kind"]?.string {
    case "crash_loop":
      return .crashLoop(
        logs: logs, exitCode: document["exitCode"]?.integer ?? 1, runsFor: document["runsFor"].flatMap(number) ?? 1.5)
    case "oom_kill": return .oomKill(logs: logs, runsFor: document["runsFor"].flatMap(number) ?? 8)
    case "image_pull": return .imagePull(message: document["message"]?.string)
    case "liveness_failure": return .livenessFailure(logs: logs, period: period)
    case "readiness_failure": return .readinessFailure(logs: logs, period: period)
    case let other:
      throw .badRequest(
        "kind is \(other ?? "missing"); expected crash_loop, oom_kill, image_pull, liveness_failure or readiness_failure")
    }
  }

  private static func healing(_ value: JSONValue?) throws(APIStatus) -> Fault.Healing {
    switch value {
    case nil, .null, .string("never"): return .never
    case .string("on_restart"): return .onRestart
    case .object(let object):
      if let seconds = object["after"].flatMap(number) { return .after(seconds: seconds) }
    default: break
    }
    throw .badRequest("heals is \"never\", \"on_restart\" or {\"after\": SECONDS}")
  }

  static func json(_ id: String, _ fault: Fault) -> JSONValue {
    var document: JSONValue = ["id": .string(id), "namespace": .string(fault.namespace)]
    switch fault.target {
    case .deployment(let name): document["deployment"] = .string(name)
    case .pod(let name): document["pod"] = .string(name)
    case .labels(let labels):
      document["labels"] = JSONValue(strings: labels.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }
    document["container"] = fault.container.map(JSONValue.string)
    switch fault.kind {
    case .crashLoop: document["kind"] = "crash_loop"
    case .oomKill: document["kind"] = "oom_kill"
    case .imagePull: document["kind"] = "image_pull"
    case .livenessFailure: document["kind"] = "liveness_failure"
    case .readinessFailure: document["kind"] = "readiness_failure"
    }
    switch fault.heals {
    case .never: document["heals"] = "never"
    case .onRestart: document["heals"] = "on_restart"
    case .after(let seconds): document["heals"] = ["after": .double(seconds)]
    }
    return document
  }
}

/// The JSON form of a failure of the API: `{"kind": "status"|"cut_before"|"cut_after"|"delay", "status": 503, "seconds": 2,
/// "count": 1, "method": "PATCH", "path": "/deployments/", "user": "…"}`.
enum FailureDocument {
  static func failure(_ document: JSONValue) throws(APIStatus) -> APIFailure {
    let effect: APIFailure.Effect
    switch document["kind"]?.string {
    case "status":
      guard let code = document["status"]?.integer, (400...599).contains(code) else {
        throw .badRequest("status is a code from 400 to 599")
      }
      effect = .status(code)
    case "cut_before": effect = .cutBefore
    case "cut_after": effect = .cutAfter
    case "delay":
      guard let seconds = document["seconds"].flatMap(number), seconds >= 0 else { throw .badRequest("seconds is missing") }
      effect = .delay(seconds: seconds)
    case let other: throw .badRequest("kind is \(other ?? "missing"); expected status, cut_before, cut_after or delay")
    }
    let count = document["count"]
    return APIFailure(
      effect, count: count == .null ? nil : count?.integer ?? 1, method: document["method"]?.string,
      pathContains: document["path"]?.string, user: document["user"]?.string)
  }
}
