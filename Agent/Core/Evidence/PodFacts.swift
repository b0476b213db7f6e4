import Kubernetes
import Redaction
import Wire

/// Pods and containers as facts.
struct PodFacts: Sendable {
  let redactor: Redactor

  func fact(_ pod: Pod) -> PodFact {
    let scheduled = pod.status.conditions.first(type: "PodScheduled")
    var reasons = [pod.status.reason, pod.status.message].compactMap { $0 }
    if reasons.isEmpty, let scheduled, !scheduled.isTrue { reasons = [scheduled.reason, scheduled.message].compactMap { $0 } }
    return PodFact(
      name: pod.metadata.name, uid: pod.metadata.uid, node: pod.spec.nodeName,
      owner: pod.metadata.controller.map { WorkloadName(kind: $0.kind, name: $0.name) }, phase: pod.status.phase,
      ready: pod.isReady, createdAt: pod.metadata.creationTimestamp.map { Timestamp($0) },
      deletedAt: pod.metadata.deletionTimestamp.map { Timestamp($0) },
      reason: reasons.isEmpty ? nil : message(reasons.joined(separator: ": ")),
      containers: containers(pod.spec.initContainers, pod.status.initContainerStatuses, isInit: true)
        + containers(pod.spec.containers, pod.status.containerStatuses, isInit: false))
  }

  private func containers(_ specs: [Container], _ statuses: [ContainerStatus], isInit: Bool) -> [ContainerFact] {
    specs.map { spec in
      let status = statuses.first { $0.name == spec.name }
      return ContainerFact(
        name: spec.name, image: spec.image, ready: status?.ready ?? false, restarts: status?.restartCount ?? 0,
        state: state(status?.state), lastTermination: termination(status?.lastState.terminated ?? status?.state.terminated),
        memoryLimit: spec.resources.limits["memory"], isInit: isInit)
    }
  }

  private func state(_ state: ContainerState?) -> ContainerFact.State {
    if let running = state?.running {
      return ContainerFact.State(phase: .running, since: running.startedAt.map { Timestamp($0) })
    }
    if let ended = state?.terminated {
      return ContainerFact.State(phase: .terminated, reason: ended.reason, message: ended.message.map(message))
    }
    return ContainerFact.State(phase: .waiting, reason: state?.waiting?.reason, message: state?.waiting?.message.map(message))
  }

  private func termination(_ ended: ContainerState.Terminated?) -> ContainerFact.Termination? {
    ended.map {
      ContainerFact.Termination(
        exitCode: $0.exitCode, reason: $0.reason, message: $0.message.map(message), startedAt: $0.startedAt.map { Timestamp($0) },
        finishedAt: $0.finishedAt.map { Timestamp($0) })
    }
  }

  /// A termination message may quote a log.
  private func message(_ text: String) -> String { String(redactor.redact(text).prefix(EvidenceLimits.messageLength)) }
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
