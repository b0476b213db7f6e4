import Kubernetes
import Wire

/// Pods and containers as facts.
struct PodFacts: Sendable {
  let text: SafeText
  /// By the pod's name.
  var metrics: [String: PodMetrics] = [:]

  func fact(_ pod: Pod) -> PodFact {
    let scheduled = pod.status.conditions.first(type: "PodScheduled")
    var reasons = [pod.status.reason, pod.status.message].compactMap { $0 }
    if reasons.isEmpty, let scheduled, !scheduled.isTrue { reasons = [scheduled.reason, scheduled.message].compactMap { $0 } }
    return PodFact(
      name: pod.metadata.name, uid: pod.metadata.uid, node: pod.spec.nodeName,
      owner: pod.metadata.controller.map { WorkloadName(kind: $0.kind, name: $0.name) }, phase: pod.status.phase,
      ready: pod.isReady, createdAt: pod.metadata.creationTimestamp.map { Timestamp($0) },
      deletedAt: pod.metadata.deletionTimestamp.map { Timestamp($0) },
      reason: reasons.isEmpty ? nil : text.message(reasons.joined(separator: ": ")),
      containers: containers(pod, pod.spec.initContainers, pod.status.initContainerStatuses, isInit: true)
        + containers(pod, pod.spec.containers, pod.status.containerStatuses, isInit: false),
      conditions: pod.status.conditions.filter { !$0.isTrue }.map(text.condition), qualityOfService: pod.status.qosClass,
      priority: pod.spec.priority, finalizers: pod.metadata.finalizers.prefix(EvidenceLimits.others).map(text.value),
      graceSeconds: pod.metadata.deletionGracePeriodSeconds, labels: text.map(pod.metadata.labels), revisionHash: pod.revisionHash
    )
  }

  private func containers(_ pod: Pod, _ specs: [Container], _ statuses: [ContainerStatus], isInit: Bool) -> [ContainerFact] {
    specs.map { spec in
      let status = statuses.first { $0.name == spec.name }
      let (requests, limits) = (spec.resources.requests, spec.resources.limits)
      return ContainerFact(
        name: spec.name, image: text.value(spec.image), ready: status?.ready ?? false, restarts: status?.restartCount ?? 0,
        state: state(status?.state), lastTermination: termination(status?.lastState.terminated ?? status?.state.terminated),
        memoryLimit: limits["memory"], isInit: isInit, started: status?.started, usage: usage(of: pod, spec.name),
        cpuRequest: requests["cpu"], cpuLimit: limits["cpu"], memoryRequest: requests["memory"])
    }
  }

  private func usage(of pod: Pod, _ container: String) -> ContainerFact.Usage? {
    guard let metrics = metrics[pod.metadata.name], let at = metrics.timestamp,
      let usage = metrics.containers.first(where: { $0.name == container })?.usage,
      let cpu = usage["cpu"].flatMap({ Quantity($0) }), let memory = usage["memory"].flatMap({ Quantity($0) })
    else { return nil }
    return ContainerFact.Usage(cpuMillicores: cpu.thousandths, memoryBytes: memory.whole, at: Timestamp(at))
  }

  private func state(_ state: ContainerState?) -> ContainerFact.State {
    if let running = state?.running {
      return ContainerFact.State(phase: .running, since: running.startedAt.map { Timestamp($0) })
    }
    if let ended = state?.terminated {
      return ContainerFact.State(
        phase: .terminated, reason: text.message(ifAny: ended.reason), message: text.message(ifAny: ended.message))
    }
    return ContainerFact.State(
      phase: .waiting, reason: text.message(ifAny: state?.waiting?.reason), message: text.message(ifAny: state?.waiting?.message))
  }

  private func termination(_ ended: ContainerState.Terminated?) -> ContainerFact.Termination? {
    ended.map {
      ContainerFact.Termination(
        exitCode: $0.exitCode, reason: text.message(ifAny: $0.reason), message: text.message(ifAny: $0.message),
        startedAt: $0.startedAt.map { Timestamp($0) }, finishedAt: $0.finishedAt.map { Timestamp($0) })
    }
  }
}

extension Pod {
  /// How much the pod has to tell: failing pods first, then those that restarted, then the rest.
  var urgency: Int {
    if metadata.deletionTimestamp != nil { return 0 }
    if troubleReason != nil { return 3 }
    if !isReady && status.phase != "Succeeded" { return 2 }
    return status.containerStatuses.contains { $0.restartCount > 0 } ? 1 : 0
  }

  /// Containers whose logs may say what is wrong.
  var failingContainers: [ContainerStatus] {
    let ended = { (status: ContainerStatus) in status.state.terminated.map { $0.exitCode != 0 } ?? false }
    let inits = status.initContainerStatuses.filter { ended($0) || ($0.restartCount > 0 && !$0.ready) }
    let mains = status.containerStatuses.filter { !$0.ready || $0.restartCount > 0 || ended($0) }
    return inits.isEmpty ? mains : inits
  }
}
