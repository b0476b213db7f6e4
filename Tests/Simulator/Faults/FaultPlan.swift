extension Fault.Kind {
  /// Old pods are spared: what they need they already have.
  var isForNewPods: Bool {
    switch self {
    case .imagePull, .configError, .mountFailure, .unschedulable: true
    default: false
    }
  }

  /// Whether it changes how a container's runs go.
  var concernsRuns: Bool {
    switch self {
    case .mountFailure, .unschedulable, .stuckTerminating, .usage: false
    default: true
    }
  }

  /// How a run ends under the fault, if it ends by itself.
  var exit: ContainerPlan.Exit? {
    switch self {
    case .crashLoop(_, let code, let seconds): .init(after: seconds, code: code, reason: code == 0 ? "Completed" : "Error")
    case .oomKill(_, let seconds): .init(after: seconds, code: 137, reason: "OOMKilled")
    case .livenessFailure(_, let period): .init(after: period * 3, code: 137, reason: "Error")
    default: nil
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
    case .crashLoop(let logs, _, _), .oomKill(let logs, _), .livenessFailure(let logs, _), .readinessFailure(let logs, _),
      .slowStart(_, let logs):
      logs
    default: []
    }
  }

  func apply(to plan: inout ContainerPlan, image: String, command: String?, hasReadinessProbe: Bool) {
    if concernsRuns, !logs.isEmpty { plan.log = logPlan }
    switch self {
    case .crashLoop:
      plan.exit = exit
      plan.log = logPlan
      if hasReadinessProbe { plan.probe = .passes(after: exit.map { $0.after + 1 } ?? 0) }
    case .oomKill: plan.exit = exit
    case .imagePull(let message): plan.pullError = Self.pullError(message ?? "notfound", image)
    case .livenessFailure(_, let period): plan.probe = .livenessFails(period: period)
    case .readinessFailure(_, let period): plan.probe = .readinessFails(period: period)
    case .slowStart(let seconds, _): plan.probe = .refuses(until: seconds)
    case .configError(let message): plan.configError = message ?? "configmap \"app-config\" not found"
    case .runError(let message): plan.startError = message ?? Self.noSuchProgram(command ?? "/app/server")
    case .mountFailure, .unschedulable, .stuckTerminating, .usage: break
    }
  }

  /// runc's words for a program that is not there.
  private static func noSuchProgram(_ command: String) -> String {
    "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start "
      + "container process: error during container init: exec: \"\(command)\": stat \(command): no such file or directory"
  }

  /// containerd's words: for a tag that does not exist (recordings, 12 errimagepull), for missing rights, for Docker Hub's limit.
  private static func pullError(_ kind: String, _ image: String) -> String {
    let start = "failed to pull and unpack image \"\(image)\": "
    switch kind {
    case "notfound":
      return "rpc error: code = NotFound desc = \(start)failed to resolve reference \"\(image)\": \(image): not found"
    case "auth":
      return
        "rpc error: code = Unknown desc = \(start)failed to resolve reference \"\(image)\": pull access denied, repository does "
        + "not exist or may require authorization: server message: insufficient_scope: authorization failed"
    case "ratelimit":
      return "rpc error: code = Unknown desc = \(start)failed to copy: httpReadSeeker: failed open: unexpected status code "
        + "\(manifestURL(image)): 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit. "
        + "You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit"
    default: return kind
    }
  }

  private static func manifestURL(_ image: String) -> String {
    let name = image.split(separator: ":").first.map(String.init) ?? image
    let tag = image.split(separator: "/").last?.split(separator: ":").dropFirst().first.map(String.init) ?? "latest"
    let repository = name.contains("/") ? name : "library/\(name)"
    return "https://registry-1.docker.io/v2/\(repository)/manifests/\(tag)"
  }
}

extension World {
  /// How a container's next run goes: as its spec lets one expect, changed by faults.
  func plan(for pod: FaultTable.Pod, of runtime: PodRuntime, container: ContainerRuntime, spec: JSONValue) -> ContainerPlan {
    var plan = ContainerPlan()
    let object = store.object(ResourceCatalogue.pods, runtime.key) ?? [:]
    let node = object[path: "spec", "nodeName"]?.string
    plan.imagePresent = node.map { images[$0]?.contains(container.image) ?? false } ?? false
    plan.probe = .passes(after: readinessDelay(spec))
    plan.log = Self.startUp(container, pod, at: now)
    plan.log.heartbeat = 10
    plan.configError = References.problem(of: spec, namespace: pod.namespace, self)
    if container.isInitial {
      plan.exit = spec["restartPolicy"]?.string == "Always" ? nil : .init(after: 0.5, code: 0, reason: "Completed")
    } else if runtime.restartPolicy != "Always" {
      let seconds = FaultAnnotation.seconds("run-seconds", object) ?? timing.jobRun
      plan.exit = .init(after: seconds, code: 0, reason: "Completed")
    }
    guard let kind = faults.fault(for: pod, container: container.name, now: now) ?? annotated(runtime, container, pod) else {
      return plan
    }
    kind.apply(
      to: &plan, image: container.image, command: spec["command"]?[0]?.string, hasReadinessProbe: spec["readinessProbe"] != nil)
    return plan
  }

  private func annotated(_ runtime: PodRuntime, _ container: ContainerRuntime, _ pod: FaultTable.Pod) -> Fault.Kind? {
    guard let fault = runtime.annotated, fault.kind.concernsRuns, container.name == fault.container ?? pod.firstContainer else {
      return nil
    }
    if case .after(let seconds) = fault.heals, now >= runtime.startTime + seconds { return nil }
    return fault.kind
  }

  /// From a start to readiness: at once without a probe.
  private func readinessDelay(_ spec: JSONValue) -> Double {
    guard let probe = spec["readinessProbe"] else { return 0 }
    return Double(probe["initialDelaySeconds"]?.integer ?? 0) + timing.readiness
  }

  private static func startUp(_ container: ContainerRuntime, _ pod: FaultTable.Pod, at now: Timestamp) -> LogPlan {
    var plan = LogPlan()
    let restarts = container.hasRun ? container.restarts : 0
    for (after, text) in [
      (0.01, "INFO  starting \(container.name) (pod \(pod.name), restart \(restarts))"), (0.05, "INFO  listening on :8080"),
    ] {
      plan.lines.append(.init(after: after, text: "\((now + after).rfc3339Milli) \(text)"))
    }
    return plan
  }

  /// What keeps the pod's volumes from being mounted, in the kubelet's words.
  func mountProblem(of pod: JSONValue, _ runtime: PodRuntime) -> String? {
    let view = FaultTable.Pod(pod, workload: runtime.workload)
    let injected =
      faults.entries.isEmpty
      ? nil : faults.podFault(view, now: now) { if case .mountFailure = $0 { true } else { false } }
    if case .mountFailure(let message)? = injected ?? runtime.annotated?.kind {
      let volume = pod[path: "spec", "volumes"]?[0]?["name"]?.string ?? "data"
      let healed: Bool
      if case .after(let seconds)? = runtime.annotated?.heals {
        healed = now >= runtime.startTime + seconds
      } else {
        healed = false
      }
      if !healed || injected != nil {
        return message ?? "MountVolume.SetUp failed for volume \"\(volume)\" : timed out waiting for the condition"
      }
    }
    return References.mountProblem(of: pod, self)
  }
}

extension FaultTable {
  /// The scheduler's words for a pod that no node is to take; empty for the usual ones.
  func unschedulable(_ pod: JSONValue, _ world: World) -> String? {
    if case .unschedulable(let message)? = FaultAnnotation.fault(of: pod)?.kind { return message ?? "" }
    guard !entries.isEmpty else { return nil }
    let view = Pod(pod, workload: world.workload(of: pod))
    guard
      case .unschedulable(let message)? = podFault(
        view, now: world.now, { if case .unschedulable = $0 { true } else { false } })
    else { return nil }
    return message ?? ""
  }
}
