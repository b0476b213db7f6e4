/// What a pod asks the kubelet to do after a step.
enum PodAction: Sendable, Equatable {
  /// Report something; `container` is `nil` for the pod as a whole.
  case event(EventDraft.Kind, reason: String, message: String, container: String?)
  /// Report something that happened so many times up to now, first so many seconds ago.
  case pastEvents(EventDraft.Kind, reason: String, message: String, container: String, count: Int, firstSecondsAgo: Double)
  /// The pod's status is to be written.
  case writeStatus
  /// The pod has ended after its deletion.
  case remove
}

/// What a container needs to know of its pod.
struct PodFacts: Sendable {
  let timing: Timing
  let restartPolicy: String
  /// `name_namespace(uid)`, as the kubelet names a pod in messages.
  let fullName: String
}

/// A pod's life on its node, as a pure state machine: time and plans go in, actions come out.
struct PodRuntime: Sendable {
  enum Phase: Sendable, Equatable {
    case preparing(networkAt: Timestamp)
    case active
    case stopping(endsAt: Timestamp)
    case ended
  }

  let key: ObjectKey
  let uid: String
  /// The Deployment that the pod belongs to, for faults.
  let deployment: String?
  let timing: Timing
  let restartPolicy: String
  private(set) var phase: Phase
  let startTime: Timestamp
  let podIP: String
  let hostIP: String
  var containers: [ContainerRuntime]
  private(set) var networkReadySince: Timestamp?

  init(
    key: ObjectKey, uid: String, deployment: String?, restartPolicy: String, containers: [ContainerRuntime], podIP: String,
    hostIP: String, timing: Timing, now: Timestamp
  ) {
    self.key = key
    self.uid = uid
    self.deployment = deployment
    self.restartPolicy = restartPolicy
    self.containers = containers
    self.podIP = podIP
    self.hostIP = hostIP
    self.timing = timing
    startTime = now
    phase = .preparing(networkAt: now + timing.sandbox)
  }

  /// When the next step is due by itself.
  var nextStep: Timestamp? {
    switch phase {
    case .preparing(let networkAt): networkAt
    case .active: containers.compactMap(\.nextStep).min()
    case .stopping(let endsAt): endsAt
    case .ended: nil
    }
  }

  /// Moves everything that is due. `plan` says what a container's next run will be like.
  mutating func step(now: Timestamp, plan: (ContainerRuntime) -> ContainerPlan) -> [PodAction] {
    var actions: [PodAction] = []
    if case .preparing(let networkAt) = phase, networkAt <= now {
      networkReadySince = networkAt
      phase = .active
      for index in containers.indices { containers[index].begin(at: networkAt) }
      actions.append(.writeStatus)
    }
    if case .active = phase {
      let facts = facts
      for index in containers.indices {
        actions += containers[index].step(now: now, pod: facts, plan: plan)
      }
    }
    if case .stopping(let endsAt) = phase, endsAt <= now {
      phase = .ended
      for index in containers.indices { containers[index].end(at: endsAt) }
      actions += [.writeStatus, .remove]
    }
    return actions
  }

  /// The pod is to go: containers get SIGTERM and end within the grace period.
  mutating func stop(now: Timestamp, grace: Double) -> [PodAction] {
    let alreadyEnding: Timestamp?
    if case .stopping(let endsAt) = phase { alreadyEnding = endsAt } else { alreadyEnding = nil }
    guard phase != .ended else { return [.remove] }
    let running = containers.filter(\.isRunning)
    let endsAt = now + (running.isEmpty ? 0.1 : min(timing.shutdown, grace))
    phase = .stopping(endsAt: min(alreadyEnding ?? endsAt, endsAt))
    guard alreadyEnding == nil else { return [] }
    return running.map { .event(.normal, reason: "Killing", message: "Stopping container \($0.name)", container: $0.name) }
  }

  /// `name_namespace(uid)`, as the kubelet names a pod in messages.
  var fullName: String { "\(key.name)_\(key.namespace)(\(uid))" }

  /// What its containers need to know.
  var facts: PodFacts { PodFacts(timing: timing, restartPolicy: restartPolicy, fullName: fullName) }
}
