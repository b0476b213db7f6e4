import Testing

@testable import Simulator

@Suite("Alerts")
struct AlertTests {
  private func pods(_ fault: Fault?) async throws -> (ill: [JSONValue], healthy: [JSONValue], now: Timestamp) {
    try await withSimulatedCluster(SimulatedShop.configuration()) { cluster in
      let healthy = await cluster.pods()
      if let fault { await cluster.inject(fault) }
      return (await cluster.pods(), healthy, await cluster.now)
    }
  }

  @Test("An alert fires after its time, goes on with endsAt ahead, and is resolved once")
  func life() async throws {
    let (ill, healthy, start) = try await pods(
      Fault(namespace: "shop", deployment: "checkout", kind: .crashLoop(logs: []), restarts: 4))
    var state = AlertState(holdBack: 5, lifetime: 8)
    #expect(state.update(with: ill, now: start, wall: start).isEmpty)
    let firing = state.update(with: ill, now: start + 6, wall: start + 6)
    #expect(firing.count == 2)
    #expect(firing[0][path: "labels", "alertname"] == "PodCrashLoopBackOff")
    #expect(firing[0][path: "labels", "severity"] == "critical")
    #expect(firing[0][path: "labels", "namespace"] == "shop")
    #expect(firing[0][path: "labels", "pod"]?.string == ill[0].name)
    #expect(firing[0][path: "endsAt"]?.string == (start + 14).rfc3339Milli)
    let again = state.update(with: ill, now: start + 8, wall: start + 8)
    #expect(again[0]["startsAt"] == firing[0]["startsAt"])
    #expect(state.update(with: healthy, now: start + 12, wall: start + 12).count == 2)
    let resolved = state.update(with: healthy, now: start + 20, wall: start + 20)
    #expect(resolved.map { $0["endsAt"]?.string } == [(start + 20).rfc3339Milli, (start + 20).rfc3339Milli])
    state.confirmDelivery()
    #expect(state.update(with: healthy, now: start + 22, wall: start + 22).isEmpty)
  }

  @Test("Out of memory has an alert of its own")
  func outOfMemory() async throws {
    let (ill, _, now) = try await pods(Fault(namespace: "shop", deployment: "checkout", kind: .oomKill(), restarts: 2))
    #expect(AlertRules.alerts(for: ill[0], now: now).map(\.name) == ["PodOOMKilled"])
  }
}
