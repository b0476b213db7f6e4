import Testing
import Wire

@testable import Pipeline

@Suite("What load, nodes, jobs and alerts that are over need")
struct LoadRunbookTests {
  private static let limited = [
    ConditionFact(type: "ScalingActive", status: "True"),
    ConditionFact(type: "ScalingLimited", status: "True", reason: "TooManyReplicas"),
  ]
  private static let roomy = Fact.Body.quota(QuotaFact(name: "q", hard: ["limits.cpu": "16"], used: ["limits.cpu": "4"]))
  private static let tight = Fact.Body.quota(QuotaFact(name: "q", hard: ["limits.cpu": "4"], used: ["limits.cpu": "4"]))

  static let load: [RunbookCase] = [
    .init("all saturated, no autoscaler", Scene().using(990, 980, 970), "scale_deployment", because: "CPU"),
    .init("all saturated, quota used up", Scene().using(990, 980, 970).adding(tight), "escalate", because: "quota"),
    .init("one of three saturated", Scene().using(990, 100, 120), "delete_pod:checkout-old-0", because: "one of"),
    .init(
      "the one that is saturated is the leader",
      Scene().using(990, 100, 120).saying("became leader for shop/checkout", pod: "checkout-old-0"), "escalate", because: "leader"
    ),
    .init(
      "all saturated since a rollout",
      Scene().using(990, 980, 970).with {
        $0.revisions[0] = Scene.revision(5, "checkout-old", age: .seconds(1500), current: true, available: 3, changes: [.image])
        $0.revisions.append(Scene.revision(4, "checkout-before", age: .seconds(500_000)))
      }, "rollback_deployment", because: "revision 5"),
    .init(
      "a storm of retries",
      Scene().using(990, 980, 970).saying("retry 1/5 GET /x", "retry 2/5 GET /x", "retry 3/5", "retry 4/5", "retry 5/5"),
      "escalate", because: "storm"),
    .init(
      "at the autoscaler's maximum", Scene().using(990, 980, 970).hpa(current: 3, maximum: 3, conditions: limited).adding(roomy),
      "raise_hpa_max", because: "maximum"),
    .init(
      "at the maximum, and the quota is used up",
      Scene().using(990, 980, 970).hpa(current: 3, maximum: 3, conditions: limited).adding(tight), "escalate", because: "quota"),
    .init(
      "at the maximum, and pods idle",
      Scene().using(100, 90, 80).hpa(current: 3, maximum: 3, conditions: limited).alerting(labels: [
        "horizontalpodautoscaler": "checkout"
      ]), "escalate", because: "behind"),
    .init(
      "at the maximum of KEDA",
      Scene().using(990, 980, 970).hpa(current: 3, maximum: 3, conditions: limited, owner: "keda:ScaledObject/x"), "escalate",
      because: "keda"),
    .init(
      "the autoscaler acts", Scene().using(990, 980, 970).hpa(current: 3, maximum: 10, desired: 5), "wait", because: "acting"),
    .init(
      "the autoscaler is blind",
      Scene().using(990, 980, 970).hpa(
        current: 3, maximum: 10, metric: nil,
        conditions: [ConditionFact(type: "ScalingActive", status: "False", reason: "FailedGetResourceMetric")]),
      "escalate", because: "blind"),
  ]

  @Test("load", arguments: load) func answerLoad(of example: RunbookCase) { example.check() }

  @Test(
    "more pods are bounded: twice as many for a few, half again for many, never beyond the quota",
    arguments: [(2, 4), (4, 8), (5, 8), (20, 28)])
  func bounds(from: Int, to: Int) {
    let usage = ContainerFact.Usage(cpuMillicores: 990, memoryBytes: 1, at: Scene.now)
    let scene = Scene(replicas: from).failing(Scene.container(usage: usage))
    guard case .act(let proposal) = scene.best.choice else { Issue.record("\(scene.best)"); return }
    #expect(proposal.parameters.replicas == to)
    #expect(proposal.preconditions.replicas == from)
    let quota = QuotaFact(name: "q", hard: ["pods": "\(from + 1)"], used: ["pods": "\(from)"])
    guard case .act(let bounded) = scene.adding(.quota(quota)).best.choice else { Issue.record("\(scene.best)"); return }
    #expect(bounded.parameters.replicas == from + 1)
  }

  private static func node(
    _ change: (NodeFact) -> NodeFact = { $0 }, ready: String = "True", failing: [String] = [], unschedulable: Bool = false,
    by: String? = nil, notes: [String: String] = [:], taints: [String] = [], since: Int = 1500
  ) -> Scene {
    Scene().with {
      $0.hasWorkload = false; $0.pods = []; $0.revisions = []
    }.adding(
      .node(
        NodeFact(
          name: "worker-3", uid: "uid-node", ready: ready, unschedulable: unschedulable, taints: taints,
          conditions: [
            ConditionFact(type: "Ready", status: ready, reason: "NodeStatusUnknown", since: Scene.ago(seconds: since))
          ], failing: failing,
          cordonedBy: by, cordonedAt: by == nil ? nil : Scene.ago(minutes: 28), notes: notes))
    )
    .alerting(labels: ["node": "worker-3"])
  }

  static let nodes: [RunbookCase] = [
    .init(
      "a node that a person closed", node(unschedulable: true, by: "kubectl", notes: ["maintenance.example.com/ticket": "OPS-1"]),
      "none", because: "purpose"),
    .init("a node that nobody closed", node(unschedulable: true), "escalate"),
    .init(
      "a node that the autoscaler removes", node(unschedulable: true, taints: ["ToBeDeletedByClusterAutoscaler=1:NoSchedule"]),
      "none"),
    .init(
      "a dead node with a StatefulSet's pod", node(ready: "Unknown", failing: ["shop/stock-db-1: Terminating"]), "escalate",
      because: "stock-db-1"),
    .init("a dead node without", node(ready: "Unknown", failing: ["shop/web-abc-xyz12: NodeLost"]), "cordon_node"),
    .init("a node away for a minute", node(ready: "Unknown", since: 60), "wait"),
    .init("a node that is back", node(), "none"),
    .init(
      "a pod that its finalizer holds",
      Scene().with {
        $0.pods.append(
          PodFact(
            name: "checkout-old-9", uid: "u9", node: "n", owner: $0.pods[0].owner, phase: "Running", ready: false,
            createdAt: Scene.ago(days: 2), deletedAt: Scene.ago(minutes: 30),
            reason: nil, containers: [], finalizers: ["example.com/drain"]))
      }, "escalate", because: "finalizer"),
    .init(
      "a pod still within its grace",
      Scene().with {
        $0.pods.append(
          PodFact(
            name: "checkout-old-9", uid: "u9", node: "n", owner: $0.pods[0].owner, phase: "Running", ready: false,
            createdAt: Scene.ago(days: 2), deletedAt: Scene.now + .seconds(20),
            reason: nil, containers: []))
      }.alerting(labels: ["pod": "checkout-old-9"]), "none"),
  ]

  @Test("nodes", arguments: nodes) func answerNodes(of example: RunbookCase) { example.check() }

  private static func job(_ name: String, failed: Bool, minutesAgo: Int, cron: String? = "export") -> Fact.Body {
    .job(
      JobFact(
        name: name, uid: name, cronJob: cron, createdAt: Scene.ago(minutes: minutesAgo),
        startedAt: Scene.ago(minutes: minutesAgo),
        completedAt: failed ? nil : Scene.ago(minutes: minutesAgo - 1), succeeded: failed ? 0 : 1, failed: failed ? 1 : 0,
        conditions: [
          ConditionFact(
            type: failed ? "Failed" : "Complete", status: "True", reason: failed ? "BackoffLimitExceeded" : nil,
            since: Scene.ago(minutes: minutesAgo - 1))
        ]))
  }

  private static let noWorkload = Scene().with {
    $0.hasWorkload = false; $0.pods = []; $0.revisions = []
  }.alerting(labels: ["job_name": "export-1"])

  static let jobs: [RunbookCase] = [
    .init(
      "a failed run whose successor succeeded",
      noWorkload.adding(job("export-1", failed: true, minutesAgo: 20), job("export-2", failed: false, minutesAgo: 10)), "none",
      because: "export-2"),
    .init(
      "a failed run before an older success",
      noWorkload.adding(job("export-1", failed: true, minutesAgo: 20), job("export-0", failed: false, minutesAgo: 30)), "escalate"
    ),
    .init(
      "a migration that failed half-way",
      noWorkload.adding(job("export-1", failed: true, minutesAgo: 20, cron: nil)).adding(
        .pod(
          PodFact(
            name: "export-1-x", uid: "u", node: "n", owner: WorkloadName(kind: "Job", name: "export-1"), phase: "Failed",
            ready: false, createdAt: Scene.ago(minutes: 20), deletedAt: nil, reason: nil, containers: [])),
        .log(LogFact(pod: "export-1-x", container: "migrate", previous: false, lines: ["migration 118 failed at step 7"]))),
      "escalate", because: "migration 118"),
    .init(
      "a run with tries left",
      noWorkload.adding(
        .job(JobFact(name: "export-1", uid: "j", startedAt: Scene.ago(minutes: 5), active: 1, failed: 1, backoffLimit: 3))),
      "wait"),
  ]

  @Test("jobs", arguments: jobs) func answerJobs(of example: RunbookCase) { example.check() }

  static let settled: [RunbookCase] = [
    .init(
      "the pod is gone and replaced", Scene().alerting(labels: ["pod": "checkout-old-zz"], "is crash looping"), "none",
      because: "gone"),
    .init("the workload is whole again", Scene().alerting(labels: ["deployment": "checkout"], "replicas mismatch"), "none"),
    .init(
      "an error rate is not disproved by ready pods",
      Scene().alerting("HighErrorRate", labels: ["pod": "checkout-old-0"], "5xx ratio of checkout is 97 %"), "escalate"),
    .init(
      "CPU that is no longer high", Scene().using(100, 90, 80).alerting(labels: ["pod": "checkout-old-0"], "CPU usage is 99 %"),
      "none"),
    .init("CPU that nobody measured", Scene().alerting(labels: ["pod": "checkout-old-0"], "CPU usage is 99 %"), "escalate"),
    .init(
      "pods that could not be read",
      Scene().with { $0.omissions = [.init(what: "further pods", why: "403")] }.alerting(labels: ["pod": "checkout-old-0"]),
      "escalate"),
    .init(
      "a paused rollout that somebody just paused",
      Scene().with {
        $0.paused = true; $0.lastEdit = .init(manager: "kubectl", at: Scene.ago(minutes: 12))
      }, "wait"),
    .init(
      "a rollout that was paused for days",
      Scene().with {
        $0.paused = true; $0.lastEdit = .init(manager: "kubectl", at: Scene.ago(days: 3))
      }, "escalate"),
    .init(
      "a rollout on its way",
      Scene().with {
        $0.updated = 1; $0.progressing = "True ReplicaSetUpdated"
      }.alerting(labels: ["deployment": "checkout"]), "wait"),
    .init("scaled to nothing on purpose", Scene(replicas: 0).alerting(labels: ["deployment": "checkout"]), "none"),
  ]

  @Test("alerts that are over", arguments: settled) func answerSettled(of example: RunbookCase) { example.check() }
}
