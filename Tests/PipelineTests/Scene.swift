import Wire

@testable import Pipeline

/// Evidence in the making, as an agent would send it: a workload that is well, and what befalls it. Each step returns a changed
/// copy.
struct Scene: Sendable {
  static let now = Situation.now

  var kind = "Deployment"
  var name = "checkout"
  var desired = 3
  var updated: Int?
  var paused = false
  var progressing: String? = "True NewReplicaSetAvailable"
  var lastEdit: WorkloadFact.Edit?
  var gitOps: String?
  var template: TemplateFact?
  var hasWorkload = true
  var pods: [PodFact]
  var revisions: [RevisionFact] = []
  var others: [Fact.Body] = []
  var omissions: [Evidence.Omission] = []
  var alert: Alert?

  init(_ kind: String = "Deployment", replicas: Int = 3) {
    self.kind = kind
    desired = replicas
    pods = (0..<replicas).map { number in
      PodFact(
        name: kind == "StatefulSet" ? "checkout-\(number)" : "checkout-old-\(number)", uid: "uid-\(number)",
        node: "node-\(number)",
        owner: kind == "Deployment"
          ? WorkloadName(kind: "ReplicaSet", name: "checkout-old") : WorkloadName(kind: kind, name: "checkout"),
        phase: "Running", ready: true, createdAt: Self.ago(days: 20), deletedAt: nil, reason: nil, containers: [Self.container()])
    }
    if kind == "Deployment" {
      revisions = [Self.revision(4, "checkout-old", age: .seconds(20 * 86_400), current: true, available: replicas)]
    }
  }

  static func ago(days: Int = 0, minutes: Int = 0, seconds: Int = 0) -> Timestamp {
    now - .seconds(days * 86_400 + minutes * 60 + seconds)
  }

  static func container(
    ready: Bool = true, restarts: Int = 0, state: ContainerFact.State = .init(phase: .running, since: Scene.ago(days: 20)),
    last: ContainerFact.Termination? = nil, usage: ContainerFact.Usage? = nil, memoryLimit: String = "512Mi", isInit: Bool = false
  ) -> ContainerFact {
    ContainerFact(
      name: isInit ? "init" : "app", image: "registry.example.com/shop/checkout:1", ready: ready, restarts: restarts,
      state: state,
      lastTermination: last, memoryLimit: memoryLimit, isInit: isInit, usage: usage, cpuRequest: "500m", cpuLimit: "1",
      memoryRequest: "256Mi")
  }

  static func revision(
    _ number: Int, _ name: String, age: Duration, current: Bool = false, available: Int = 0, changes: [RevisionFact.Change] = [],
    soundness: RevisionFact.Soundness? = nil
  ) -> RevisionFact {
    RevisionFact(
      revision: number, name: name, createdAt: now - age, desired: available, ready: available, available: available,
      current: current,
      images: [:], changes: changes, soundness: soundness)
  }

  var evidence: Evidence {
    var bodies: [Fact.Body] = hasWorkload ? [.workload(workload)] : []
    bodies += revisions.map { .revision($0) } + pods.map { .pod($0) } + others
    return Evidence(
      namespace: "shop", gatheredAt: Self.now,
      facts: bodies.enumerated().map { Fact(id: "fact-\($0 + 1)", source: "GET", body: $1) }, omissions: omissions)
  }

  var workload: WorkloadFact {
    let ready = pods.filter { $0.ready && $0.deletedAt == nil }.count
    return WorkloadFact(
      target: Target(apiVersion: "apps/v1", kind: kind, namespace: "shop", name: name, uid: "uid-checkout"),
      createdAt: Self.ago(days: 90),
      desired: desired, ready: ready, available: ready, updated: updated ?? desired, generation: 7, observedGeneration: 7,
      paused: paused,
      strategy: "RollingUpdate", templateDigest: String(repeating: "ab", count: 32), revision: revisions.first?.revision,
      progressing: progressing, gitOps: gitOps, auto: nil, lastEdit: lastEdit, freezeUntil: nil, template: template)
  }

  var diagnosis: Diagnosis { .of(evidence, alert: alert, at: Self.now) }
  var best: Candidate { diagnosis.best }
}

extension Scene {
  func with(_ change: (inout Scene) -> Void) -> Scene {
    var copy = self
    change(&copy)
    return copy
  }

  func adding(_ bodies: Fact.Body...) -> Scene { with { $0.others += bodies } }

  /// A new revision whose one pod takes the place of what a rolling update has made so far; the old pods go on.
  func rolledOut(_ age: Duration, pod: PodFact? = nil, _ changes: RevisionFact.Change...) -> Scene {
    with { scene in
      scene.revisions = scene.revisions.map {
        Self.revision(
          $0.revision, $0.name, age: $0.createdAt.duration(to: Self.now), available: $0.available, changes: $0.changes)
      }
      scene.revisions.insert(
        Self.revision((scene.revisions.first?.revision ?? 0) + 1, "checkout-new", age: age, current: true, changes: changes),
        at: 0)
      scene.updated = 1
      scene.progressing = "False ProgressDeadlineExceeded"
      scene.pods.append(pod ?? Self.newPod(age, container: Self.crashed()))
    }
  }

  static func newPod(
    _ age: Duration = .seconds(300), phase: String = "Running", node: String? = "node-9", container: ContainerFact,
    conditions: [ConditionFact] = []
  ) -> PodFact {
    PodFact(
      name: "checkout-new-1", uid: "uid-new", node: node, owner: WorkloadName(kind: "ReplicaSet", name: "checkout-new"),
      phase: phase,
      ready: false, createdAt: now - age, deletedAt: nil, reason: nil, containers: [container], conditions: conditions)
  }

  static func crashed(
    exit: Int = 1, reason: String = "Error", lived: Int = 2, endedAgo: Int = 30, restarts: Int = 7, message: String? = nil,
    memoryLimit: String = "512Mi"
  ) -> ContainerFact {
    container(
      ready: false, restarts: restarts, state: .init(phase: .waiting, reason: "CrashLoopBackOff"),
      last: .init(
        exitCode: exit, reason: reason, message: message, startedAt: ago(seconds: endedAgo + lived),
        finishedAt: ago(seconds: endedAgo)),
      memoryLimit: memoryLimit)
  }

  static func waiting(_ reason: String, _ message: String? = nil) -> ContainerFact {
    container(ready: false, state: .init(phase: .waiting, reason: reason, message: message))
  }

  func failing(_ container: ContainerFact = Scene.crashed(), phase: String = "Running") -> Scene {
    failing(pods.count, container, phase: phase)
  }

  /// The first pods' containers become this one.
  func failing(_ count: Int, _ container: ContainerFact = Scene.crashed(), phase: String = "Running") -> Scene {
    with { scene in
      for index in scene.pods.indices.prefix(count) {
        scene.pods[index] = scene.pods[index].with(container, phase: phase)
      }
      if let current = scene.revisions.first(where: \.current) {
        let ready = scene.pods.filter(\.ready).count
        scene.revisions = scene.revisions.map {
          $0.current
            ? Self.revision(
              $0.revision, $0.name, age: current.createdAt.duration(to: Self.now), current: true, available: ready,
              changes: $0.changes) : $0
        }
      }
    }
  }

  func saying(_ lines: String..., pod: String? = nil) -> Scene {
    let ill = pods.first { !$0.ready } ?? pods.last
    return adding(.log(LogFact(pod: pod ?? ill?.name ?? "", container: "app", previous: false, lines: ["starting"] + lines)))
  }

  func event(
    _ reason: String, _ message: String, on object: String? = nil, ago seconds: Int = 60, count: Int = 3, type: String = "Warning"
  ) -> Scene {
    let ill = pods.first { !$0.ready } ?? pods.last
    return adding(
      .event(
        EventFact(
          object: object ?? "Pod/\(ill?.name ?? "")", type: type, reason: reason, message: message, count: count,
          firstSeen: Self.ago(seconds: seconds + 600), lastSeen: Self.ago(seconds: seconds))))
  }

  func service(_ name: String, ready: Int, readyFor: Duration? = nil, notReady: Int = 0, port: Int = 6379) -> Scene {
    adding(
      .service(
        ServiceFact(
          name: name, ports: [port], readyPods: ready, notReadyPods: notReady, readySince: readyFor.map { Self.now - $0 })))
  }

  /// CPU in thousandths of the limit of one core.
  func using(_ millicores: Int...) -> Scene {
    with { scene in
      for (index, millis) in millicores.enumerated() where scene.pods.indices.contains(index) {
        let old = scene.pods[index].containers[0]
        let usage = ContainerFact.Usage(cpuMillicores: millis, memoryBytes: 200_000_000, at: Self.now)
        scene.pods[index] = scene.pods[index].with(
          Self.container(ready: old.ready, restarts: old.restarts, state: old.state, last: old.lastTermination, usage: usage))
      }
    }
  }

  func hpa(
    current: Int, maximum: Int, desired: Int? = nil, metric: String? = "95%", scaledAgo: Int = 3600,
    conditions: [ConditionFact] = [], owner: String? = nil
  ) -> Scene {
    adding(
      .autoscaler(
        AutoscalerFact(
          target: Target(
            apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler", namespace: "shop", name: "checkout", uid: "uid-hpa"),
          scales: WorkloadName(kind: "Deployment", name: "checkout"), minimum: 2, maximum: maximum, current: current,
          desired: desired ?? current,
          metrics: [.init(name: "cpu", current: metric, goal: "60%")], conditions: conditions,
          lastScaleAt: Self.ago(seconds: scaledAgo),
          managedBy: owner)))
  }

  func alerting(_ name: String = "SomethingIsOff", labels: [String: String] = [:], _ description: String = "") -> Scene {
    with {
      $0.alert = Alert(
        status: .firing, labels: ["alertname": name, "namespace": "shop"].merging(labels) { $1 },
        annotations: ["description": description],
        startsAt: Self.ago(minutes: 2), fingerprint: "f")
    }
  }
}

extension PodFact {
  func with(_ container: ContainerFact, phase: String? = nil, ready: Bool? = nil) -> PodFact {
    PodFact(
      name: name, uid: uid, node: node, owner: owner, phase: phase ?? self.phase, ready: ready ?? container.ready,
      createdAt: createdAt,
      deletedAt: deletedAt, reason: reason, containers: containers.filter(\.isInit) + [container], conditions: conditions,
      finalizers: finalizers, labels: labels)
  }
}

extension RevisionFact.Change {
  static let image = Self(path: "containers[app].image", before: "shop/checkout:1", after: "shop/checkout:2")
  static let lostVariable = Self(path: "containers[app].env[DB_URL]", before: "postgres://db", after: nil)
}
