import Kubernetes
import Simulator
import Support
import Testing
import Wire

@testable import AgentCore

/// The watches show a healthy workload throughout; what the confirming read finds differs.
@Suite("Confirming what the watches showed")
struct ObserverTests {
  private static let confirmingRead = "/deployments/checkout"

  private func observe(
    _ fixture: ClusterFixture, _ healthy: Deployment, stability: Int, for lifetime: Duration
  ) async throws -> (observation: Observation, began: Wire.Timestamp) {
    let (namespace, clock) = (ClusterFixture.namespace, fixture.clock)
    let view = LiveNamespace(boot: "b")
    let shown = CachedWorkload.sample(uid: healthy.metadata.uid, name: "checkout")
    await view.receive(.replaced([shown]), of: "Deployment", at: clock.now)
    for name in LiveNamespace.watched { await view.watchHeard(name, at: clock.now) }
    let began = clock.now
    let target = Target(
      apiVersion: "apps/v1", kind: "Deployment", namespace: namespace, name: "checkout", uid: healthy.metadata.uid)
    let outcome = await Observer(client: fixture.client, scope: .namespace(namespace), view: view, clock: clock)
      .observe(ObserveRequest(target: target, stabilitySeconds: stability, deadline: began + lifetime), id: "o")
    guard case .observed(let observation) = outcome else { throw Unexpected(outcome: outcome) }
    return (observation, began)
  }

  private struct Unexpected: Error { let outcome: CommandResult.Outcome }

  @Test("A read that fails once is repeated, and what was observed until then counts")
  func readAgain() async throws {
    try await ClusterFixture.with { fixture in
      let healthy = try await fixture.deployment()
      await fixture.cluster.fail(APIFailure(.status(500), method: "GET", pathContains: Self.confirmingRead))
      let (seen, began) = try await observe(fixture, healthy, stability: 1, for: .seconds(20))
      #expect(seen.ending == .stable)
      #expect(seen.observedFrom < began + .seconds(1))
      #expect(fixture.clock.now >= began + .seconds(1) + Observer.confirmationPause)
    }
  }

  @Test("Reads that fail until the deadline leave it unconfirmed, never stable, and say why")
  func unconfirmed() async throws {
    try await ClusterFixture.with { fixture in
      let healthy = try await fixture.deployment()
      await fixture.cluster.fail(APIFailure(.status(500), count: nil, method: "GET", pathContains: Self.confirmingRead))
      let (seen, began) = try await observe(fixture, healthy, stability: 1, for: .seconds(2))
      #expect(seen.ending == .deadline)
      #expect(seen.observedFrom < began + .seconds(1))
      #expect(seen.observedUntil >= began + .seconds(2))
      #expect(seen.readyReplicas == 2)
      #expect(seen.troubles.first?.hasPrefix("“stable” could not be confirmed: ") == true)
    }
  }

  @Test("An object that contradicts the watches means to begin again")
  func contradicted() async throws {
    try await ClusterFixture.with { fixture in
      let healthy = try await fixture.deployment()
      await fixture.cluster.inject(Fault(namespace: "shop", deployment: "checkout", kind: .readinessFailure()))
      try await waitUntil("the object shows the trouble", within: .seconds(10)) {
        try await fixture.deployment().status.availableReplicas == 0
      }
      let (seen, began) = try await observe(fixture, healthy, stability: 1, for: .seconds(2))
      #expect(seen.ending == .deadline)
      #expect(seen.observedFrom >= began + .seconds(1))
    }
  }
}
