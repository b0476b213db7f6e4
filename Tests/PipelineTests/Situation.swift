import Testing
import Wire

@testable import Pipeline

/// A crash loop in the making: evidence that tests change in one place each.
struct Situation {
  static let now = Timestamp(rfc3339: "2026-11-22T10:00:00Z")!

  var namespace = "shop"
  var desired = 3
  var ready = 0
  var strategy = "RollingUpdate"
  var auto: String?
  var paused = false
  var generation: Int64 = 7
  var observedGeneration: Int64 = 7
  var updated = 3
  var lastEdit: WorkloadFact.Edit?
  var freezeUntil: Timestamp?
  var exitCode = 1
  var terminationReason = "Error"
  var logLines = ["starting", "dial tcp 10.96.0.12:8080: connect: connection refused (inventory:8080)"]
  var dependencyReady: Int? = 1
  var revisions: [RevisionFact] = []
  var gatheredAt = Situation.now
  var gitOps: String?
  var progressing = "True NewReplicaSetAvailable"
  /// How long ago the dependency became ready.
  var dependencyReadyFor = Duration.seconds(120)

  static let workload = WorkloadName(kind: "Deployment", name: "checkout")

  var target: Target {
    Target(apiVersion: "apps/v1", kind: "Deployment", namespace: namespace, name: "checkout", uid: "uid-checkout")
  }

  var evidence: Evidence {
    var facts = [Fact(id: "workload-1", source: "GET deployments/checkout", body: .workload(workload))]
    facts += (1...max(1, desired)).map { Fact(id: "pod-\($0)", source: "GET pods", body: .pod(pod($0))) }
    facts.append(
      Fact(
        id: "log-1", source: "GET log", body: .log(LogFact(pod: "checkout-1", container: "app", previous: true, lines: logLines)))
    )
    if let dependencyReady {
      let service = ServiceFact(
        name: "inventory", ports: [8080], readyPods: dependencyReady, notReadyPods: dependencyReady == 0 ? 1 : 0,
        readySince: dependencyReady > 0 ? Self.now - dependencyReadyFor : nil)
      facts.append(Fact(id: "service-1", source: "GET services/inventory", body: .service(service)))
    }
    facts += revisions.enumerated().map { Fact(id: "revision-\($0 + 1)", source: "GET replicasets", body: .revision($1)) }
    return Evidence(namespace: namespace, gatheredAt: gatheredAt, facts: facts, omissions: [])
  }

  private var workload: WorkloadFact {
    WorkloadFact(
      target: target, createdAt: Self.now - .seconds(864_000), desired: desired, ready: ready, available: ready, updated: updated,
      generation: generation, observedGeneration: observedGeneration, paused: paused, strategy: strategy,
      templateDigest: String(repeating: "ab", count: 32), revision: 4, progressing: progressing, gitOps: gitOps,
      auto: auto, lastEdit: lastEdit, freezeUntil: freezeUntil)
  }

  private func pod(_ number: Int) -> PodFact {
    let last = ContainerFact.Termination(
      exitCode: exitCode, reason: terminationReason, message: nil, startedAt: Self.now - .seconds(62),
      finishedAt: Self.now - .seconds(60))
    return PodFact(
      name: "checkout-\(number)", uid: "uid-pod-\(number)", node: "node-1",
      owner: WorkloadName(kind: "ReplicaSet", name: "checkout-rs4"),
      phase: "Running", ready: false, createdAt: Self.now - .seconds(86_400), deletedAt: nil, reason: nil,
      containers: [
        ContainerFact(
          name: "app", image: "shop/checkout:1", ready: false, restarts: 5,
          state: .init(phase: .waiting, reason: "CrashLoopBackOff"), lastTermination: last, memoryLimit: "256Mi", isInit: false)
      ])
  }

  static func revision(_ number: Int, age: Duration, current: Bool, changes: [RevisionFact.Change] = [], available: Int = 0)
    -> RevisionFact
  {
    RevisionFact(
      revision: number, name: "checkout-rs\(number)", createdAt: now - age, desired: current ? 3 : 0, ready: 0,
      available: available,
      current: current, images: ["app": "shop/checkout:\(number)"], changes: changes)
  }
}

/// Drives one incident through the pipeline, as a store would.
struct Walk {
  var pipeline = Pipeline()
  var history = WorkloadHistory()
  var now = Situation.now
  private(set) var incident: Incident
  private(set) var intents: [Intent] = []
  private(set) var story: [String] = []

  init(mode: Incident.Mode = .normal, namespace: String = "shop", settings: PolicySettings = .init()) {
    pipeline = Pipeline(settings: settings)
    let alert = Alert(
      status: .firing,
      labels: ["alertname": "PodCrashLoopBackOff", "namespace": "shop", "pod": "checkout-1", "severity": "critical"],
      annotations: ["description": "Pod checkout-1 restarts"], startsAt: Situation.now, fingerprint: "f1")
    let subject = Subject(namespace: namespace, workload: nil, pods: ["checkout-1"])
    incident = Incident(id: 7, nonce: "abcd", opening: Opening(alert: alert, subject: subject, mode: mode), at: Situation.now)
  }

  /// - Returns: false when the event no longer concerned the incident.
  @discardableResult
  mutating func take(_ event: IncidentEvent) throws -> Bool {
    let known = history
    guard let step = try pipeline.step(incident, event, history: { _, _, _ in known }, at: now) else { return false }
    incident = step.incident
    intents = step.intents
    story += step.timeline.map(\.summary)
    return true
  }

  /// Answers what the incident waits for.
  mutating func answer(_ outcome: CommandResult.Outcome) throws {
    try take(.answered(command: incident.openCommand ?? "", outcome))
  }

  var command: CommandDraft? {
    intents.lazy.compactMap { if case .dispatch(let draft) = $0 { draft } else { nil } }.first
  }

  var notification: Notification? {
    intents.lazy.compactMap { if case .notify(let notification) = $0 { notification } else { nil } }.first
  }

  mutating func gather(_ situation: Situation = Situation()) throws {
    try take(.opened)
    try take(.answered(command: incident.openCommand ?? "", .evidence(situation.evidence)))
  }

  mutating func decide(_ counsel: Deliberation.Counsel = .notConfigured) throws {
    let evidence = try #require(incident.evidence)
    let diagnosis = pipeline.offer(for: evidence, history: history, actions: nil, at: now)
    try take(.decided(Deliberation(diagnosis: diagnosis, precedents: [], counsel: counsel)))
  }
}

extension Observation {
  static func ended(_ ending: Ending, ready: Int = 3, restarts: Int = 0) -> Observation {
    Observation(
      ending: ending, healthySince: ending == .stable ? Situation.now : nil, observedFrom: Situation.now,
      observedUntil: Situation.now + .seconds(30), desiredReplicas: 3, readyReplicas: ready, restarts: restarts, troubles: [])
  }
}
