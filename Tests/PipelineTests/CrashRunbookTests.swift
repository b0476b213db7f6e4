import Testing
import Wire

@testable import Pipeline

@Suite("What pods that die need")
struct CrashRunbookTests {
  private static let refused = "dial tcp 10.96.88.14:6379: connect: connection refused"
  private static let denied = "FATAL: password authentication failed for user \"rw\" (db:5432)"

  static let cases: [RunbookCase] = [
    .init(
      "a new revision lost a variable, the old one serves",
      Scene().rolledOut(.seconds(200), .lostVariable).saying("config: DB_URL unset"), "rollback_deployment", because: "DB_URL"),
    .init(
      "the same without a revision to go back to", Scene().failing().saying("config: DB_URL unset"), "escalate", because: "DB_URL"
    ),
    .init(
      "a new revision whose pods die and an older one that never worked",
      Scene(replicas: 2).failing().with {
        $0.revisions = [
          Scene.revision(4, "checkout-old", age: .seconds(600), current: true, changes: [.image]),
          Scene.revision(3, "checkout-older", age: .seconds(900)),
        ]
      }.saying("panic: boom"), "escalate"),
    .init(
      "a revision that only restarts is no change",
      Scene().failing().with {
        $0.revisions[0] = Scene.revision(
          5, "checkout-old", age: .seconds(300), current: true,
          changes: [.init(path: "metadata.annotations[kubectl.kubernetes.io/restartedAt]", before: nil, after: "now")])
        $0.revisions.append(Scene.revision(4, "checkout-before", age: .seconds(500_000)))
      }.saying(refused).service("cache", ready: 1, readyFor: .seconds(200)), "restart_deployment"),
    .init(
      "its dependency, known by its port alone, is back",
      Scene().failing().saying(refused).service("cache", ready: 1, readyFor: .seconds(200)),
      "restart_deployment", because: "cache"),
    .init(
      "its dependency is on its way", Scene().failing().saying(refused).service("cache", ready: 0, notReady: 1), "wait",
      because: "cache"),
    .init(
      "its dependency has no pods", Scene().failing().saying(refused).service("cache", ready: 0), "escalate", because: "cache"),
    .init(
      "its dependency crashes itself",
      Scene().failing().saying(refused).service("cache", ready: 0, notReady: 1).adding(
        .namespace(
          NamespaceFact(name: "shop", phase: "Active", workloads: 6, unhealthyWorkloads: ["Deployment/cache: CrashLoopBackOff"]))),
      "escalate",
      because: "CrashLoopBackOff"),
    .init(
      "its dependency has been well all along",
      Scene().failing().saying(refused).service("cache", ready: 1, readyFor: .seconds(90_000)), "escalate"),
    .init(
      "something outside the namespace refuses",
      Scene().failing().saying("connect to gateway.payments.svc:8080: connection refused"), "escalate",
      because: "gateway"),
    .init(
      "credentials that an init container rendered were rotated since",
      Scene().failing().with {
        $0.template = TemplateFact(containers: [
          ContainerSpecFact(
            name: "init", image: "r", environment: [.init(name: "PW", source: .secret, object: "db", key: "password")],
            isInit: true),
          ContainerSpecFact(name: "app", image: "a"),
        ])
      }.saying(denied).adding(
        .customResource(
          CustomResourceFact(
            kind: "ExternalSecret", name: "db", namespace: "shop", summary: ["refreshTime": Scene.ago(minutes: 18).rfc3339]))),
      "restart_deployment", because: "Secret db"),
    .init(
      "credentials in the environment were rotated, and each start has read the new ones since",
      Scene().failing().with {
        $0.template = TemplateFact(containers: [
          ContainerSpecFact(
            name: "app", image: "a", environment: [.init(name: "PW", source: .secret, object: "db", key: "password")])
        ])
      }.saying(denied).adding(
        .customResource(
          CustomResourceFact(
            kind: "ExternalSecret", name: "db", namespace: "shop", summary: ["refreshTime": Scene.ago(minutes: 18).rfc3339]))),
      "escalate", because: "credentials"),
    .init(
      "its command ends with status 0", Scene().failing(Scene.crashed(exit: 0, reason: "Completed")), "escalate",
      because: "status 0"),
    .init(
      "one of three has a corrupt local file", Scene().failing(1).saying("/curve/eur.bin: crc mismatch"),
      "delete_pod:checkout-old-0",
      because: "crc mismatch"),
    .init("an old revision dies without a word", Scene().failing(), "restart_deployment"),
    .init(
      "exec format error in a new image", Scene().rolledOut(.seconds(300), .image).saying("exec /app: exec format error"),
      "rollback_deployment"),
    .init(
      "a read-only file system", Scene().failing().saying("open /data/x: read-only file system"), "escalate", because: "read-only"
    ),
    .init(
      "a command that is not there in a new revision",
      Scene().rolledOut(
        .seconds(300),
        pod: Scene.newPod(
          container: Scene.crashed(exit: 128, reason: "StartError", message: "exec: \"serv\": executable file not found in $PATH")
        ),
        .init(path: "containers[app].command", before: "serve", after: "serv")), "rollback_deployment", because: "executable"),
    .init(
      "a missing ConfigMap in a new revision",
      Scene().rolledOut(
        .seconds(300),
        pod: Scene.newPod(
          phase: "Pending", container: Scene.waiting("CreateContainerConfigError", "configmap \"flags\" not found")),
        .init(path: "containers[app].envFrom", before: nil, after: "flags")), "rollback_deployment", because: "flags"),
    .init(
      "a ConfigMap that was deleted",
      Scene().failing(1, Scene.waiting("CreateContainerConfigError", "configmap \"flags\" not found"), phase: "Pending").adding(
        .configuration(ConfigurationFact(kind: .configMap, name: "flags", exists: false))), "escalate", because: "flags"),
  ]

  @Test("each cause gets its answer", arguments: cases)
  func answer(of example: RunbookCase) { example.check() }

  @Test("goes back to the revision that serves, past one that was never well")
  func pastTheSecond() throws {
    let scene = Scene().rolledOut(.seconds(300), .image).with {
      $0.revisions.insert(Scene.revision(9, "checkout-bad", age: .seconds(9000), changes: [.image]), at: 1)
      $0.revisions[0] = Scene.revision(10, "checkout-new", age: .seconds(300), current: true, changes: [.image])
    }
    guard case .act(let proposal) = scene.best.choice else { Issue.record("\(scene.best)"); return }
    #expect(proposal.parameters.revision == 4)
  }

  static let memory: [RunbookCase] = [
    .init(
      "killed four minutes ago, no rollout",
      Scene().failing(
        1,
        Scene.container(
          restarts: 2, state: .init(phase: .running, since: Scene.ago(seconds: 46)),
          last: .init(
            exitCode: 137, reason: "OOMKilled", message: nil, startedAt: Scene.ago(minutes: 4), finishedAt: Scene.ago(seconds: 58)
          ))),
      "restart_deployment", because: "OOM"),
    .init(
      "killed nine days ago and well since",
      Scene().failing(
        1,
        Scene.container(
          restarts: 1, state: .init(phase: .running, since: Scene.ago(days: 9)),
          last: .init(
            exitCode: 137, reason: "OOMKilled", message: nil, startedAt: Scene.ago(days: 12), finishedAt: Scene.ago(days: 9)))
      )
      .alerting(labels: ["pod": "checkout-old-0", "reason": "OOMKilled"], "Container app was terminated by the OOM killer."),
      "none", because: "9 days"),
    .init(
      "a rollout lowered the limit",
      Scene().rolledOut(
        .seconds(900),
        pod: Scene.newPod(container: Scene.crashed(exit: 137, reason: "OOMKilled", lived: 7, memoryLimit: "128Mi")),
        .init(path: "containers[app].resources.limits.memory", before: "512Mi", after: "128Mi")), "rollback_deployment",
      because: "128Mi"),
    .init(
      "something lowered the limit when the pod was made",
      Scene().failing(Scene.crashed(exit: 137, reason: "OOMKilled", lived: 70, memoryLimit: "128Mi")).with {
        $0.template = TemplateFact(containers: [ContainerSpecFact(name: "app", image: "a", limits: ["memory": "512Mi"])])
      }, "escalate", because: "webhook"),
    .init(
      "all are killed in their first seconds", Scene().failing(Scene.crashed(exit: 137, reason: "OOMKilled", lived: 8)),
      "escalate", because: "more memory"),
    .init(
      "a StatefulSet's pod is for a person, by policy",
      Scene("StatefulSet").failing(1, Scene.crashed(exit: 137, reason: "OOMKilled", lived: 4000)),
      "restart_statefulset"),
  ]

  @Test("memory", arguments: memory)
  func answerMemory(of example: RunbookCase) { example.check() }

  private static let probe = "Liveness probe failed: Get \"http://10.1.1.1:8080/live\": context deadline exceeded"

  static let probes: [RunbookCase] = [
    .init(
      "probes time out because the CPU is at its limit",
      Scene(replicas: 2).failing(1, Scene.crashed(exit: 137)).event("Unhealthy", probe).event(
        "Killing", "Container app failed liveness probe, will be restarted", type: "Normal"
      )
      .with { $0.pods[1] = $0.pods[1].with(Scene.container(usage: .init(cpuMillicores: 990, memoryBytes: 1, at: Scene.now))) },
      "scale_deployment",
      because: "CPU"),
    .init(
      "the same without load",
      Scene(replicas: 2).failing(Scene.crashed(exit: 137)).event("Unhealthy", probe).event(
        "Killing", "Container app failed liveness probe, will be restarted"), "escalate",
      because: "probe"),
    .init(
      "a new revision made the probe tighter",
      Scene().rolledOut(
        .seconds(600), pod: Scene.newPod(container: Scene.crashed(exit: 137, lived: 40)),
        .init(path: "containers[app].livenessProbe.timeoutSeconds", before: "5", after: "1")
      )
      .event("Unhealthy", probe).event("Killing", "Container app failed liveness probe, will be restarted"),
      "rollback_deployment", because: "livenessProbe"),
    .init(
      "one of three hangs",
      Scene().failing(1, Scene.crashed(exit: 137)).event("Unhealthy", probe).event(
        "Killing", "Container app failed liveness probe, will be restarted"), "delete_pod"),
  ]

  @Test("probes", arguments: probes)
  func answerProbes(of example: RunbookCase) { example.check() }
}
