import Testing
import Wire

@testable import Pipeline

@Suite("What pods that cannot run, or run and do not serve, need")
struct SurroundingsRunbookTests {
  private static func pulling(_ message: String) -> ContainerFact { Scene.waiting("ImagePullBackOff", message) }

  private static func pending(_ message: String) -> PodFact {
    Scene.newPod(
      .seconds(1000), phase: "Pending", node: nil, container: Scene.container(ready: false),
      conditions: [ConditionFact(type: "PodScheduled", status: "False", reason: "Unschedulable", message: message)])
  }

  private static func withPending(_ message: String) -> Scene {
    Scene().with { scene in
      let pod = pending(message)
      scene.pods[0] = PodFact(
        name: "checkout-old-0", uid: "uid-0", node: nil, owner: scene.pods[0].owner, phase: "Pending", ready: false,
        createdAt: pod.createdAt,
        deletedAt: nil, reason: nil, containers: [], conditions: pod.conditions)
    }
  }

  static let images: [RunbookCase] = [
    .init(
      "a tag that is not there in a new revision",
      Scene().rolledOut(
        .seconds(3700),
        pod: Scene.newPod(phase: "Pending", container: pulling("failed to resolve image: shop/checkout:v1.2.33: not found")),
        .image),
      "rollback_deployment", because: "not found"),
    .init(
      "a tag that is gone, without an older revision", Scene().failing(1, pulling("manifest unknown"), phase: "Pending"),
      "escalate", because: "manifest unknown"),
    .init(
      "the registry's rate limit", Scene().failing(2, pulling("429 Too Many Requests: toomanyrequests"), phase: "Pending"),
      "wait", because: "429"),
    .init(
      "the registry's rate limit during a rollout",
      Scene().rolledOut(
        .seconds(600), pod: Scene.newPod(phase: "Pending", container: pulling("toomanyrequests: rate limit")), .image), "wait"),
    .init(
      "credentials of the registry", Scene().failing(1, pulling("401 Unauthorized"), phase: "Pending"), "escalate", because: "401"
    ),
    .init(
      "one node's network", Scene().failing(1, pulling("dial tcp: i/o timeout"), phase: "Pending"), "escalate", because: "node-0"),
  ]

  static let scheduling: [RunbookCase] = [
    .init(
      "the autoscaler is at it",
      withPending("0/6 nodes are available: 6 Insufficient cpu.").event(
        "NotTriggerScaleUp", "pod didn't trigger scale-up", ago: 300
      )
      .event("TriggeredScaleUp", "pod triggered scale-up: 6->7", ago: 30), "wait", because: "TriggeredScaleUp"),
    .init(
      "the autoscaler has given up",
      withPending("0/6 nodes are available: 6 Insufficient cpu.").event("TriggeredScaleUp", "6->7", ago: 700)
        .event("NotTriggerScaleUp", "pod didn't trigger scale-up: max node group size reached", ago: 20), "escalate",
      because: "full"),
    .init(
      "a new revision asks for too much",
      Scene().rolledOut(
        .seconds(1000), pod: pending("6 Insufficient memory"),
        .init(path: "containers[app].resources.requests.memory", before: "2Gi", after: "64Gi")),
      "rollback_deployment", because: "64Gi"),
    .init(
      "a new revision that asks for the same in a full cluster",
      Scene().rolledOut(.seconds(1000), pod: pending("6 Insufficient memory"), .image), "escalate"),
    .init(
      "a taint", withPending("2 node(s) had untolerated taint(s), 7 node(s) didn't match Pod's node affinity/selector"),
      "escalate", because: "taint"),
    .init(
      "its own anti-affinity", withPending("3 node(s) didn't match pod anti-affinity rules"), "escalate", because: "affinity"),
    .init(
      "pre-empted", withPending("6 Insufficient cpu").event("Preempted", "Preempted by pod shop/batch", on: "Pod/checkout-old-0"),
      "escalate", because: "priority"),
    .init(
      "the quota is used up",
      Scene().with { $0.pods.removeLast() }.event(
        "FailedCreate", "exceeded quota: compute, requested: limits.cpu=1", on: "ReplicaSet/checkout-old"), "escalate",
      because: "quota"),
    .init(
      "a webhook refuses",
      Scene().with { $0.pods.removeLast() }.event(
        "FailedCreate", "admission webhook \"policy.example.com\" denied the request", on: "ReplicaSet/checkout-old"),
      "escalate", because: "webhook"),
  ]

  static let storage: [RunbookCase] = [
    .init(
      "a volume that fills up",
      Scene("StatefulSet", replicas: 1).adding(
        .claim(ClaimFact(name: "data-0", uid: "u", phase: "Bound", accessModes: ["ReadWriteOnce"], capacity: "500Gi"))
      )
      .alerting(labels: ["persistentvolumeclaim": "data-0"], "only 2.6% free"), "escalate", because: "data-0"),
    .init(
      "a volume that is being made larger",
      Scene("StatefulSet", replicas: 1).adding(
        .claim(ClaimFact(name: "data-0", uid: "u", phase: "Bound", conditions: [ConditionFact(type: "Resizing", status: "True")]))
      )
      .alerting(labels: ["persistentvolumeclaim": "data-0"]), "wait", because: "larger"),
    .init(
      "a claim without a volume",
      Scene("StatefulSet", replicas: 1).failing(1, Scene.waiting("ContainerCreating"), phase: "Pending").adding(
        .claim(ClaimFact(name: "data-0", uid: "u", phase: "Pending", storageClass: "fast"))), "escalate", because: "data-0"),
    .init(
      "a lost volume", Scene("StatefulSet", replicas: 1).adding(.claim(ClaimFact(name: "data-0", uid: "u", phase: "Lost"))),
      "escalate", because: "Lost"),
    .init(
      "a disk that another node holds",
      Scene(replicas: 2).failing(1, Scene.waiting("ContainerCreating"), phase: "Pending").event(
        "FailedAttachVolume", "Multi-Attach error for volume \"pvc-1\"", ago: 900), "escalate",
      because: "Multi-Attach"),
    .init("no space left", Scene().failing().saying("write /data: no space left on device"), "escalate", because: "no space"),
  ]

  static let network: [RunbookCase] = [
    .init(
      "a selector that matches nothing",
      Scene().adding(
        .service(
          ServiceFact(
            name: "checkout", ports: [80], readyPods: 0, notReadyPods: 0, readySince: nil, role: .own,
            selector: ["app": "checkout", "track": "stable"], readyEndpoints: 0,
            nearMisses: ["track=main"]))), "escalate", because: "selector"),
    .init(
      "egress denied since two minutes",
      Scene().saying("lookup plates: i/o timeout").adding(
        .networkPolicy(
          NetworkPolicyFact(name: "default-deny-egress", createdAt: Scene.ago(minutes: 2), selector: "", types: ["Egress"]))),
      "escalate",
      because: "NetworkPolicy default-deny-egress"),
    .init(
      "a policy as old as the pods explains nothing new",
      Scene().saying("lookup plates: i/o timeout").adding(
        .networkPolicy(
          NetworkPolicyFact(name: "default-deny-egress", createdAt: Scene.ago(days: 300), selector: "", types: ["Egress"]))
      )
      .alerting("HighErrorRate", labels: ["service": "checkout"], "5xx ratio is 97 %"), "escalate"),
    .init(
      "files mounted by subPath that were changed since",
      Scene("DaemonSet").with {
        $0.template = TemplateFact(
          containers: [
            ContainerSpecFact(
              name: "app", image: "a", mounts: [MountFact(volume: "conf", path: "/etc/c.conf", subPath: "c.conf")])
          ],
          volumes: [VolumeFact(name: "conf", kind: .configMap, object: "collector")])
      }.saying("could not connect to logs-a.example.com:24224, connection refused").adding(
        .configuration(
          ConfigurationFact(
            kind: .configMap, name: "collector", exists: true, changedAt: Scene.ago(minutes: 40), mountedBySubPath: true))),
      "restart_daemonset", because: "subPath"),
    .init(
      "the same files mounted as a volume follow by themselves",
      Scene("DaemonSet").with {
        $0.template = TemplateFact(
          containers: [ContainerSpecFact(name: "app", image: "a", mounts: [MountFact(volume: "conf", path: "/etc/c")])],
          volumes: [VolumeFact(name: "conf", kind: .configMap, object: "collector")])
      }.saying("could not connect to logs-a.example.com:24224, connection refused").adding(
        .configuration(ConfigurationFact(kind: .configMap, name: "collector", exists: true, changedAt: Scene.ago(minutes: 40)))
      )
      .alerting("LogForwardingFailing", labels: ["team": "obs"], "not delivered"), "escalate"),
  ]

  @Test("images", arguments: images) func answerImages(of example: RunbookCase) { example.check() }
  @Test("scheduling", arguments: scheduling) func answerScheduling(of example: RunbookCase) { example.check() }
  @Test("storage", arguments: storage) func answerStorage(of example: RunbookCase) { example.check() }
  @Test("network", arguments: network) func answerNetwork(of example: RunbookCase) { example.check() }
}
