/// The `status` of a pod as its kubelet writes it (recordings, 02, 03, 12).
extension PodRuntime {
  func status(of pod: JSONValue, now: Timestamp) -> JSONValue {
    let before = pod["status"] ?? [:]
    var status: JSONValue = [
      "observedGeneration": .integer(Int64(pod.generation)), "phase": .string(phaseName),
      "conditions": .array(conditions(of: pod, now: now)), "hostIP": .string(hostIP), "hostIPs": [["ip": .string(hostIP)]],
    ]
    if networkReadySince != nil {
      status["podIP"] = .string(podIP)
      status["podIPs"] = [["ip": .string(podIP)]]
    }
    status["startTime"] = .string(startTime.rfc3339)
    if !initial.isEmpty { status["initContainerStatuses"] = .array(initial.map { containerStatus($0) }) }
    status["containerStatuses"] = .array(containers.map { containerStatus($0) })
    status["qosClass"] = before["qosClass"]
    return status
  }

  private var phaseName: String {
    let terminations = containers.compactMap { container in
      if case .ended(let termination) = container.state { termination } else { nil }
    }
    if terminations.count == containers.count, !containers.isEmpty {
      return terminations.allSatisfy { $0.exitCode == 0 } ? "Succeeded" : "Failed"
    }
    let isOutOfInit = initial.contains { container in
      if case .ended(let termination) = container.state { termination.exitCode != 0 } else { false }
    }
    if isOutOfInit { return "Failed" }
    return containers.contains { $0.hasRun } ? "Running" : "Pending"
  }

  private var hasEnded: Bool { phaseName == "Succeeded" || phaseName == "Failed" }

  private func conditions(of pod: JSONValue, now: Timestamp) -> [JSONValue] {
    let generation = JSONValue.integer(Int64(pod.generation))
    let unready = containers.filter { !$0.isReady }.map(\.name)
    let isReady = unready.isEmpty && !hasEnded
    func condition(_ type: String, _ isTrue: Bool, since: Timestamp, reason: String? = nil, message: String? = nil) -> JSONValue {
      let status = isTrue ? "True" : "False"
      let before = pod.condition(type)
      let kept = before?["status"]?.string == status ? before?["lastTransitionTime"] : nil
      var value: JSONValue = [
        "type": .string(type), "observedGeneration": generation, "status": .string(status), "lastProbeTime": .null,
        "lastTransitionTime": kept ?? .string(since.rfc3339),
      ]
      value["reason"] = reason.map(JSONValue.string)
      value["message"] = message.map(JSONValue.string)
      return value
    }
    let hasNetwork = networkReadySince != nil && !hasEnded
    let reason = isReady ? nil : hasEnded ? (phaseName == "Succeeded" ? "PodCompleted" : "PodFailed") : "ContainersNotReady"
    let message = reason == "ContainersNotReady" ? "containers with unready status: [\(unready.joined(separator: " "))]" : nil
    let waitingFor = initial.filter { $0.initializedAt == nil }.map(\.name)
    let readySince = containers.compactMap(\.readySince).max() ?? now
    let disruption = pod.condition("DisruptionTarget").map { [$0] } ?? []
    return [
      condition("PodReadyToStartContainers", hasNetwork, since: hasNetwork ? networkReadySince ?? now : now),
      condition(
        "Initialized", waitingFor.isEmpty, since: initializedSince ?? startTime,
        reason: waitingFor.isEmpty ? nil : "ContainersNotInitialized",
        message: waitingFor.isEmpty ? nil : "containers with incomplete status: [\(waitingFor.joined(separator: " "))]"),
      condition("Ready", isReady, since: isReady ? readySince : now, reason: reason, message: message),
      condition("ContainersReady", isReady, since: isReady ? readySince : now, reason: reason, message: message),
      pod.condition("PodScheduled")
        ?? [
          "type": "PodScheduled", "status": "True", "lastProbeTime": .null, "lastTransitionTime": .string(startTime.rfc3339),
        ],
    ] + disruption
  }

  private func containerStatus(_ container: ContainerRuntime) -> JSONValue {
    var status: JSONValue = ["name": .string(container.name), "state": state(of: container)]
    status["lastState"] = container.last.map { ["terminated": Self.terminated($0)] } ?? [:]
    status["ready"] = .bool(container.isReady || container.isInitial && container.initializedAt != nil)
    status["restartCount"] = .integer(Int64(container.restarts))
    status["image"] = .string(container.image)
    status["imageID"] = .string(container.hasRun ? Self.imageID(container.image) : "")
    if let containerID = containerID(of: container) { status["containerID"] = .string(containerID) }
    status["started"] = .bool(container.isRunning)
    return status
  }

  private func containerID(of container: ContainerRuntime) -> String? {
    switch container.state {
    case .running(let run): run.containerID
    case .exited(let termination, _), .backingOff(let termination, _, _), .ended(let termination): termination.containerID
    case .waiting, .pulling, .pullFailed, .pullBackOff, .configError: nil
    }
  }

  private func state(of container: ContainerRuntime) -> JSONValue {
    switch container.state {
    case .waiting, .pulling:
      let isInitializing = !initial.isEmpty && (container.isInitial ? container.state == .waiting : initializedSince == nil)
      return ["waiting": ["reason": isInitializing ? "PodInitializing" : "ContainerCreating"]]
    case .configError(let message, _):
      return ["waiting": ["reason": "CreateContainerConfigError", "message": .string(message)]]
    case .pullFailed(let message, _): return ["waiting": ["reason": "ErrImagePull", "message": .string(message)]]
    case .pullBackOff(let message, _, _):
      let text = "Back-off pulling image \"\(container.image)\": ErrImagePull: \(message)"
      return ["waiting": ["reason": "ImagePullBackOff", "message": .string(text)]]
    case .running(let run): return ["running": ["startedAt": .string(run.startedAt.rfc3339)]]
    case .exited(let termination, _) where termination.message != nil:
      return ["waiting": ["reason": "RunContainerError", "message": .string(termination.message ?? "")]]
    case .exited(let termination, _), .ended(let termination): return ["terminated": Self.terminated(termination)]
    case .backingOff:
      let wait = GoDuration.text(seconds: Int(container.backOff))
      let text = "back-off \(wait) restarting failed container=\(container.name) pod=\(fullName)"
      return ["waiting": ["reason": "CrashLoopBackOff", "message": .string(text)]]
    }
  }

  private static func terminated(_ termination: Termination) -> JSONValue {
    var value: JSONValue = [
      "exitCode": .integer(Int64(termination.exitCode)), "reason": .string(termination.reason),
    ]
    value["message"] = termination.message.map(JSONValue.string)
    value["startedAt"] = .string(termination.startedAt.rfc3339)
    value["finishedAt"] = .string(termination.finishedAt.rfc3339)
    value["containerID"] = .string(termination.containerID)
    return value
  }

  /// A made-up digest, the same for the same image everywhere.
  private static func imageID(_ image: String) -> String {
    let repository = image.split(separator: "/").last?.split(separator: ":").first ?? "image"
    var generator = SeededGenerator(seed: UInt64(PodTemplateHash.number(image)))
    var digits = ""
    while digits.count < 64 {
      let part = String(generator.next(), radix: 16)
      digits += String(repeating: "0", count: 16 - part.count) + part
    }
    return "docker.io/library/\(repository)@sha256:\(digits)"
  }
}
