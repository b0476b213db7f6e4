import Kubernetes
import Testing
import Wire

@testable import AgentCore

@Suite("What speaks against an action")
struct ActMeaningTests {
  private static let digest = Order.Preconditions(templateDigest: String(repeating: "0", count: 64))

  private static func hpa(_ name: String) -> JSONValue {
    [
      "metadata": ["name": "auto", "namespace": "shop", "uid": "h", "resourceVersion": "1"],
      "spec": ["scaleTargetRef": ["kind": "Deployment", "name": .string(name)], "maxReplicas": 4],
    ]
  }

  private static func scaled(_ name: String) -> JSONValue {
    [
      "metadata": ["name": "queue", "namespace": "shop", "uid": "s", "resourceVersion": "1"],
      "spec": ["scaleTargetRef": ["name": .string(name)]],
    ]
  }

  static let objections: [(ActCase, String)] = [
    (ActCase(.restartDeployment).with(preconditions: digest), "template"),
    (ActCase(.restartDeployment).with(preconditions: .init()), "no template digest"),
    (ActCase(.restartDeployment).changing("deployments/web", ["spec", "paused"], to: true), "paused"),
    (
      ActCase(.restartStatefulSet).changing("statefulsets/web", ["spec", "updateStrategy"], to: ["type": "OnDelete"]), "OnDelete"
    ),
    (ActCase(.restartDaemonSet).changing("daemonsets/web", ["spec", "updateStrategy"], to: ["type": "OnDelete"]), "OnDelete"),
    (
      ActCase(.restartStatefulSet).changing(
        "statefulsets/web", ["spec", "updateStrategy"], to: ["type": "RollingUpdate", "rollingUpdate": ["partition": 2]]),
      "partition"
    ),
    (ActCase(.scaleDeployment).with(preconditions: .init()), "how many replicas"),
    (ActCase(.scaleDeployment).with(preconditions: .init(replicas: 3)), "has 2 replicas"),
    (ActCase(.scaleDeployment).with(parameters: .init()), "must name"),
    (ActCase(.scaleDeployment).with(parameters: .init(replicas: -1)), "must name"),
    (ActCase(.scaleDeployment).with(parameters: .init(replicas: 2)), "already"),
    (ActCase(.scaleDeployment).with(parameters: .init(replicas: 0)), "nobody approved"),
    (ActCase(.scaleDeployment).changing("horizontalpodautoscalers/auto", [], to: hpa("web")), "HorizontalPodAutoscaler auto"),
    (ActCase(.scaleDeployment).changing("scaledobjects/queue", [], to: scaled("web")), "ScaledObject queue"),
    (ActCase(.deletePod).changing("pods/web-1-a", ["metadata", "ownerReferences"], to: nil), "nothing controls"),
    (
      ActCase(.deletePod).changing("pods/web-1-a", ["metadata", "annotations"], to: [PodEviction.mirrorAnnotation: "x"]),
      "static pod"
    ),
    (ActCase(.rollbackDeployment).with(preconditions: digest), "template"),
    (ActCase(.rollbackDeployment).with(parameters: .init(revision: 7)), "no revision 7"),
    (ActCase(.rollbackDeployment).with(parameters: .init(revision: 2)), "same template"),
    (ActCase(.rollbackDeployment).with(parameters: .init()), "names no revision"),
    (ActCase(.rollbackDeployment).changing("deployments/web", ["spec", "paused"], to: true), "paused"),
    (
      ActCase(.rollbackDeployment).changing(
        "deployments/web", ["metadata", "annotations", "argocd.argoproj.io/tracking-id"], to: "web:apps/Deployment:shop/web"),
      "argocd:web"
    ),
    (
      ActCase(.rollbackDeployment).changing(
        "replicasets/web-1", ["metadata", "ownerReferences"],
        to: [["apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "uid": "another", "controller": true]]),
      "no revision 1"
    ),
    (ActCase(.deleteDeployment), "nobody approved"),
    (ActCase(.deleteDeployment).with(preconditions: digest), "template"),
    (ActCase(.raiseHPAMax).with(preconditions: .init(replicas: 3)), "no longer the 3"),
    (ActCase(.raiseHPAMax).with(parameters: .init(replicas: 9)), "out of bounds: 2 to 8"),
    (ActCase(.raiseHPAMax).with(parameters: .init(replicas: 1)), "out of bounds"),
    (
      ActCase(.raiseHPAMax).changing(
        "horizontalpodautoscalers/web", ["metadata", "ownerReferences"],
        to: [["apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject", "name": "queue", "uid": "s", "controller": true]]),
      "ScaledObject queue"
    ),
    (ActCase(.cordonNode).changing("nodes/node-1", ["spec", "unschedulable"], to: true), "cordoned already"),
    (ActCase(.uncordonNode).changing("nodes/node-1", ["spec", "unschedulable"], to: nil), "not cordoned"),
    (ActCase(.drainNode), "nobody approved"),
    (ActCase(.execPod), "nobody approved"),
  ]

  @Test("It is refused, and the reason says why", arguments: objections)
  func objects(_ test: ActCase, _ words: String) {
    let subject = test.cluster.subject(test.order)
    guard let object = subject.object else {
      Issue.record("no object")
      return
    }
    let objection = ActCatalogue.meaning(of: test.order.action).objection(to: test.order, on: object, in: subject, approvers: [])
    #expect(objection?.contains(words) == true, "\(objection ?? "nothing")")
  }

  static let approved: [(ActCase, String)] = [
    (ActCase(.drainNode).changing("pods/alone", [], to: ActCase.pod("alone", owner: nil)), "shop/alone"),
    (ActCase(.execPod).with(parameters: .init(command: "format")), "no entry format"),
    (ActCase(.execPod).with(parameters: .init()), "names no entry"),
    (ActCase(.execPod).changing("configmaps/ai-sre-exec", ["data", "reload"], to: "kill"), "cannot be read"),
    (
      ActCase(.execPod).changing(
        "configmaps/ai-sre-exec", ["data", "reload"],
        to: #"{"argv": [], "container": "app", "selector": {"app": "web"}, "timeoutSeconds": 10}"#), "needs argv"
    ),
    (ActCase(.execPod).changing("pods/web-1-a", ["metadata", "labels"], to: ["app": "db"]), "not for this pod"),
    (ActCase(.execPod).changing("pods/web-1-a", ["status", "phase"], to: "Pending"), "not running"),
  ]

  @Test("Even with an approval it is refused", arguments: approved)
  func objectsAnyway(_ test: ActCase, _ words: String) throws {
    let subject = test.cluster.subject(test.order)
    let object = try #require(subject.object)
    let meaning = ActCatalogue.meaning(of: test.order.action)
    let objection = meaning.objection(to: test.order, on: object, in: subject, approvers: ["ada"])
    #expect(objection?.contains(words) == true, "\(objection ?? "nothing")")
  }

  @Test("An autoscaler of another workload does not stop a scale; at zero the absent number is tested")
  func scaleBesides() throws {
    var test = ActCase(.scaleDeployment).changing("horizontalpodautoscalers/auto", [], to: Self.hpa("other"))
    test = test.changing("deployments/web", ["spec", "replicas"], to: 0).with(preconditions: .init(replicas: 0))
    var cluster = test.cluster
    let command = SignedCommands().command(.act(test.order))
    guard case .acted(let report)? = cluster.run(command, test.order, now: command.notBefore)?.outcome else {
      Issue.record("not done")
      return
    }
    #expect(report.before == ["/spec/replicas": "0"])
    #expect(cluster.objects["deployments/web"]?["spec"]?["replicas"] == 5)
  }

  @Test(
    "A drain leaves DaemonSet, static, finished and leaving pods alone, and is told by the first name when a pod would be lost")
  func drainPlan() {
    var cluster = ActCase(.drainNode).cluster
    cluster.objects["pods/done"] = ActCase.pod("done", owner: nil).setting("Succeeded", at: ["status", "phase"])
    cluster.objects["pods/static"] = ActCase.pod("static", owner: nil)
      .setting([PodEviction.mirrorAnnotation: "x"], at: ["metadata", "annotations"])
    cluster.objects["pods/leaving"] = ActCase.pod("leaving", owner: nil)
      .setting("2026-11-25T02:00:00Z", at: ["metadata", "deletionTimestamp"])
    let plan = DrainPlan(cluster.subject(ActCase(.drainNode).order).nodePods)
    #expect(plan.objection == nil)
    #expect(plan.evictions.map(\.path) == ["shop/web-1-a", "shop/web-1-b", "shop/web-1-c"])
  }

  @Test("A node that was cordoned before its drain stays cordoned: nothing would undo it")
  func drainOfCordoned() throws {
    let test = ActCase(.drainNode).changing("nodes/node-1", ["spec", "unschedulable"], to: true)
    var cluster = test.cluster
    let command = SignedCommands().command(approvers: ["ada"], .act(test.order))
    guard case .acted(let report)? = cluster.run(command, test.order, now: command.notBefore)?.outcome else {
      Issue.record("not done")
      return
    }
    #expect(report.inverse == nil)
    #expect(report.detail?.hasPrefix("3 of 3 pods evicted") == true)
  }

  @Test(
    "An incomplete drain is for a person, with what went, what stayed and why",
    arguments: [
      DrainEnd.Ending.stopped, .guarded("ai-sre-guard says stop"), .deadline,
    ])
  func incomplete(_ ending: DrainEnd.Ending) {
    let plan = ["a", "b", "c"].map { PlannedEviction(namespace: "shop", name: $0, uid: $0) }
    var account = DrainAccount(plan)
    account.note(plan[0], .gone)
    account.note(plan[1], .ended(ending, "budget"))
    #expect(account.end.ending == ending)
    #expect(account.end.evicted == ["shop/a"])
    #expect(account.end.left == ["shop/b": "budget", "shop/c": ""])
    #expect(
      account.end.text.contains("1 of 3 pods evicted: shop/a; still there: shop/b (budget), shop/c; the node stays cordoned"))
  }

  @Test(
    "A budget that is used up, and two over one pod, are refused at once in the server's words; one that is behind is waited for")
  func budgets() {
    let test = ActCase(.deletePod)
    let command = SignedCommands().command(approvers: ["ada"], .act(test.order))
    for error in [
      PaperCluster.refusal(429, "Cannot evict pod as it would violate the pod's disruption budget."),
      PaperCluster.refusal(
        500, "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."),
    ] {
      var cluster = test.cluster
      cluster.rehearsalFaults = [error]
      let result = cluster.run(command, test.order, now: command.notBefore)
      #expect(result?.outcome == .refused(.init(reason: .dryRunRefused, detail: error.status?.message ?? "")))
      cluster = test.cluster
      cluster.faults = [error]
      #expect(cluster.run(command, test.order, now: command.notBefore)?.outcome == .failed(error.status?.message ?? ""))
      #expect(cluster.effects == 0)
    }
    var cluster = test.cluster
    cluster.rehearsalFaults = [PaperCluster.refusal(429, retryAfter: .seconds(10))]
    guard case .acted? = cluster.run(command, test.order, now: command.notBefore)?.outcome else {
      Issue.record("not done")
      return
    }
  }

  @Test("What a deleted Deployment was is kept as a manifest that can be applied again")
  func preImage() throws {
    let test = ActCase(.deleteDeployment)
    var cluster = test.cluster
    let command = SignedCommands().command(approvers: ["ada"], .act(test.order))
    guard case .acted(let report)? = cluster.run(command, test.order, now: command.notBefore)?.outcome else {
      Issue.record("not done")
      return
    }
    let name = PreImage.name(of: command.id)
    #expect(report.detail?.contains(name) == true)
    let manifest = try #require(cluster.objects["configmaps/\(name)"]?["data"]?[PreImage.key]?.stringValue)
    #expect(manifest.contains(#""kind":"Deployment""#) && manifest.contains("web:2") && !manifest.contains("deployment-uid"))
  }
}
