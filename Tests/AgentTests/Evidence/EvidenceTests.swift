import Redaction
import Simulator
import Support
import Testing
import Wire

@testable import AgentCore

@Suite("Gathering evidence in a cluster")
struct EvidenceTests {
  /// A second revision with a typo in DB_URL, and the dependency that the logs speak of.
  private static let manifests =
    ClusterFixture.checkout + """

      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: checkout, namespace: shop, annotations: {simulator.ai-sre.dev/age: 10m}}
      spec:
        template:
          spec:
            containers:
            - name: app
              image: shop/checkout:2.5.0
              env:
              - {name: DB_URL, value: "postgres://shop:hunter2@db-typo:5432/shop"}
              - {name: DB_PASSWORD, value: "s3cret"}
              - {name: LOG_LEVEL, value: info}
              resources: {limits: {memory: 64Mi}}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: db, namespace: shop}
      spec: {selector: {app: db}, ports: [{port: 5432}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: checkout, namespace: shop}
      spec: {selector: {app: checkout}, ports: [{port: 80}]}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: db, namespace: shop, annotations: {simulator.ai-sre.dev/age: 1d}}
      spec:
        replicas: 1
        selector: {matchLabels: {app: db}}
        template:
          metadata: {labels: {app: db}}
          spec: {containers: [{name: db, image: "postgres:16"}]}
      """

  private func gather(
    _ request: GatherRequest, fault: Fault.Kind? = .crashLoop(logs: ["starting", "cannot connect to db:5432 password=hunter2"])
  ) async throws -> Evidence {
    var evidence: Evidence?
    try await ClusterFixture.with(manifests: Self.manifests) { fixture in
      if let fault {
        await fixture.cluster.inject(
          Fault(namespace: "shop", deployment: "checkout", kind: fault, restarts: 4))
      }
      let double = ControlPlaneDouble()
      let agent = fixture.agent(double, root: double.keys)
      let task = Task { try await agent.run() }
      defer { task.cancel() }
      double.send(id: "gather-1", .gather(request))
      let result = try await waitFor("evidence", within: .seconds(20)) { double.results.first { $0.command == "gather-1" } }
      guard case .evidence(let found) = result.outcome else { throw Missing(description: "\(result)") }
      evidence = found
      task.cancel()
      try await task.value
    }
    return try #require(evidence)
  }

  struct Missing: Error { let description: String }

  @Test("A crash loop after a bad revision: pods, logs of both runs, events, what changed, and the dependency")
  func crashLoop() async throws {
    let evidence = try await gather(
      GatherRequest(pods: [], workload: WorkloadName(kind: "Deployment", name: "checkout")))
    let bodies = evidence.facts.map(\.body)
    #expect(Set(evidence.facts.map(\.id)).count == evidence.facts.count)

    let workload = try #require(bodies.compactMap { if case .workload(let fact) = $0 { fact } else { nil } }.first)
    #expect(workload.target.path == "shop/Deployment/checkout" && workload.desired == 2)
    #expect(workload.templateDigest?.count == 64 && workload.revision == 2)

    let pods = bodies.compactMap { if case .pod(let fact) = $0 { fact } else { nil } }
    #expect(pods.count == 2)
    let container = try #require(pods.first?.containers.first)
    #expect(container.state.reason == "CrashLoopBackOff" && container.restarts >= 4 && container.memoryLimit == "64Mi")
    #expect(container.lastTermination?.exitCode == 1)

    let logs = bodies.compactMap { if case .log(let fact) = $0 { fact } else { nil } }
    #expect(logs.contains { $0.previous && $0.lines.contains { $0.contains("cannot connect to db:5432") } })
    let revisions = bodies.compactMap { if case .revision(let fact) = $0 { fact } else { nil } }
    #expect(revisions.map(\.revision) == [2, 1] && revisions.map(\.current) == [true, false])
    let changes = Dictionary(uniqueKeysWithValues: revisions[0].changes.map { ($0.path, $0) })
    #expect(changes["containers[app].image"]?.before == "shop/checkout:2.4.1")
    #expect(changes["containers[app].image"]?.after == "shop/checkout:2.5.0")
    #expect(changes["containers[app].env[DB_URL]"]?.after?.contains("db-typo:5432") == true)
    #expect(changes["containers[app].resources.limits.memory"]?.after == "64Mi")
    #expect(changes["containers[app].env[DB_PASSWORD]"]?.after == Redactor.mark)
    #expect(changes["containers[app].env[LOG_LEVEL]"] == nil)
    #expect(revisions[1].changes.isEmpty)

    let services = bodies.compactMap { if case .service(let fact) = $0 { fact } else { nil } }
    #expect(services.map(\.name) == ["checkout", "db"] && services.map(\.role) == [.own, .dependency])
    #expect(services.last?.readyPods == 1 && services.last?.readySince != nil)
    #expect(bodies.contains { if case .event(let fact) = $0 { fact.type == "Warning" } else { false } })
  }

  @Test("No secret leaves the namespace")
  func redacted() async throws {
    let evidence = try await gather(
      GatherRequest(pods: [], workload: WorkloadName(kind: "Deployment", name: "checkout")))
    let text = String(decoding: try WireJSON.encode(evidence), as: UTF8.self)
    #expect(!text.contains("hunter2") && !text.contains("s3cret"))
  }

  @Test("A pod that the alert names leads to its workload; one that is gone is named as missing")
  func byPod() async throws {
    let named = try await gather(GatherRequest(pods: ["gone-1"], workload: nil), fault: nil)
    #expect(named.omissions.contains { $0.what == "pods/gone-1" && $0.why == "not found" })
    try await ClusterFixture.with { fixture in
      let double = ControlPlaneDouble()
      let agent = fixture.agent(double, root: double.keys)
      let task = Task { try await agent.run() }
      defer { task.cancel() }
      let pod = try await waitFor("the inventory", within: .seconds(20)) { double.reports.first?.pods.first }
      double.send(id: "g", .gather(GatherRequest(pods: [pod.name], workload: nil)))
      let result = try await waitFor("evidence", within: .seconds(20)) { double.results.first }
      guard case .evidence(let evidence) = result.outcome else { throw Missing(description: "\(result)") }
      #expect(evidence.facts.contains { if case .workload(let fact) = $0.body { fact.target.name == "checkout" } else { false } })
      #expect(
        evidence.facts.contains { if case .log(let log) = $0.body { log.pod == pod.name } else { false } },
        "errors that no status shows are in the logs")
      task.cancel()
    }
  }

  @Test("What cannot be read is named, and the rest still comes")
  func omissions() async throws {
    try await ClusterFixture.with { fixture in
      await fixture.cluster.inject(
        Fault(namespace: "shop", deployment: "checkout", kind: .crashLoop(logs: ["x"]), restarts: 3))
      await fixture.cluster.fail(APIFailure(.status(500), count: nil, pathContains: "/log"))
      let view = LiveNamespace(boot: "b")
      let gatherer = EvidenceGatherer(
        client: fixture.client, namespace: "shop", view: view, redactor: Redactor(), clock: fixture.clock)
      let evidence = await gatherer.gather(
        GatherRequest(pods: [], workload: WorkloadName(kind: "Deployment", name: "checkout")))
      #expect(evidence.facts.contains { if case .pod = $0.body { true } else { false } })
      #expect(evidence.omissions.contains { $0.what.contains("log of checkout") })
    }
  }
}
