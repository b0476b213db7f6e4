import Kubernetes
import Simulator
import Support
import Testing
import Wire

@testable import AgentCore

@Suite("The evictions of a drain")
struct DrainTests {
  private struct Drain {
    let fixture: ClusterFixture
    let running = RunningActs()
    let board = ProgressBoard()
    let entry: JournalEntry

    init(_ fixture: ClusterFixture, ago: Duration = .zero) async throws {
      self.fixture = fixture
      try await waitUntil("both pods are there", within: .seconds(10)) { try await Self.pods(fixture).count == 2 }
      let plan = try await Self.pods(fixture).map {
        PlannedEviction(namespace: "shop", name: $0.metadata.name, uid: $0.metadata.uid)
      }
      let now = fixture.clock.now
      entry = JournalEntry(
        command: "drain-1", incident: "7", action: .drainNode,
        target: Target(apiVersion: "v1", kind: "Node", namespace: "", name: "node-1", uid: "n"),
        intendedAt: Timestamp(milliseconds: now.milliseconds - Int64(ago.components.seconds) * 1000), notAfter: now,
        ActChange(plan: plan))
      await running.begin("drain-1")
    }

    static func pods(_ fixture: ClusterFixture) async throws -> [NodePod] {
      try await fixture.client.list(NodePod.self, namespace: "shop").items.filter { $0.metadata.deletionTimestamp == nil }
    }

    func run() async -> DrainEnd {
      await DrainRun(
        client: fixture.client, rules: LocalRulesReader(client: fixture.client, namespace: "shop"), running: running,
        board: board, clock: fixture.clock
      ).run(entry)
    }

    func answer(_ status: Int, count: Int? = nil) async {
      await fixture.cluster.fail(APIFailure(.status(status), count: count, method: "POST", pathContains: "eviction"))
    }

    func evictions() async -> Int {
      await fixture.cluster.requests(RequestQuery(method: "POST", pathContains: "eviction")).count
    }
  }

  @Test("All that are accepted or gone make it empty, and the last word of progress counts them")
  func empties() async throws {
    try await ClusterFixture.with { fixture in
      let drain = try await Drain(fixture)
      await drain.answer(429, count: 2)
      await drain.answer(201)
      let end = await drain.run()
      #expect(end.ending == .emptied)
      #expect(end.evicted.count == 2 && end.left.isEmpty)
      let progress = try #require(await drain.board.take())
      #expect(progress.command == "drain-1" && progress.done == 2 && progress.total == 2)
    }
  }

  @Test("A pod of another uid is gone, and is not asked for")
  func replaced() async throws {
    try await ClusterFixture.with { fixture in
      let drain = try await Drain(fixture)
      let plan = drain.entry.plan?.map { PlannedEviction(namespace: $0.namespace, name: $0.name, uid: "older") }
      let entry = JournalEntry(
        command: "drain-1", incident: "7", action: .drainNode, target: drain.entry.target, intendedAt: drain.entry.intendedAt,
        notAfter: drain.entry.notAfter, ActChange(plan: plan))
      let end = await DrainRun(
        client: fixture.client, rules: LocalRulesReader(client: fixture.client, namespace: "shop"), running: drain.running,
        board: drain.board, clock: fixture.clock
      ).run(entry)
      #expect(end.ending == .emptied)
      #expect(await drain.evictions() == 0)
    }
  }

  @Test("While budgets refuse it waits; a stop, the kill switch and its own end finish it, and say what is left")
  func ends() async throws {
    try await ClusterFixture.with { fixture in
      let drain = try await Drain(fixture)
      await drain.answer(429)
      async let waiting = drain.run()
      try await waitUntil("it was refused", within: .seconds(10)) { await drain.evictions() >= 2 }
      #expect(await drain.running.stop("drain-1"))
      let end = await waiting
      #expect(end.ending == .stopped && end.left.count == 2)

      let guarded = try await Drain(fixture)
      async let other = guarded.run()
      let seen = await guarded.evictions()
      try await waitUntil("it was refused again", within: .seconds(10)) { await guarded.evictions() >= seen + 1 }
      try await fixture.setGuard(["stop": "true"])
      #expect(await other.ending == .guarded("ai-sre-guard says stop"))

      let late = try await Drain(fixture, ago: NodeDrain.duration)
      #expect(await late.run().ending == .deadline)
    }
  }

  @Test("What the API server keeps refusing is left behind with its reason, and the rest goes")
  func stuck() async throws {
    try await ClusterFixture.with { fixture in
      let drain = try await Drain(fixture)
      let name = try #require(drain.entry.plan?.first?.name)
      await fixture.cluster.fail(APIFailure(.status(403), count: nil, method: "POST", pathContains: "\(name)/eviction"))
      await drain.answer(201)
      let end = await drain.run()
      #expect(end.ending == .stuck)
      #expect(end.evicted.count == 1 && end.left.keys.sorted() == ["shop/\(name)"])
    }
  }

  @Test("A stop of an act that is not under way says so")
  func stopOfNothing() async {
    let running = RunningActs()
    #expect(await !running.stop("x"))
    await running.begin("x")
    #expect(await running.stop("x"))
    #expect(await running.isStopped("x"))
    await running.end("x")
    #expect(await !running.isStopped("x"))
  }
}
