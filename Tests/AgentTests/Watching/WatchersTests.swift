import Kubernetes
import Simulator
import Support
import Testing
import Wire

@testable import AgentCore

@Suite("The watches of an agent")
struct WatchersTests {
  private func with(
    _ scope: AgentScope = .namespace(ClusterFixture.namespace), speed: Double = 30, manifests: String = ClusterFixture.checkout,
    _ body: (ClusterFixture, LiveNamespace) async throws -> Void
  ) async throws {
    try await ClusterFixture.with(speed: speed, manifests: manifests) { fixture in
      let client = scope.name == Command.clusterScope ? fixture.administrator : fixture.client
      let view = LiveNamespace(boot: "b", watching: scope.watched)
      let watchers = Watchers(client: client, scope: scope, view: view, clock: fixture.clock, logger: fixture.logger)
      let keeper = LogKeeper(
        client: client, namespace: scope.home, view: view, clock: fixture.clock, logger: fixture.logger)
      await view.began(at: fixture.clock.now, lastSign: nil)
      let tasks = [Task { await watchers.run() }, Task { await keeper.run() }]
      defer { for task in tasks { task.cancel() } }
      try await body(fixture, view)
      for task in tasks { task.cancel() }
      for task in tasks { await task.value }
    }
  }

  private static let agent = "system:serviceaccount:shop:ai-sre-agent"

  @Test("Every kind of workload is seen, by its numbers")
  func kinds() async throws {
    let others = """

      ---
      apiVersion: apps/v1
      kind: StatefulSet
      metadata: {name: db, namespace: shop}
      spec:
        replicas: 1
        selector: {matchLabels: {app: db}}
        serviceName: db
        template: {metadata: {labels: {app: db}}, spec: {containers: [{name: db, image: db:1}]}}
      ---
      apiVersion: apps/v1
      kind: DaemonSet
      metadata: {name: logship, namespace: shop}
      spec:
        selector: {matchLabels: {app: logship}}
        template: {metadata: {labels: {app: logship}}, spec: {containers: [{name: l, image: l:1}]}}
      ---
      apiVersion: batch/v1
      kind: Job
      metadata: {name: migrate, namespace: shop}
      spec: {template: {spec: {restartPolicy: Never, containers: [{name: m, image: m:1}]}}}
      """
    try await with(manifests: ClusterFixture.checkout + others) { _, view in
      try await waitUntil("all kinds are there", within: .seconds(10)) {
        await Set(view.cache.workloads.values.map { "\($0.kind)/\($0.name)" })
          == ["Deployment/checkout", "StatefulSet/db", "DaemonSet/logship", "Job/migrate"]
      }
      try await waitUntil("a ReplicaSet was seen available", within: .seconds(10)) {
        let cache = await view.cache
        return cache.pods.values.contains { $0.owner.map { cache.wasSeenAvailable(replicaSet: $0.uid) } ?? false }
      }
    }
  }

  @Test("A crash loop becomes a signal, does not end while it runs in between, and ends with its pods")
  func crashLoop() async throws {
    try await with(speed: 10) { fixture, view in
      try await waitUntil("the view is complete", within: .seconds(10)) { await view.isComplete }
      await fixture.cluster.inject(
        Fault(namespace: "shop", deployment: "checkout", kind: .crashLoop(logs: ["FATAL no database"], runsFor: 2), restarts: 2))
      func kinds() async -> [Signal.Kind] {
        await SignalFinder.find(in: view.cache, at: await fixture.wallNow).signals.map(\.kind)
      }
      try await waitUntil("the signal", within: .seconds(10)) { await kinds() == [.crashLoopBackOff] }
      let kept = try await waitFor("the log of the run that died", within: .seconds(10)) {
        for pod in await view.cache.pods.values {
          if let log = await view.keptLog(pod: pod.uid, container: "app") { return log }
        }
        return nil
      }
      #expect(String(decoding: kept.bytes, as: UTF8.self).contains("FATAL no database"))
      #expect(kept.death.run.exitCode == 1)
      await fixture.cluster.removeAllFaults()
      let order = try await fixture.order()
      _ = await fixture.runner.run(SignedCommands().command(id: "heal", .act(order)), order)
      try await waitUntil("the signal ends", within: .seconds(30)) { await kinds() == [] }
    }
  }

  @Test("A kind that the Role does not allow is an impairment, and the rest goes on")
  func denied() async throws {
    try await ClusterFixture.with { fixture in
      await fixture.cluster.fail(APIFailure(.status(403), count: nil, pathContains: "/jobs"))
      let double = ControlPlaneDouble()
      let agent = fixture.agent(double, root: double.keys)
      let task = Task { try await agent.run() }
      _ = try await waitFor("a snapshot all the same", within: .seconds(20)) { double.reports.first }
      try await waitUntil("the impairment", within: .seconds(10)) {
        double.statuses.last?.impairments.contains { $0.hasPrefix("jobs may not be watched") } == true
      }
      #expect(double.statuses.last?.blindSpans.contains { $0.what == "jobs" && $0.to == nil } == true)
      task.cancel()
      try await task.value
    }
  }

  @Test("The API server goes and comes back, and the view is the truth again, with the gap in the ledger")
  func serverRestart() async throws {
    try await with { fixture, view in
      try await waitUntil("the view is complete", within: .seconds(10)) { await view.isComplete }
      await fixture.cluster.fail(APIFailure(.cutBefore, count: nil, user: Self.agent))
      fixture.cluster.cutConnections()
      try await waitUntil("it is known", within: .seconds(10)) { await view.health.ledger.isBlind("api") }
      try await Task.sleep(for: .milliseconds(1100))
      await fixture.cluster.inject(
        Fault(namespace: "shop", deployment: "checkout", kind: .crashLoop(logs: ["x"]), restarts: 3))
      await fixture.cluster.removeFailure()
      await fixture.cluster.dropWatchHistory()
      try await waitUntil("the crash loop is seen", within: .seconds(30)) {
        await view.cache.pods.values.contains { $0.reason == "CrashLoopBackOff" }
      }
      try await waitUntil("all is watched again", within: .seconds(30)) { await view.health.isWell(at: fixture.clock.now) }
      let spans = await view.health.ledger.newestFirst
      #expect(spans.contains { $0.what == "api" && $0.to != nil })
      #expect(spans.contains { $0.what == "pods" && $0.to != nil })
    }
  }

  @Test("A list whose continuation expires begins again")
  func expiredContinuation() async throws {
    try await ClusterFixture.with { fixture in
      await fixture.cluster.fail(APIFailure(.status(410), count: 1, pathContains: "/deployments"))
      let view = LiveNamespace(boot: "b")
      let watchers = Watchers(
        client: fixture.client, scope: .namespace("shop"), view: view, clock: fixture.clock, logger: fixture.logger)
      let task = Task { await watchers.run() }
      try await waitUntil("the view is complete", within: .seconds(10)) { await view.isComplete }
      #expect(await view.cache.workloads.count == 1)
      task.cancel()
      await task.value
    }
  }

  @Test("A cluster agent sees nodes and namespaces with the numbers of their pods")
  func cluster() async throws {
    try await with(.cluster(home: "ai-sre")) { fixture, view in
      try await waitUntil("the view is complete", within: .seconds(10)) { await view.isComplete }
      try await waitUntil("two pods in shop", within: .seconds(10)) {
        let cluster = await view.cluster
        return cluster.namespaces.values.contains { $0.name == "shop" && cluster.summary(ofNamespace: $0.uid)?.pods == 2 }
      }
      let report = try #require(await view.nextReport())
      #expect(report.snapshot && report.pods.isEmpty && !report.nodes.isEmpty && !report.namespaces.isEmpty)
      #expect(report.nodes.reduce(0) { $0 + $1.pods } >= 2)
      #expect(report.nodes.allSatisfy { $0.ready == "True" && !$0.unschedulable })
    }
  }
}
