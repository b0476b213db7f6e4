import Glibc
import HTTP
import Simulator
import Support
import Testing
import Wire

@testable import AgentCore

@Suite("A whole agent between a cluster and a control plane")
struct AgentTests {
  private func with(
    speed: Double = 30, healthFile: String? = nil, prepare: (ControlPlaneDouble) -> Void = { _ in },
    _ body: (ClusterFixture, ControlPlaneDouble) async throws -> Void
  ) async throws {
    try await ClusterFixture.with(speed: speed) { fixture in
      let double = ControlPlaneDouble()
      prepare(double)
      let agent = fixture.agent(double, root: double.keys, healthFile: healthFile)
      let task = Task { try await agent.run() }
      do {
        try await body(fixture, double)
      } catch {
        task.cancel()
        throw error
      }
      task.cancel()
      try await task.value
    }
  }

  @Test("It says hello, tells what it cannot do (nothing), and what lives in the namespace, then every change")
  func inventory() async throws {
    try await with { fixture, double in
      let snapshot = try await waitFor("a snapshot", within: .seconds(10)) { double.reports.first }
      #expect(snapshot.snapshot && snapshot.revision == 1)
      #expect(snapshot.workloads.map(\.name) == ["checkout"] && snapshot.workloads.first?.desired == 2)
      #expect(snapshot.pods.count == 2 && snapshot.pods.allSatisfy { $0.ready && $0.workload?.name == "checkout" })
      #expect(double.hellos.first?.actions == Action.allCases.filter(ActCatalogue.byDefault.contains))
      await fixture.cluster.inject(
        Fault(namespace: "shop", deployment: "checkout", kind: .crashLoop(logs: ["x"]), restarts: 3))
      try await waitUntil("the crash loop is reported", within: .seconds(20)) {
        double.reports.contains { !$0.snapshot && $0.pods.contains { $0.reason == "CrashLoopBackOff" } }
      }
      let revisions = double.reports.map(\.revision)
      #expect(revisions == Array(1...Int64(revisions.count)))
      try await waitUntil("nothing is impaired", within: .seconds(10)) { double.statuses.last?.impairments == [] }
    }
  }

  @Test("A signed restart is carried out once, observed until stable, and everything is told")
  func actAndObserve() async throws {
    try await with { fixture, double in
      let order = try await fixture.order()
      double.send(id: "act-1", .act(order))
      let acted = try await waitFor("the act's result", within: .seconds(10)) { double.results.first { $0.command == "act-1" } }
      guard case .acted = acted.outcome else { Issue.record("\(acted)"); return }
      let request = ObserveRequest(target: order.target, stabilitySeconds: 1, deadline: SystemWallClock().now + .seconds(30))
      double.send(id: "observe-1", .observe(request))
      let observed = try await waitFor("the observation", within: .seconds(30)) {
        double.results.first { $0.command == "observe-1" }
      }
      guard case .observed(let observation) = observed.outcome else { Issue.record("\(observed)"); return }
      #expect(observation.ending == .stable && observation.readyReplicas == 2 && observation.troubles.isEmpty)
      #expect(try await fixture.effectivePatches() == 1)
      try await waitUntil("the journal knows that the result was taken", within: .seconds(5)) {
        try await fixture.journal.read().entry("act-1")?.acknowledged == true
      }
    }
  }

  @Test("A workload that stays ill is observed until the deadline, with what is wrong")
  func staysIll() async throws {
    try await with { fixture, double in
      await fixture.cluster.inject(
        Fault(namespace: "shop", deployment: "checkout", kind: .crashLoop(logs: ["x"], runsFor: 0.5), restarts: 3))
      let order = try await fixture.order()
      let request = ObserveRequest(target: order.target, stabilitySeconds: 10, deadline: SystemWallClock().now + .seconds(2))
      double.send(id: "o", .observe(request))
      let result = try await waitFor("the observation", within: .seconds(20)) { double.results.first }
      guard case .observed(let observation) = result.outcome else { Issue.record("\(result)"); return }
      #expect(observation.ending == .deadline && !observation.troubles.isEmpty)
    }
  }

  @Test("Forged envelopes are counted by reason and reported, and genuine ones still pass")
  func forged() async throws {
    try await with { _, double in
      _ = try await waitFor("hello", within: .seconds(10)) { double.hellos.first }
      double.sendRaw(Array("{}".utf8))
      double.sendRaw(try SignedCommands().envelope(SignedCommands().command(SignedCommands.gather())))
      try await waitUntil("both are counted", within: .seconds(10)) {
        double.statuses.last?.refusals == ["malformed_envelope": 1, "bad_signature": 1]
      }
      double.send(id: "g", .gather(GatherRequest(pods: [], workload: WorkloadName(kind: "Deployment", name: "checkout"))))
      _ = try await waitFor("evidence", within: .seconds(20)) { double.results.first }
    }
  }

  @Test("After a lost link it says hello again, with the same boot, and tells everything anew")
  func reconnects() async throws {
    try await with { _, double in
      _ = try await waitFor("a snapshot", within: .seconds(10)) { double.reports.first }
      double.with { $0.failures = [.transport(.closed), .unexpected(status: 502)] }
      try await waitUntil("a second snapshot", within: .seconds(20)) { double.reports.filter(\.snapshot).count == 2 }
      let hellos = double.hellos
      #expect(hellos.count == 2 && Set(hellos.map(\.boot)).count == 1)
    }
  }

  @Test("A control plane for another namespace, or with a foreign key set, is not followed")
  func wrongWelcome() async throws {
    try await with(prepare: { double in double.with { $0.welcomeNamespace = "billing" } }) { _, double in
      try await waitUntil("it tried twice", within: .seconds(20)) { double.hellos.count >= 2 }
      #expect(double.reports.isEmpty && double.statuses.isEmpty)
      double.with {
        $0.welcomeNamespace = "shop"
        $0.keySet = SignedCommands().keySet()
      }
      let seen = double.hellos.count
      try await waitUntil("it tried again", within: .seconds(20)) { double.hellos.count >= seen + 2 }
      #expect(double.reports.isEmpty)
    }
  }

  @Test("A life that follows an interrupted one sends the result that was left")
  func nextLife() async throws {
    try await ClusterFixture.with { fixture in
      let order = try await fixture.order()
      let command = SignedCommands().command(id: "act-1", .act(order))
      var machine = ActMachine(command, order, ActCatalogue.meaning(of: order.action))
      var step = machine.start()
      for _ in 0..<7 {
        step = machine.next(await fixture.runner.perform(step, command, order), now: fixture.clock.now)
      }
      let double = ControlPlaneDouble()
      let agent = fixture.agent(double, root: double.keys)
      let task = Task { try await agent.run() }
      let result = try await waitFor("the result", within: .seconds(10)) { double.results.first { $0.command == "act-1" } }
      guard case .acted(let report) = result.outcome else { Issue.record("\(result)"); return }
      #expect(report.alreadyDone)
      task.cancel()
      try await task.value
    }
  }

  @Test("It survives cut connections and forgotten watch history, and its view is right afterwards")
  func watchTroubles() async throws {
    try await with { fixture, double in
      _ = try await waitFor("a snapshot", within: .seconds(10)) { double.reports.first }
      await fixture.cluster.dropWatchHistory()
      fixture.cluster.cutConnections()
      await fixture.cluster.inject(
        Fault(namespace: "shop", deployment: "checkout", kind: .crashLoop(logs: ["x"]), restarts: 3))
      try await waitUntil("the crash loop is reported", within: .seconds(20)) {
        double.reports.contains { $0.pods.contains { $0.reason == "CrashLoopBackOff" } }
      }
    }
  }

  @Test("The health file is written while link and watches live")
  func healthFile() async throws {
    let path = "/tmp/agent-health-\(AgentIdentity.newBoot())"
    defer { unlink(path) }
    try await with(healthFile: path) { _, _ in
      let file = HealthFile(path: path)
      try await waitUntil("the file is there", within: .seconds(15)) { file.isFresh(at: SystemWallClock().now) }
      #expect(!file.isFresh(at: SystemWallClock().now + .seconds(120)))
    }
  }
}
