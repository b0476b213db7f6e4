/// The JSON form of a fault, for the control endpoint.
enum FaultDocument {
  private static let members: Set<String> = [
    "namespace", "deployment", "workload", "pod", "labels", "container", "kind", "logs", "exitCode", "runsFor", "period",
    "message",
    "seconds", "cpu", "memory", "heals", "restarts",
  ]
  private static let workloads = ["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "ReplicaSet"]

  static func fault(_ document: JSONValue) throws(APIStatus) -> Fault {
    for key in document.object?.keys ?? [] where !members.contains(key) {
      throw .badRequest("unknown member \(key); expected \(members.sorted().joined(separator: ", "))")
    }
    guard let namespace = document["namespace"]?.string else { throw .badRequest("namespace is missing") }
    return Fault(
      namespace: namespace, target: try target(document), container: document["container"]?.string, kind: try kind(document),
      heals: try healing(document["heals"]), restarts: document["restarts"]?.integer ?? 0)
  }

  private static func target(_ document: JSONValue) throws(APIStatus) -> Fault.Target {
    if let deployment = document["deployment"]?.string { return .deployment(deployment) }
    if let pod = document["pod"]?.string { return .pod(pod) }
    if let labels = document["labels"]?.stringDictionary, !labels.isEmpty { return .labels(labels) }
    guard let workload = document["workload"]?.string else {
      throw .badRequest("one of deployment, workload, pod or labels is needed")
    }
    let parts = workload.split(separator: "/").map(String.init)
    guard parts.count == 2, workloads.contains(parts[0]) else {
      throw .badRequest("workload is KIND/NAME with a kind of \(workloads.joined(separator: ", "))")
    }
    return .workload(kind: parts[0], name: parts[1])
  }

  private static func kind(_ document: JSONValue) throws(APIStatus) -> Fault.Kind {
    let logs = (document["logs"]?.array ?? []).compactMap(\.string)
    let period = document["period"].flatMap(number) ?? 10
    let message = document["message"]?.string
    switch document["kind"]?.string {
    case "crash_loop":
      return .crashLoop(
        logs: logs, exitCode: document["exitCode"]?.integer ?? 1, runsFor: document["runsFor"].flatMap(number) ?? 1.5)
    case "oom_kill": return .oomKill(logs: logs, runsFor: document["runsFor"].flatMap(number) ?? 8)
    case "image_pull": return .imagePull(message: message)
    case "liveness_failure": return .livenessFailure(logs: logs, period: period)
    case "readiness_failure": return .readinessFailure(logs: logs, period: period)
    case "slow_start": return .slowStart(seconds: document["seconds"].flatMap(number) ?? 300, logs: logs)
    case "config_error": return .configError(message: message)
    case "run_error": return .runError(message: message)
    case "mount_failure": return .mountFailure(message: message)
    case "unschedulable": return .unschedulable(message: message)
    case "stuck_terminating": return .stuckTerminating
    case "usage": return .usage(cpu: document["cpu"]?.string, memory: document["memory"]?.string)
    case let other:
      throw .badRequest("kind is \(other ?? "missing"); expected \(names.joined(separator: ", "))")
    }
  }

  private static let names = [
    "crash_loop", "oom_kill", "image_pull", "liveness_failure", "readiness_failure", "slow_start", "config_error", "run_error",
    "mount_failure", "unschedulable", "stuck_terminating", "usage",
  ]

  private static func name(_ kind: Fault.Kind) -> String {
    switch kind {
    case .crashLoop: "crash_loop"
    case .oomKill: "oom_kill"
    case .imagePull: "image_pull"
    case .livenessFailure: "liveness_failure"
    case .readinessFailure: "readiness_failure"
    case .slowStart: "slow_start"
    case .configError: "config_error"
    case .runError: "run_error"
    case .mountFailure: "mount_failure"
    case .unschedulable: "unschedulable"
    case .stuckTerminating: "stuck_terminating"
    case .usage: "usage"
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
    case .workload("Deployment", let name): document["deployment"] = .string(name)
    case .workload(let kind, let name): document["workload"] = .string("\(kind)/\(name)")
    case .pod(let name): document["pod"] = .string(name)
    case .labels(let labels):
      document["labels"] = JSONValue(strings: labels.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }
    document["container"] = fault.container.map(JSONValue.string)
    document["kind"] = .string(name(fault.kind))
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
