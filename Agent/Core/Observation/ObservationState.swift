import Wire

/// One observation of a workload after an act. Pure: fed with every change, so that an unhealthy moment or a restart in
/// between is never missed. It ends when the workload has been healthy for the stability window, when the deadline passes,
/// or when the target is gone.
struct ObservationState: Sendable {
  let subject: ObservationSubject
  let stability: Duration
  let deadline: Timestamp
  private let observedFrom: Timestamp
  private var healthySince: Timestamp?
  private var restarts = 0
  private var known: [String: Int]?
  private var last: WorkloadHealth?
  private var ended: Observation.Ending?
  private var observedUntil: Timestamp

  init(_ request: ObserveRequest, of subject: ObservationSubject, from now: Timestamp) {
    self.subject = subject
    stability = .seconds(request.stabilitySeconds)
    deadline = request.deadline
    observedFrom = now
    observedUntil = now
  }

  /// - Parameter health: `nil` when the object with the subject's uid does not exist.
  mutating func update(_ health: WorkloadHealth?, at now: Timestamp) {
    guard ended == nil else { return }
    observedUntil = now
    guard let health else {
      last = nil
      healthySince = nil
      ended = .targetGone
      return
    }
    let fresh = newRestarts(in: health)
    restarts += fresh
    last = health
    if !health.isHealthy {
      healthySince = nil
    } else if healthySince == nil || fresh > 0 {
      healthySince = now
    }
    if let since = healthySince, since + stability <= min(now, deadline) {
      ended = .stable
    } else if now >= deadline {
      ended = .deadline
    }
  }

  /// A pod that appears during the observation brings its restarts with it.
  private mutating func newRestarts(in health: WorkloadHealth) -> Int {
    defer { known = health.restarts }
    guard let known else { return 0 }
    return health.restarts.reduce(0) { $0 + max(0, $1.value - (known[$1.key] ?? 0)) }
  }

  /// When to look again even if nothing changes.
  var nextLook: Timestamp { healthySince.map { min($0 + stability, deadline) } ?? deadline }

  /// The finished observation, or `nil` while it goes on.
  var result: Observation? {
    guard let ended else { return nil }
    return Observation(
      ending: ended, healthySince: healthySince, observedFrom: observedFrom, observedUntil: observedUntil,
      desiredReplicas: last?.desired ?? 0, readyReplicas: last?.ready ?? 0, restarts: restarts,
      troubles: last?.troubles ?? ["the \(subject.noun) is gone"])
  }
}
