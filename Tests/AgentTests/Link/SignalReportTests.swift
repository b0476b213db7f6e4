import HTTP
import Simulator
import Support
import Testing
import Wire

@testable import AgentCore

@Suite("Signals and keys over the link")
struct SignalReportTests {
  private func with(
    clock: any WallClock = SystemWallClock(), _ body: (ClusterFixture, ControlPlaneDouble) async throws -> Void
  ) async throws {
    try await ClusterFixture.with(speed: 1) { fixture in
      let double = ControlPlaneDouble()
      let agent = fixture.agent(double, root: double.keys, clock: clock)
      let task = Task { try await agent.run() }
      defer { task.cancel() }
      try await body(fixture, double)
      task.cancel()
      try await task.value
    }
  }

  @Test("What goes wrong is told within a second of being seen, all of it again after a lost link, and its end")
  func reported() async throws {
    try await with { fixture, double in
      try await waitUntil("nothing is wrong yet, and that is said", within: .seconds(10)) {
        double.signals.first?.signals == []
      }
      await fixture.cluster.inject(
        Fault(namespace: "shop", deployment: "checkout", kind: .crashLoop(logs: ["x"]), restarts: 3))
      try await waitUntil("the inventory shows it", within: .seconds(20)) {
        double.reports.contains { $0.pods.contains { $0.reason == "CrashLoopBackOff" } }
      }
      let signal = try await waitFor("the signal", within: .seconds(1)) {
        double.signals.last?.signals.first { $0.kind == .crashLoopBackOff }
      }
      #expect(signal.workload == WorkloadName(kind: "Deployment", name: "checkout") && signal.container == "app")
      let told = double.signals.count
      double.with { $0.failures = [.transport(.closed)] }
      try await waitUntil("told again in the next session", within: .seconds(20)) {
        double.signals.count > told && double.signals.last?.signals.contains { $0.kind == .crashLoopBackOff } == true
      }
      #expect(double.signals.map(\.revision) == Array(1...Int64(double.signals.count)))
    }
  }

  @Test("A control plane that takes no signals gets everything else")
  func olderControlPlane() async throws {
    try await ClusterFixture.with { fixture in
      let double = ControlPlaneDouble()
      double.with { $0.takesSignals = false }
      let agent = fixture.agent(double, root: double.keys)
      let task = Task { try await agent.run() }
      _ = try await waitFor("a snapshot", within: .seconds(10)) { double.reports.first }
      double.send(id: "g", .gather(GatherRequest(pods: [], workload: WorkloadName(kind: "Deployment", name: "checkout"))))
      _ = try await waitFor("evidence", within: .seconds(20)) { double.results.first }
      #expect(double.hellos.count == 1)
      task.cancel()
      try await task.value
    }
  }

  @Test("A command by a key of a newer set makes it ask for that, and follow, without a new session")
  func rotatedKeys() async throws {
    let clock = ShiftingClock()
    try await with(clock: clock) { _, double in
      _ = try await waitFor("a snapshot", within: .seconds(10)) { double.reports.first }
      clock.advance(by: KeySetRefresh.shortestInterval)
      double.rotateKeys()
      double.send(id: "g", .gather(GatherRequest(pods: [], workload: WorkloadName(kind: "Deployment", name: "checkout"))))
      _ = try await waitFor("evidence", within: .seconds(20)) { double.results.first }
      #expect(double.hellos.count == 2 && double.reports.filter(\.snapshot).count == 1)
    }
  }
}
