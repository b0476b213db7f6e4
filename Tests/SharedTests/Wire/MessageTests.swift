import Testing
import Wire

@Suite("Messages of the link")
struct MessageTests {
  static let time = Timestamp(milliseconds: 1_795_341_600_007)

  @Test("An inventory report reads back as it was")
  func inventory() throws {
    let report = InventoryReport(
      boot: "b", revision: 3, snapshot: true,
      workloads: [.init(kind: "Deployment", name: "checkout", uid: "u-1", desired: 3, ready: 2)],
      pods: [
        .init(
          name: "checkout-a", uid: "p-1", workload: .init(kind: "Deployment", name: "checkout"), phase: "Running", ready: false,
          restarts: 4, reason: "CrashLoopBackOff"),
        .init(name: "job-b", uid: "p-2", workload: nil, phase: "Pending", ready: false, restarts: 0, reason: nil),
      ], removed: ["p-0"])
    #expect(try readBack(report, limit: LinkLimits.inventory) == report)
  }

  @Test("Ten thousand pods stay within the limit of a report")
  func largeInventory() throws {
    let pods = (0..<10_000).map { number in
      PodSummary(
        name: "checkout-service-7d9c6b8f5d-\(number)", uid: "7c9e6679-7425-40de-944b-\(100_000_000_000 + number)",
        workload: .init(kind: "Deployment", name: "checkout-service"), phase: "Running", ready: false, restarts: 12,
        reason: "CrashLoopBackOff")
    }
    let bytes = try WireJSON.encode(
      InventoryReport(boot: "b", revision: 1, snapshot: true, workloads: [], pods: pods, removed: []))
    #expect(bytes.count <= LinkLimits.inventory)
  }

  static let outcomes: [CommandResult.Outcome] = [
    .evidence(evidence),
    .acted(
      .init(
        generation: 8, before: ["/spec/replicas": "3", "/metadata/annotations/a": nil], after: ["/spec/replicas": "5"],
        alreadyDone: false)),
    .observed(
      .init(
        ending: .stable, healthySince: time, observedFrom: time, observedUntil: time, desiredReplicas: 3, readyReplicas: 3,
        restarts: 0,
        troubles: [])),
    .refused(.init(reason: .killSwitch, detail: "the ConfigMap says stop")), .failed("409 Conflict"),
    .unknown("the connection broke"),
  ]

  @Test("Every outcome of a command reads back as it was", arguments: outcomes)
  func results(_ outcome: CommandResult.Outcome) throws {
    let result = CommandResult(command: "42-x-1", kind: .act, outcome: outcome, finishedAt: Self.time)
    #expect(try readBack(result, limit: LinkLimits.result) == result)
  }

  @Test("Every reason of refusal reads back as it was", arguments: RefusalReason.allCases)
  func refusals(_ reason: RefusalReason) throws {
    let status = AgentStatus(boot: "b", refusals: [reason: 2], impairments: ["watch silent"])
    #expect(try readBack(status, limit: LinkLimits.message) == status)
    #expect(status.refusals == [reason.rawValue: 2])
  }

  @Test("Hello, welcome and errors read back as they were")
  func session() throws {
    let hello = Hello(agentVersion: "1.0", boot: "b", actions: Action.allCases, epoch: 4)
    #expect(try readBack(hello, limit: LinkLimits.message) == hello)
    let welcome = Welcome(cluster: "c", namespace: "shop", epoch: 4, keySet: "{}", pollSeconds: 50)
    #expect(try readBack(welcome, limit: LinkLimits.message) == welcome)
    for code in LinkError.Code.allCases {
      let error = LinkError(code: code, message: "m")
      #expect(try readBack(error, limit: LinkLimits.message) == error)
    }
  }

  @Test("Evidence reads back as it was, with every kind of fact and what is missing")
  func evidenceReadsBack() throws {
    #expect(try readBack(Self.evidence, limit: LinkLimits.result) == Self.evidence)
  }

  @Test("A message at its limit is read, one byte more is not")
  func limits() throws {
    let bytes = try WireJSON.encode(Self.evidence)
    _ = try WireJSON.decode(Evidence.self, from: bytes, limit: bytes.count)
    #expect(throws: WireError.tooLarge(limit: bytes.count - 1)) {
      try WireJSON.decode(Evidence.self, from: bytes, limit: bytes.count - 1)
    }
  }

  @Test(
    "What does not decode is refused with the place and the reason, and without its text",
    arguments: [
      (#"{"namespace":"shop"}"#, #"the key "gatheredAt" is missing"#),
      (#"{"namespace":1,"gatheredAt":"x","facts":[],"omissions":[]}"#, "namespace: expected String"),
      (#"{"namespace":"shop","gatheredAt":"hunter2","facts":[],"omissions":[]}"#, "gatheredAt: expected an RFC 3339 time"),
      (
        #"{"namespace":"a","gatheredAt":"2026-11-22T10:00:00Z","facts":[{"id":"a","source":"b","body":{"c":{}}}],"omissions":[]}"#,
        "exactly one known kind"
      ),
    ])
  func malformedMessages(_ text: String, _ reason: String) {
    do throws(WireError) {
      _ = try WireJSON.decode(Evidence.self, from: Array(text.utf8), limit: 4096)
      Issue.record("decoded")
    } catch {
      #expect(error.description.contains(reason), "\(error)")
      #expect(!error.description.contains("hunter2"))
    }
  }

  @Test("An outcome of two kinds, or of none, is refused", arguments: ["{}", #"{"failed":"a","unknown":"b"}"#])
  func ambiguousOutcomes(_ text: String) {
    #expect(throws: WireError.self) { try WireJSON.decode(CommandResult.Outcome.self, from: Array(text.utf8), limit: 4096) }
  }

  private func readBack<Message: Codable>(_ message: Message, limit: Int) throws -> Message {
    try WireJSON.decode(Message.self, from: WireJSON.encode(message), limit: limit)
  }

  static let evidence = Evidence(
    namespace: "shop", gatheredAt: time,
    facts: [
      Fact(id: "workload-1", source: "GET deployments/checkout", body: .workload(workload)),
      Fact(
        id: "revision-1", source: "GET replicasets",
        body: .revision(
          .init(
            revision: 7, name: "checkout-6c9f", createdAt: time, desired: 0, ready: 0, available: 0, current: false,
            images: ["app": "r/app:1"],
            changes: [.init(path: "containers[app].env[DB_URL]", before: "x", after: nil)]))),
      Fact(id: "pod-1", source: "GET pods", body: .pod(pod)),
      Fact(
        id: "log-1", source: "GET log",
        body: .log(.init(pod: "checkout-a", container: "app", previous: true, lines: ["boom", "🔥 \"x\""]))),
      Fact(
        id: "event-1", source: "GET events",
        body: .event(
          .init(
            object: "Pod/checkout-a", type: "Warning", reason: "BackOff", message: "m", count: 3, firstSeen: time, lastSeen: nil))
      ),
      Fact(
        id: "service-1", source: "GET services",
        body: .service(.init(name: "db", ports: [5432], readyPods: 1, notReadyPods: 0, readySince: time))),
    ], omissions: [.init(what: "events", why: "403")])

  private static let workload = WorkloadFact(
    target: CommandTests.target, createdAt: time, desired: 3, ready: 2, available: 2, updated: 3, generation: 8,
    observedGeneration: 8,
    paused: false, strategy: "RollingUpdate", templateDigest: CommandTests.digest, revision: 8,
    progressing: "True NewReplicaSetAvailable",
    gitOps: nil, auto: "never", lastEdit: .init(manager: "kubectl-edit", at: time), freezeUntil: nil)

  private static let pod = PodFact(
    name: "checkout-a", uid: "p-1", node: "node-a", owner: .init(kind: "ReplicaSet", name: "checkout-6c9f"), phase: "Running",
    ready: false,
    createdAt: time, deletedAt: nil, reason: nil,
    containers: [
      .init(
        name: "app", image: "r/app:1", ready: false, restarts: 4, state: .init(phase: .waiting, reason: "CrashLoopBackOff"),
        lastTermination: .init(exitCode: 1, reason: "Error", message: nil, startedAt: time, finishedAt: time),
        memoryLimit: "512Mi", isInit: false)
    ])
}
