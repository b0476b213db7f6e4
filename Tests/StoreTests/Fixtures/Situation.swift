import Pipeline
import Wire

/// A Deployment `checkout` in `shop` whose pods crashed while their database was away, and sit in back-off now that it is back:
/// the runbooks restart it alone.
enum Situation {
  static let start = Timestamp(seconds: 1_800_000_000)
  static let checkout = WorkloadName(kind: "Deployment", name: "checkout")
  static let pod = "checkout-6c9f8d7b5-abcde"
  static let pipeline = Pipeline()

  static var asking: Pipeline {
    var settings = PolicySettings()
    settings.autoActionEnabled = false
    return Pipeline(settings: settings)
  }

  static func alert(
    _ fingerprint: String = "f1", name: String = "PodCrashLooping", pod: String = pod, status: Alert.Status = .firing,
    startsAt: Timestamp = start - .seconds(60)
  ) -> Alert {
    Alert(
      status: status,
      labels: ["alertname": name, "severity": "critical", "namespace": "shop", "pod": pod],
      annotations: ["description": "\(pod) crashes again and again"], startsAt: startsAt, fingerprint: fingerprint)
  }

  static func opening(
    _ fingerprint: String = "f1", name: String = "PodCrashLooping", namespace: String = "shop",
    workload: WorkloadName? = checkout, pods: [String] = [pod], mode: Incident.Mode = .normal,
    startsAt: Timestamp = start - .seconds(60)
  ) -> Opening {
    Opening(
      alert: alert(fingerprint, name: name, pod: pods.first ?? "", startsAt: startsAt),
      subject: Subject(namespace: namespace, workload: workload, pods: pods), mode: mode)
  }

  static func firing(_ openings: Opening...) -> AlertDelivery {
    AlertDelivery(firing: openings, resolved: [])
  }

  static func resolved(_ alerts: Alert...) -> AlertDelivery {
    AlertDelivery(firing: [], resolved: alerts)
  }

  static func target(namespace: String = "shop", name: String = checkout.name) -> Target {
    Target(apiVersion: "apps/v1", kind: "Deployment", namespace: namespace, name: name, uid: "uid-of-\(namespace)-\(name)")
  }

  static func evidence(namespace: String = "shop", workload: String = checkout.name, at now: Timestamp) -> Evidence {
    Evidence(
      namespace: namespace, gatheredAt: now,
      facts: [
        Fact(
          id: "workload-1", source: "GET deployments/\(workload)",
          body: .workload(healthyRollout(target(namespace: namespace, name: workload), at: now))),
        Fact(id: "pod-1", source: "GET pods/\(pod)", body: .pod(crashing(at: now))),
        Fact(
          id: "log-1", source: "GET pods/\(pod)/log?previous=true",
          body: .log(
            LogFact(
              pod: pod, container: "app", previous: true,
              lines: ["starting", "FATAL: connect to postgres:5432: connection refused", "goodbye"]))),
        Fact(
          id: "service-1", source: "GET services/postgres",
          body: .service(
            ServiceFact(name: "postgres", ports: [5432], readyPods: 1, notReadyPods: 0, readySince: now - .seconds(30)))),
      ], omissions: [])
  }

  private static func healthyRollout(_ target: Target, at now: Timestamp) -> WorkloadFact {
    WorkloadFact(
      target: target, createdAt: now - .seconds(86_400), desired: 3, ready: 0, available: 0, updated: 3, generation: 4,
      observedGeneration: 4, paused: false, strategy: "RollingUpdate", templateDigest: String(repeating: "a", count: 64),
      revision: 2, progressing: "True NewReplicaSetAvailable", gitOps: nil, auto: nil, lastEdit: nil, freezeUntil: nil)
  }

  private static func crashing(at now: Timestamp) -> PodFact {
    PodFact(
      name: pod, uid: "uid-of-pod", node: "node-1", owner: WorkloadName(kind: "ReplicaSet", name: "checkout-6c9f8d7b5"),
      phase: "Running", ready: false, createdAt: now - .seconds(7200), deletedAt: nil, reason: nil,
      containers: [
        ContainerFact(
          name: "app", image: "checkout:1.4", ready: false, restarts: 7,
          state: .init(phase: .waiting, reason: "CrashLoopBackOff"),
          lastTermination: .init(
            exitCode: 1, reason: "Error", message: nil, startedAt: now - .seconds(70), finishedAt: now - .seconds(60)),
          memoryLimit: "512Mi", isInit: false)
      ])
  }

  static func deliberation(_ evidence: Evidence, at now: Timestamp, by pipeline: Pipeline = pipeline) -> Deliberation {
    Deliberation(
      diagnosis: pipeline.offer(for: evidence, history: WorkloadHistory(), actions: nil, at: now), precedents: [],
      counsel: .notConfigured)
  }

  static func observation(_ ending: Observation.Ending, at now: Timestamp) -> Observation {
    let isStable = ending == .stable
    return Observation(
      ending: ending, healthySince: isStable ? now - .seconds(30) : nil, observedFrom: now - .seconds(60), observedUntil: now,
      desiredReplicas: 3, readyReplicas: isStable ? 3 : 1, restarts: isStable ? 0 : 2,
      troubles: isStable ? [] : ["app crashes"])
  }
}
