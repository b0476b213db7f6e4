import Kubernetes
import Simulator
import Testing
import Wire

@testable import AgentCore

/// The agent dies between any two steps of an act, before or after the step's effect, and comes back.
@Suite("An agent that dies in the middle of an act")
struct CrashTests {
  private let keys = SignedCommands()

  /// The number of steps of an undisturbed restart: journal, target, rules, rehearsal, intent, rules, patch, result.
  private static let steps = 8

  /// Runs the first steps of a command and dies.
  private func runAndDie(_ fixture: ClusterFixture, _ command: Command, _ order: Order, after steps: Int) async {
    var machine = ActMachine(command, order, ActCatalogue.meaning(of: order.action))
    var step = machine.start()
    for _ in 0..<steps {
      if case .finish = step { return }
      step = machine.next(await fixture.runner.perform(step, command, order), now: fixture.clock.now)
    }
  }

  @Test("Delivered again in the next life, the command has exactly one effect and a true result", arguments: 0...steps)
  func redelivered(_ crash: Int) async throws {
    try await ClusterFixture.with { fixture in
      let order = try await fixture.order()
      await runAndDie(fixture, keys.command(.act(order)), order, after: crash)
      _ = await fixture.settlement.settle(try await fixture.journal.read().bareIntents)
      let again = keys.command(sequence: 1, boot: "next life", .act(order))
      let result = await fixture.runner.run(again, order)
      guard case .acted(let report)? = result?.outcome else {
        Issue.record("\(String(describing: result))")
        return
      }
      #expect(report.alreadyDone == (crash == 7))
      #expect(try await fixture.effectivePatches() == 1)
      #expect(try await fixture.journal.read().entry("cmd-1")?.result == result)
      #expect(try await fixture.journal.read().bareIntents.isEmpty)
    }
  }

  @Test("Never delivered again, an open intent is closed by what the object shows", arguments: 5...steps)
  func settled(_ crash: Int) async throws {
    try await ClusterFixture.with { fixture in
      let order = try await fixture.order()
      let command = keys.command(for: .milliseconds(crash < 7 ? 500 : 60_000), .act(order))
      await runAndDie(fixture, command, order, after: crash)
      let open = try await fixture.journal.read().bareIntents
      #expect(open.count == (crash == Self.steps ? 0 : 1))
      try await fixture.clock.sleep(until: crash < 7 ? command.notAfter : fixture.clock.now, tolerance: nil)
      let results = await fixture.settlement.settle(open)
      #expect(try await fixture.journal.read().bareIntents.isEmpty)
      switch (crash, results.first?.outcome) {
      case (5, .unknown), (6, .unknown), (8, nil): #expect(try await fixture.effectivePatches() == (crash == 8 ? 1 : 0))
      case (7, .acted(let report)):
        #expect(report.alreadyDone)
        #expect(try await fixture.effectivePatches() == 1)
      default: Issue.record("\(crash): \(results)")
      }
    }
  }

  @Test("An open intent that was not carried out stays open while the command may come again")
  func staysOpen() async throws {
    try await ClusterFixture.with { fixture in
      let order = try await fixture.order()
      await runAndDie(fixture, keys.command(.act(order)), order, after: 5)
      #expect(await fixture.settlement.settle(try await fixture.journal.read().bareIntents).isEmpty)
      #expect(try await fixture.journal.read().bareIntents.count == 1)
    }
  }

  @Test("When somebody else restarted the workload in between, nobody can tell: unknown, and no second restart")
  func othersInBetween() async throws {
    try await ClusterFixture.with { fixture in
      let order = try await fixture.order()
      await runAndDie(fixture, keys.command(.act(order)), order, after: 6)
      let deployment = try await fixture.deployment()
      let _: Deployment = try await fixture.client.patch(
        named: "checkout", namespace: "shop",
        [
          .add(
            JSONPointer("spec", "template", "metadata", "annotations"),
            ["kubectl.kubernetes.io/restartedAt": "2020-01-01T00:00:00Z"])
        ])
      let result = await fixture.runner.run(keys.command(boot: "next life", .act(order)), order)
      guard case .unknown? = result?.outcome else {
        Issue.record("\(String(describing: result))")
        return
      }
      #expect(try await fixture.effectivePatches() == 1)
      #expect(try await fixture.deployment().metadata.uid == deployment.metadata.uid)
    }
  }

  @Test("An epoch that the journal knows outlives the agent")
  func epoch() async throws {
    try await ClusterFixture.with { fixture in
      let order = try await fixture.order()
      _ = await fixture.runner.run(keys.command(epoch: 5, .act(order)), order)
      let next = try await fixture.order()
      let result = await fixture.runner.run(keys.command(id: "cmd-2", epoch: 4, boot: "next life", .act(next)), next)
      guard case .refused(let refusal)? = result?.outcome, refusal.reason == .oldEpoch else {
        Issue.record("\(String(describing: result))")
        return
      }
      #expect(try await fixture.effectivePatches() == 1)
    }
  }
}
