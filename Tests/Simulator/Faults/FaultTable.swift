/// The faults that are in force.
struct FaultTable: Sendable {
  struct Entry: Sendable {
    let id: String
    let fault: Fault
    let since: Timestamp
    /// The pods that were there when it began.
    let present: Set<String>
  }

  /// A pod as faults look at it.
  struct Pod {
    let namespace: String, name: String, uid: String
    let labels: [String: String]
    let deployment: String?
    let firstContainer: String?

    init(_ pod: JSONValue, deployment: String?) {
      (namespace, name, uid, labels) = (pod.namespace, pod.name, pod.uid, pod.labels)
      self.deployment = deployment
      firstContainer = pod[path: "spec", "containers"]?[0]?["name"]?.string
    }
  }

  var entries: [Entry] = []
  private var serial = 0

  mutating func add(_ fault: Fault, since: Timestamp, present: Set<String>) -> String {
    serial += 1
    let id = "fault-\(serial)"
    entries.append(Entry(id: id, fault: fault, since: since, present: present))
    return id
  }

  /// The latest fault that concerns a container now.
  func fault(for pod: Pod, container: String, now: Timestamp) -> Fault? {
    entries.last { $0.concerns(pod, container: container, now: now) }?.fault
  }

  /// How a container's next run goes.
  func plan(for pod: Pod, container: ContainerRuntime, spec: JSONValue, world: World) -> ContainerPlan {
    let node = world.store.object(ResourceCatalogue.pods, ObjectKey(namespace: pod.namespace, name: pod.name))?[
      path: "spec", "nodeName"]?.string
    var plan = ContainerPlan()
    plan.imagePresent = node.map { world.images[$0]?.contains(container.image) ?? false } ?? false
    plan.probe = .passes(after: Self.readinessDelay(spec, world.timing))
    plan.log = Self.startUp(container, pod, at: world.now)
    plan.log.heartbeat = 10
    if let fault = fault(for: pod, container: container.name, now: world.now) {
      fault.kind.apply(to: &plan, container: container, hasReadinessProbe: spec["readinessProbe"] != nil)
    }
    return plan
  }

  /// From a start to readiness: at once without a probe.
  private static func readinessDelay(_ spec: JSONValue, _ timing: Timing) -> Double {
    guard let probe = spec["readinessProbe"] else { return 0 }
    return Double(probe["initialDelaySeconds"]?.integer ?? 0) + timing.readiness
  }

  private static func startUp(_ container: ContainerRuntime, _ pod: Pod, at now: Timestamp) -> LogPlan {
    var plan = LogPlan()
    let restarts = container.hasRun ? container.restarts : 0
    for (after, text) in [
      (0.01, "INFO  starting \(container.name) (pod \(pod.name), restart \(restarts))"), (0.05, "INFO  listening on :8080"),
    ] {
      plan.lines.append(.init(after: after, text: "\((now + after).rfc3339Milli) \(text)"))
    }
    return plan
  }
}

extension FaultTable.Entry {
  func concerns(_ pod: FaultTable.Pod, container: String, now: Timestamp) -> Bool {
    guard matches(pod), container == (fault.container ?? pod.firstContainer) else { return false }
    if case .imagePull = fault.kind, present.contains(pod.uid) { return false }
    switch fault.heals {
    case .never: return true
    case .after(let seconds): return now < since + seconds
    case .onRestart:
      if case .imagePull = fault.kind { return true }
      return present.contains(pod.uid)
    }
  }

  func matches(_ pod: FaultTable.Pod) -> Bool {
    guard pod.namespace == fault.namespace else { return false }
    switch fault.target {
    case .deployment(let name): return pod.deployment == name
    case .pod(let name): return pod.name == name
    case .labels(let labels): return labels.allSatisfy { pod.labels[$0.key] == $0.value }
    }
  }
}

extension Fault.Kind {
  /// How a run ends under the fault, if it ends by itself.
  var exit: ContainerPlan.Exit? {
    switch self {
    case .crashLoop(_, let code, let seconds): .init(after: seconds, code: code, reason: code == 0 ? "Completed" : "Error")
    case .oomKill(_, let seconds): .init(after: seconds, code: 137, reason: "OOMKilled")
    case .livenessFailure(_, let period): .init(after: period * 3, code: 137, reason: "Error")
    case .imagePull, .readinessFailure: nil
    }
  }

  /// What a run writes, spread over its life.
  var logPlan: LogPlan {
    let life = exit?.after ?? 1
    return LogPlan(
      lines: logs.enumerated().map { index, text in
        .init(after: life * 0.9 * Double(index + 1) / Double(logs.count + 1), text: text)
      })
  }

  var logs: [String] {
    switch self {
    case .crashLoop(let logs, _, _), .oomKill(let logs, _), .livenessFailure(let logs, _), .readinessFailure(let logs, _): logs
    case .imagePull: []
    }
  }

  func apply(to plan: inout ContainerPlan, container: ContainerRuntime, hasReadinessProbe: Bool) {
    switch self {
    case .crashLoop:
      plan.exit = exit
      plan.log = logPlan
      if hasReadinessProbe { plan.probe = .passes(after: exit.map { $0.after + 1 } ?? 0) }
    case .oomKill:
      plan.exit = exit
      if !logs.isEmpty { plan.log = logPlan }
    case .imagePull(let message):
      plan.pullError = message ?? Self.imageNotFound(container.image)
    case .livenessFailure(_, let period):
      plan.probe = .livenessFails(period: period)
      if !logs.isEmpty { plan.log = logPlan }
    case .readinessFailure(_, let period):
      plan.probe = .readinessFails(period: period)
      if !logs.isEmpty { plan.log = logPlan }
    }
  }

  /// containerd's words for a tag that does not exist (recordings, 12 errimagepull).
  private static func imageNotFound(_ image: String) -> String {
    "rpc error: code = NotFound desc = failed to pull and unpack image \"\(image)\": failed to resolve reference \"\(image)\": "
      + "\(image): not found"
  }
}
