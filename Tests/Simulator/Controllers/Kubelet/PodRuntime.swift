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
  let podIP: String
}

/// How a pod's programs take SIGTERM.
enum StopManner: Sendable, Equatable {
  case obeys(seconds: Double)
  /// Killed when the grace period is over.
  case ignores
  /// Never ends; only a deletion by force helps.
  case stuck
}

/// A pod's life on its node, as a pure state machine: time and plans go in, actions come out.
struct PodRuntime: Sendable {
  enum Phase: Sendable, Equatable {
    case preparing(networkAt: Timestamp)
    /// A volume cannot be mounted.
    case mounting(retriesAt: Timestamp, delay: Double)
    case active
    case stopping(endsAt: Timestamp, killed: Bool)
    case ended
  }

  let key: ObjectKey
  let uid: String
  /// The workload that the pod belongs to, for faults.
  let workload: WorkloadName?
  /// The fault that its annotations bring.
  let annotated: AnnotatedFault?
  let timing: Timing
  let restartPolicy: String
  private(set) var phase: Phase
  let startTime: Timestamp
  let podIP: String
  let hostIP: String
  /// Run one after the other before the others.
  var initial: [ContainerRuntime]
  var containers: [ContainerRuntime]
  private(set) var networkReadySince: Timestamp?
  /// When the last init container was done.
  private(set) var initializedSince: Timestamp?

  init(
    key: ObjectKey, uid: String, workload: WorkloadName?, annotated: AnnotatedFault?, restartPolicy: String,
    initial: [ContainerRuntime], containers: [ContainerRuntime], podIP: String, hostIP: String, timing: Timing, now: Timestamp
  ) {
    self.key = key
    self.uid = uid
    self.workload = workload
    self.annotated = annotated
    self.initial = initial
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
    case .mounting(let retriesAt, _): retriesAt
    case .active: (initial + containers).compactMap(\.nextStep).min()
    case .stopping(let endsAt, _): endsAt
    case .ended: nil
    }
  }

  /// Moves everything that is due. `plan` says what a container's next run will be like, `mountProblem` why a volume cannot be
  /// mounted.
  mutating func step(
    now: Timestamp, mountProblem: () -> String?, plan: (ContainerRuntime) -> ContainerPlan
  ) -> [PodAction] {
    var actions: [PodAction] = []
    switch phase {
    case .preparing(let due) where due <= now: actions += connect(at: due, delay: 0.5, mountProblem())
    case .mounting(let due, let delay) where due <= now: actions += connect(at: due, delay: delay, mountProblem())
    default: break
    }
    if case .active = phase {
      let facts = facts
      actions += initialize(now: now, facts, plan)
      for index in containers.indices {
        actions += containers[index].step(now: now, pod: facts, plan: plan)
      }
    }
    if case .stopping(let endsAt, let killed) = phase, endsAt <= now {
      phase = .ended
      for index in containers.indices { containers[index].end(at: endsAt, killed: killed) }
      for index in initial.indices { initial[index].end(at: endsAt, killed: killed) }
      actions += [.writeStatus, .remove]
    }
    return actions
  }

  private mutating func connect(at moment: Timestamp, delay: Double, _ mountProblem: String?) -> [PodAction] {
    if let mountProblem {
      // Doubles up to two minutes (volume/util/nestedpendingoperations, exponentialbackoff).
      phase = .mounting(retriesAt: moment + delay, delay: min(delay * 2, 122))
      return [.event(.warning, reason: "FailedMount", message: mountProblem, container: nil)]
    }
    networkReadySince = moment
    phase = .active
    if initial.isEmpty {
      for index in containers.indices { containers[index].begin(at: moment) }
    } else {
      initial[0].begin(at: moment)
    }
    return [.writeStatus]
  }

  /// One init container after the other, then the containers.
  private mutating func initialize(
    now: Timestamp, _ facts: PodFacts, _ plan: (ContainerRuntime) -> ContainerPlan
  ) -> [PodAction] {
    guard !initial.isEmpty else { return [] }
    var actions: [PodAction] = []
    var index = 0
    while index < initial.count {
      actions += initial[index].step(now: now, pod: facts, plan: plan)
      guard let doneAt = initial[index].initializedAt else { break }
      index += 1
      if index < initial.count, initial[index].state == .waiting {
        initial[index].begin(at: doneAt)
        actions.append(.writeStatus)
      } else if index == initial.count, initializedSince == nil {
        initializedSince = doneAt
        for position in containers.indices { containers[position].begin(at: doneAt) }
        actions.append(.writeStatus)
      }
    }
    return actions
  }

  /// The pod is to go: containers get SIGTERM and end within the grace period.
  mutating func stop(now: Timestamp, grace: Double, manner: StopManner) -> [PodAction] {
    var alreadyEnding: Timestamp?
    if case .stopping(let endsAt, _) = phase { alreadyEnding = endsAt }
    guard phase != .ended else { return [.remove] }
    let running = (containers + initial).filter(\.isRunning)
    let endsAt: Timestamp
    var killed = false
    switch manner {
    case .obeys(let seconds):
      endsAt = now + (running.isEmpty ? 0.1 : min(seconds, grace))
      killed = !running.isEmpty && seconds > grace
    case .ignores:
      endsAt = now + (running.isEmpty ? 0.1 : grace)
      killed = !running.isEmpty
    case .stuck: endsAt = now + 1e9
    }
    phase = .stopping(endsAt: min(alreadyEnding ?? endsAt, endsAt), killed: killed)
    guard alreadyEnding == nil else { return [] }
    return running.map { .event(.normal, reason: "Killing", message: "Stopping container \($0.name)", container: $0.name) }
  }

  /// `name_namespace(uid)`, as the kubelet names a pod in messages.
  var fullName: String { "\(key.name)_\(key.namespace)(\(uid))" }

  /// What its containers need to know.
  var facts: PodFacts { PodFacts(timing: timing, restartPolicy: restartPolicy, fullName: fullName, podIP: podIP) }
}
