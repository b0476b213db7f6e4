/// Faults that pods bring along as annotations `fault.sim/…`, so that they come with a rollout and go with a rollback. The names
/// are those of the recordings.
///
/// - `mode`: `crashloop`, `oomkill`, `imagepull`, `liveness`, `notready`, `slowstart`, `pending` (a volume cannot be mounted),
///   `configerror`, `runerror`, `unschedulable`, `stuck` (never ends after its deletion).
/// - `container`: the ill one, the first unless said.
/// - `heals`: `never`, `on-restart` (pods whose template carries another restartedAt are well), `after=SECONDS` of the pod's life.
/// - `logs`: what a run writes, by lines. `exit-code`, `crash-after` (seconds), `run-seconds` (life of a Job's container),
///   `slowstart-seconds`, `stop-seconds`, `ignore-sigterm: "true"`, `backoff-base`, `backoff-max` (seconds).
/// - `pull-error`: `notfound`, `auth`, `ratelimit`, or the runtime's own words. `message`: the words of configerror, runerror,
///   unschedulable and pending.
/// - `cpu`, `memory`: what the pod's containers use, each: `250m`, `96Mi`, or `85%` of the request. `metrics: missing`.
/// - On a Node: `node`: `down`, `notready`, `memorypressure`, `diskpressure`, `pidpressure`.
/// - On a PersistentVolumeClaim: `pending: "true"`: the provisioner is stuck.
enum FaultAnnotation {
  static let prefix = "fault.sim/"
  static let node = "fault.sim/node"
  static let mode = "fault.sim/mode"
  static let restartedAt = "kubectl.kubernetes.io/restartedAt"

  /// The fault that a pod carries, `nil` when it has none.
  static func fault(of pod: JSONValue) -> AnnotatedFault? {
    guard let mode = pod[path: "metadata", "annotations", mode]?.string, let kind = kind(mode, pod) else { return nil }
    let heals: Fault.Healing
    let text = value("heals", pod) ?? "never"
    switch text {
    case "on-restart", "on_restart": heals = .onRestart
    case _ where text.hasPrefix("after="): heals = .after(seconds: Double(text.dropFirst(6)) ?? 0)
    default: heals = .never
    }
    return AnnotatedFault(kind: kind, container: value("container", pod), heals: heals)
  }

  static func value(_ name: String, _ object: JSONValue) -> String? {
    object[path: "metadata", "annotations", prefix + name]?.string
  }

  static func seconds(_ name: String, _ object: JSONValue) -> Double? { value(name, object).flatMap(Double.init) }

  private static func kind(_ mode: String, _ pod: JSONValue) -> Fault.Kind? {
    let logs = value("logs", pod)?.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) ?? []
    let message = value("message", pod)
    switch mode {
    case "crashloop":
      return .crashLoop(
        logs: logs, exitCode: value("exit-code", pod).flatMap { Int($0) } ?? 1, runsFor: seconds("crash-after", pod) ?? 1.5)
    case "oomkill": return .oomKill(logs: logs, runsFor: seconds("crash-after", pod) ?? 8)
    case "imagepull": return .imagePull(message: value("pull-error", pod))
    case "liveness": return .livenessFailure(logs: logs)
    case "notready": return .readinessFailure(logs: logs)
    case "slowstart": return .slowStart(seconds: seconds("slowstart-seconds", pod) ?? 300, logs: logs)
    case "pending": return .mountFailure(message: message)
    case "configerror": return .configError(message: message)
    case "runerror": return .runError(message: message)
    case "unschedulable": return .unschedulable(message: message)
    case "stuck": return .stuckTerminating
    default: return nil
    }
  }
}

/// A fault out of a pod's annotations.
struct AnnotatedFault: Sendable, Equatable {
  let kind: Fault.Kind
  let container: String?
  let heals: Fault.Healing
}

/// The workload that a pod belongs to at the top: a Deployment rather than its ReplicaSet, a CronJob rather than its Job.
struct WorkloadName: Sendable, Hashable {
  let kind: String
  let name: String
}

extension World {
  /// The workload of a pod, `nil` for a bare pod.
  func workload(of pod: JSONValue) -> WorkloadName? {
    guard let owner = pod.controllingOwner, let kind = owner["kind"]?.string, let name = owner["name"]?.string else { return nil }
    let type = kind == "ReplicaSet" ? ResourceCatalogue.replicaSets : kind == "Job" ? ResourceCatalogue.jobs : nil
    if let type, let above = store.object(type, ObjectKey(namespace: pod.namespace, name: name))?.controllingOwner,
      let aboveKind = above["kind"]?.string, let aboveName = above["name"]?.string
    {
      return WorkloadName(kind: aboveKind, name: aboveName)
    }
    return WorkloadName(kind: kind, name: name)
  }

  /// The annotated fault of a pod, unless a restart of its workload has healed it.
  mutating func annotatedFault(of pod: JSONValue) -> AnnotatedFault? {
    guard let fault = FaultAnnotation.fault(of: pod) else { return nil }
    guard fault.heals == .onRestart, let workload = workload(of: pod) else { return fault }
    let stamp = pod[path: "metadata", "annotations", FaultAnnotation.restartedAt]?.string ?? ""
    let mode = pod[path: "metadata", "annotations", FaultAnnotation.mode]?.string ?? ""
    let origin = "\(pod.namespace)/\(workload.kind)/\(workload.name)/\(mode)"
    if let first = faultOrigins[origin] { return first == stamp ? fault : nil }
    faultOrigins[origin] = stamp
    return fault
  }
}
