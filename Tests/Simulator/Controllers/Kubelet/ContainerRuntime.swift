/// One container of a pod.
struct ContainerRuntime: Sendable {
  enum State: Sendable, Equatable {
    case waiting
    case pulling(until: Timestamp)
    case pullFailed(message: String, retriesAt: Timestamp)
    case pullBackOff(message: String, until: Timestamp, delay: Double)
    case configError(message: String, retriesAt: Timestamp)
    case running(Run)
    case exited(Termination, noticedAt: Timestamp)
    case backingOff(Termination, until: Timestamp, remindsAt: Timestamp)
    case ended(Termination)
  }

  struct Run: Sendable, Equatable {
    let startedAt: Timestamp
    let plan: ContainerPlan
    let containerID: String
    var readySince: Timestamp?
    var probeFailures = 0
    var nextProbe: Timestamp?
  }

  let name: String
  let image: String
  /// An init container: it restarts after failures only, unless the pod never does.
  let isInitial: Bool
  private(set) var state = State.waiting
  private(set) var last: Termination?
  private(set) var restarts = 0
  /// The wait before the next restart; nothing before the first (kubelet's backOff.Next).
  private(set) var backOff = 0.0
  /// The latest runs, for logs: at most the present and the one before.
  private(set) var runs: [LoggedRun] = []
  private var imageWasPulled = false
  /// The latest wait between two pulls.
  private var pullDelay = 0.0
  private let identity: String

  init(name: String, image: String, isInitial: Bool = false, identity: String) {
    self.name = name
    self.isInitial = isInitial
    self.image = image
    self.identity = identity
  }

  var isRunning: Bool { if case .running = state { true } else { false } }

  var isReady: Bool { if case .running(let run) = state { run.readySince != nil } else { false } }

  /// Since when the container is ready.
  var readySince: Timestamp? { if case .running(let run) = state { run.readySince } else { nil } }

  /// Since when the present run lives.
  var runningSince: Timestamp? { if case .running(let run) = state { run.startedAt } else { nil } }

  /// Whether it has run at least once.
  var hasRun: Bool { !runs.isEmpty }

  /// When an init container has let the next one go: it succeeded, or runs on beside the others.
  var initializedAt: Timestamp? {
    switch state {
    case .ended(let termination) where termination.exitCode == 0: termination.finishedAt
    case .running(let run) where run.plan.exit == nil && run.readySince != nil: run.readySince
    default: nil
    }
  }

  var nextStep: Timestamp? {
    switch state {
    case .waiting, .ended: nil
    case .pulling(let until): until
    case .pullFailed(_, let retriesAt): retriesAt
    case .pullBackOff(_, let until, _): until
    case .configError(_, let retriesAt): retriesAt
    case .running(let run):
      [run.plan.exit.map { run.startedAt + $0.after }, run.nextProbe, run.readySince == nil ? readyAt(run) : nil]
        .compactMap { $0 }.min()
    case .exited(_, let noticedAt): noticedAt
    case .backingOff(_, let until, let remindsAt): min(until, remindsAt)
    }
  }

  private func readyAt(_ run: Run) -> Timestamp? {
    switch run.plan.probe {
    case .passes(let after), .refuses(let after): run.startedAt + after
    case .readinessFails, .livenessFails: nil
    }
  }

  /// The pod has a network: the image comes next.
  mutating func begin(at moment: Timestamp) {
    if case .waiting = state { state = .pulling(until: moment) }
  }

  mutating func step(now: Timestamp, pod: PodFacts, plan: (ContainerRuntime) -> ContainerPlan) -> [PodAction] {
    var actions: [PodAction] = []
    while let due = nextStep, due <= now {
      actions += stepOnce(at: due, pod: pod, plan: plan)
    }
    return actions
  }

  private mutating func stepOnce(
    at moment: Timestamp, pod: PodFacts, plan: (ContainerRuntime) -> ContainerPlan
  ) -> [PodAction] {
    switch state {
    case .waiting, .ended: return []
    case .pulling: return prepareImage(at: moment, pod: pod, plan(self))
    case .pullFailed(let message, _):
      state = .pullBackOff(message: message, until: moment + pod.timing.firstBackOff, delay: pod.timing.firstBackOff)
      return pullBackOffEvents + [.writeStatus]
    case .pullBackOff(_, _, let delay): return retryPull(at: moment, delay: delay, pod: pod, plan(self))
    case .configError: return prepareImage(at: moment, pod: pod, plan(self))
    case .running(let run): return stepRun(run, at: moment, pod: pod)
    case .exited(let termination, _): return decide(after: termination, at: moment, pod: pod, plan)
    case .backingOff(let termination, let until, let remindsAt):
      if remindsAt < until {
        state = .backingOff(termination, until: until, remindsAt: remindsAt + pod.timing.backOffReminder)
        return [backOffEvent(pod)]
      }
      return restart(at: moment, pod: pod, plan(self))
    }
  }

  private mutating func prepareImage(at moment: Timestamp, pod: PodFacts, _ plan: ContainerPlan) -> [PodAction] {
    if let error = plan.configError { return failConfig(error, at: moment, pod: pod) }
    if let error = plan.pullError { return failPull(error, at: moment, backOff: nil, pod: pod) }
    if imageWasPulled { return [pulled(pod)] + start(at: moment, plan, pod) }
    if plan.imagePresent { return [present] + start(at: moment, plan, pod) }
    imageWasPulled = true
    let seconds = pod.timing.imagePull
    state = .pulling(until: moment + seconds)
    return [.event(.normal, reason: "Pulling", message: "Pulling image \"\(image)\"", container: name)]
  }

  private var present: PodAction {
    .event(
      .normal, reason: "Pulled",
      message: "Container image \"\(image)\" already present on machine and can be accessed by the pod", container: name)
  }

  private mutating func failPull(_ error: String, at moment: Timestamp, backOff: Double?, pod: PodFacts) -> [PodAction] {
    state = .pullFailed(message: error, retriesAt: moment + pod.timing.exitNotice)
    if let backOff { pullDelay = backOff }
    return [
      .event(.normal, reason: "Pulling", message: "Pulling image \"\(image)\"", container: name),
      .event(.warning, reason: "Failed", message: "Failed to pull image \"\(image)\": \(error)", container: name),
      .event(.warning, reason: "Failed", message: "Error: ErrImagePull", container: name), .writeStatus,
    ]
  }

  private var pullBackOffEvents: [PodAction] {
    [
      .event(.normal, reason: "BackOff", message: "Back-off pulling image \"\(image)\"", container: name),
      .event(.warning, reason: "Failed", message: "Error: ImagePullBackOff", container: name),
    ]
  }

  private mutating func retryPull(at moment: Timestamp, delay: Double, pod: PodFacts, _ plan: ContainerPlan) -> [PodAction] {
    guard let error = plan.pullError else {
      imageWasPulled = true
      return [.event(.normal, reason: "Pulling", message: "Pulling image \"\(image)\"", container: name), pulled(pod)]
        + start(at: moment, plan, pod)
    }
    let longer = min(max(delay, pullDelay) * 2, pod.timing.longestBackOff)
    pullDelay = longer
    let events = failPull(error, at: moment, backOff: longer, pod: pod)
    state = .pullBackOff(message: error, until: moment + longer, delay: longer)
    return events.dropLast() + pullBackOffEvents + [.writeStatus]
  }

  private func pulled(_ pod: PodFacts) -> PodAction {
    let milliseconds = Int(pod.timing.imagePull * 1000)
    let duration = milliseconds < 1000 ? "\(milliseconds)ms" : "\(Double(milliseconds) / 1000)s"
    return .event(
      .normal, reason: "Pulled",
      message:
        "Successfully pulled image \"\(image)\" in \(duration) (\(duration) including waiting). Image size: 72431616 bytes.",
      container: name)
  }

  private mutating func failConfig(_ error: String, at moment: Timestamp, pod: PodFacts) -> [PodAction] {
    let before = state
    state = .configError(message: error, retriesAt: moment + pod.timing.configRetry)
    let failed = PodAction.event(.warning, reason: "Failed", message: "Error: \(error)", container: name)
    if case .configError(error, _) = before { return [failed] }
    return [failed, .writeStatus]
  }

  private mutating func start(at moment: Timestamp, _ plan: ContainerPlan, _ pod: PodFacts) -> [PodAction] {
    let containerID = Self.containerID(identity, restarts)
    if let error = plan.startError { return failStart(error, containerID, at: moment, pod) }
    var run = Run(startedAt: moment, plan: plan, containerID: containerID)
    switch plan.probe {
    case .passes(let after): if after <= 0 { run.readySince = moment }
    case .readinessFails(let period), .livenessFails(let period): run.nextProbe = moment + period
    case .refuses: run.nextProbe = moment + 10
    }
    if case .livenessFails = plan.probe { run.readySince = moment }
    state = .running(run)
    runs = runs.suffix(1) + [LoggedRun(startedAt: moment, plan: plan.log)]
    return [created, started, .writeStatus]
  }

  private mutating func failStart(
    _ error: String, _ containerID: String, at moment: Timestamp, _ pod: PodFacts
  ) -> [PodAction] {
    let termination = Termination(
      exitCode: 128, reason: "StartError", startedAt: Timestamp(nanoseconds: 0), finishedAt: moment, containerID: containerID,
      message: error)
    var run = LoggedRun(startedAt: moment, plan: LogPlan())
    run.finishedAt = moment
    runs = runs.suffix(1) + [run]
    last = termination
    state = .exited(termination, noticedAt: moment + pod.timing.exitNotice)
    return [
      created, .event(.warning, reason: "Failed", message: "Error: \(error)", container: name), .writeStatus,
    ]
  }

  private var created: PodAction { .event(.normal, reason: "Created", message: "Container created", container: name) }

  private var started: PodAction { .event(.normal, reason: "Started", message: "Container started", container: name) }

  private mutating func restart(at moment: Timestamp, pod: PodFacts, _ plan: ContainerPlan) -> [PodAction] {
    restarts += 1
    backOff = backOff == 0 ? pod.timing.firstBackOff : min(backOff * 2, pod.timing.longestBackOff)
    return [present] + start(at: moment, plan, pod)
  }

  private mutating func stepRun(_ run: Run, at moment: Timestamp, pod: PodFacts) -> [PodAction] {
    var run = run
    if let exit = run.plan.exit, run.startedAt + exit.after <= moment {
      return self.exit(run, code: exit.code, reason: exit.reason, at: moment, pod: pod)
    }
    if run.readySince == nil, let readyAt = readyAt(run), readyAt <= moment {
      run.readySince = moment
      state = .running(run)
      return [.writeStatus]
    }
    return probe(&run, at: moment, pod: pod)
  }

  private mutating func probe(_ run: inout Run, at moment: Timestamp, pod: PodFacts) -> [PodAction] {
    run.probeFailures += 1
    switch run.plan.probe {
    case .passes:
      run.nextProbe = nil
      state = .running(run)
      return []
    case .refuses:
      run.nextProbe = run.readySince == nil ? moment + 10 : nil
      state = .running(run)
      let message = "Readiness probe failed: Get \"http://\(pod.podIP):8080/ready\": dial tcp \(pod.podIP):8080: connect: "
      return run.readySince == nil ? [unhealthy(message + "connection refused")] : []
    case .readinessFails(let period):
      run.nextProbe = moment + period
      state = .running(run)
      return [unhealthy("Readiness probe failed: HTTP probe failed with statuscode: 503")]
    case .livenessFails(let period):
      let failure = unhealthy("Liveness probe failed: HTTP probe failed with statuscode: 500")
      guard run.probeFailures >= 3 else {
        run.nextProbe = moment + period
        state = .running(run)
        return [failure]
      }
      let killing = PodAction.event(
        .normal, reason: "Killing", message: "Container \(name) failed liveness probe, will be restarted", container: name)
      return [failure, killing] + exit(run, code: 137, reason: "Error", at: moment, pod: pod)
    }
  }

  private func unhealthy(_ message: String) -> PodAction {
    .event(.warning, reason: "Unhealthy", message: message, container: name)
  }

  private mutating func exit(_ run: Run, code: Int, reason: String, at moment: Timestamp, pod: PodFacts) -> [PodAction] {
    if moment - run.startedAt > 2 * pod.timing.longestBackOff { backOff = 0 }
    let termination = Termination(
      exitCode: code, reason: reason, startedAt: run.startedAt, finishedAt: moment, containerID: run.containerID)
    if !runs.isEmpty { runs[runs.count - 1].finishedAt = moment }
    state = .exited(termination, noticedAt: moment + pod.timing.exitNotice)
    return [.writeStatus]
  }

  private mutating func decide(
    after termination: Termination, at moment: Timestamp, pod: PodFacts, _ plan: (ContainerRuntime) -> ContainerPlan
  ) -> [PodAction] {
    let policy = isInitial && pod.restartPolicy == "Always" ? "OnFailure" : pod.restartPolicy
    let restartsAgain = policy == "Always" || (policy == "OnFailure" && termination.exitCode != 0)
    guard restartsAgain else {
      state = .ended(termination)
      return [.writeStatus]
    }
    last = termination
    let until = termination.finishedAt + backOff
    guard until > moment else { return restart(at: moment, pod: pod, plan(self)) }
    state = .backingOff(termination, until: until, remindsAt: moment + pod.timing.backOffReminder)
    return [backOffEvent(pod), .writeStatus]
  }

  private func backOffEvent(_ pod: PodFacts) -> PodAction {
    .event(
      .warning, reason: "BackOff", message: "Back-off restarting failed container \(name) in pod \(pod.fullName)",
      container: name)
  }

  /// Docker-like ids, stable for a run.
  private static func containerID(_ identity: String, _ attempt: Int) -> String {
    var generator = SeededGenerator(seed: UInt64(truncatingIfNeeded: PodTemplateHash.number("\(identity)/\(attempt)")))
    var digits = ""
    while digits.count < 64 {
      let part = String(generator.next(), radix: 16)
      digits += String(repeating: "0", count: 16 - part.count) + part
    }
    return "containerd://" + digits
  }
}

extension ContainerRuntime {
  /// The present run dies at once in this way.
  mutating func crash(now: Timestamp, exit: ContainerPlan.Exit, log: [String], pod: PodFacts) -> [PodAction] {
    guard case .running(let run) = state else { return [] }
    if !runs.isEmpty { runs[runs.count - 1].append(log, at: now) }
    return self.exit(run, code: exit.code, reason: exit.reason, at: now, pod: pod)
  }

  /// Puts the container where it would be after some restarts: backing off, with the run before on record.
  mutating func beginInBackOff(
    restarts count: Int, exit: ContainerPlan.Exit, log: LogPlan, now: Timestamp, pod: PodFacts
  ) -> [PodAction] {
    restarts = max(1, count)
    backOff = pod.timing.firstBackOff
    for _ in 1..<max(2, restarts) where restarts > 1 { backOff = min(backOff * 2, pod.timing.longestBackOff) }
    let started = now - pod.timing.exitNotice - exit.after
    let termination = Termination(
      exitCode: exit.code, reason: exit.reason, startedAt: started, finishedAt: started + exit.after,
      containerID: Self.containerID(identity, restarts))
    var run = LoggedRun(startedAt: started, plan: log)
    run.finishedAt = termination.finishedAt
    runs = [run]
    last = termination
    state = .backingOff(termination, until: termination.finishedAt + backOff, remindsAt: now + pod.timing.backOffReminder)
    return pastEvents(exit, pod) + [.writeStatus]
  }

  /// What the kubelet would have reported of the restarts so far.
  private func pastEvents(_ exit: ContainerPlan.Exit, _ pod: PodFacts) -> [PodAction] {
    var waits = 0.0
    var wait = pod.timing.firstBackOff
    for _ in 1..<max(2, restarts) where restarts > 1 {
      waits += wait
      wait = min(wait * 2, pod.timing.longestBackOff)
    }
    let duration = waits + Double(restarts) * (exit.after + pod.timing.exitNotice)
    let reminders = restarts + Int(waits / pod.timing.backOffReminder)
    return [
      (present, restarts, duration), (created, restarts, duration), (started, restarts, duration),
      (backOffEvent(pod), reminders, max(0, duration - exit.after)),
    ].compactMap { event, count, ago in
      guard case .event(let kind, let reason, let message, _) = event else { return nil }
      return .pastEvents(kind, reason: reason, message: message, container: name, count: count, firstSecondsAgo: ago)
    }
  }

  /// The running program stops answering its readiness probe.
  mutating func loseReadiness(now: Timestamp, period: Double) -> [PodAction] {
    fail(.readinessFails(period: period), now, period)
  }

  /// The running program stops answering its liveness probe.
  mutating func failLiveness(now: Timestamp, period: Double) -> [PodAction] { fail(.livenessFails(period: period), now, period) }

  private mutating func fail(_ probe: ContainerPlan.Probe, _ now: Timestamp, _ period: Double) -> [PodAction] {
    guard case .running(let run) = state else { return [] }
    var plan = run.plan
    plan.probe = probe
    var failing = Run(startedAt: run.startedAt, plan: plan, containerID: run.containerID)
    if case .livenessFails = probe { failing.readySince = run.readySince }
    failing.nextProbe = now + period
    state = .running(failing)
    return [.writeStatus]
  }

  /// The pod ends: a running program takes SIGTERM well or is killed, anything else stays as it was.
  mutating func end(at moment: Timestamp, killed: Bool = false) {
    switch state {
    case .running(let run):
      if !runs.isEmpty { runs[runs.count - 1].finishedAt = moment }
      state = .ended(
        Termination(
          exitCode: killed ? 137 : 0, reason: killed ? "Error" : "Completed", startedAt: run.startedAt, finishedAt: moment,
          containerID: run.containerID))
    case .exited(let termination, _), .backingOff(let termination, _, _):
      if last == termination { last = nil }
      state = .ended(termination)
    case .waiting, .pulling, .pullFailed, .pullBackOff, .configError, .ended: break
    }
  }
}
