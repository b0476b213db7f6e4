import Redaction
import Signing
import Testing
import Wire

@testable import AgentCore

@Suite("Where admitted commands wait")
struct CommandDeskTests {
  private let keys = SignedCommands()

  private func desk(_ fixture: ClusterFixture, _ outbox: ResultOutbox) -> CommandDesk {
    let (client, namespace, clock) = (fixture.client, ClusterFixture.namespace, fixture.clock)
    let view = LiveNamespace(boot: keys.boot)
    return CommandDesk(
      runner: fixture.runner, settlement: fixture.settlement,
      gatherer: EvidenceGatherer(client: client, namespace: namespace, view: view, redactor: Redactor(), clock: clock),
      observer: Observer(client: client, scope: .namespace(namespace), view: view, clock: clock), journal: fixture.journal,
      state: LinkState(boot: keys.boot, scope: .namespace(namespace), cluster: nil, root: keys.root.verificationKey),
      outbox: outbox,
      clock: clock, logger: fixture.logger)
  }

  @Test("All workloads of a large namespace may alert at once: what is above the bound is answered, and nothing before it")
  func bounds() async throws {
    try await ClusterFixture.with { fixture in
      let order = try await fixture.order()
      let observation = ObserveRequest(target: order.target, stabilitySeconds: 1, deadline: fixture.clock.now + .seconds(60))
      for (task, bound) in [
        (Command.Task.act(order), 64), (SignedCommands.gather(), 512), (.observe(observation), 512),
      ] {
        let outbox = ResultOutbox()
        let desk = desk(fixture, outbox)
        for number in 1...bound { await desk.dispatch(keys.command(id: "waits-\(number)", task)) }
        #expect(await outbox.first == nil)
        let excess = keys.command(id: "excess", task)
        await desk.dispatch(excess)
        let answer = try #require(await outbox.first)
        #expect(answer.command == "excess")
        let reason = "too many \(excess.kind.rawValue) commands at once"
        #expect(answer.outcome == (excess.kind == .act ? .unknown(reason) : .failed(reason)))
      }
    }
  }
}
