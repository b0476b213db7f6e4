import Kubernetes
import Simulator
import Support
import Testing
import Wire

@testable import AgentCore

@Suite("Restarting a Deployment in a cluster")
struct RestartTests {
  private let keys = SignedCommands()

  private func act(_ order: Order, id: String = "cmd-1", for lifetime: Duration = .seconds(120), approvers: [String] = [])
    -> Command
  {
    keys.command(id: id, approvers: approvers, for: lifetime, .act(order))
  }

  /// Runs a command whose rehearsal passes and whose act meets a fault.
  private func run(_ fixture: ClusterFixture, _ command: Command, _ order: Order, failingTheAct failure: APIFailure) async
    -> CommandResult?
  {
    var machine = ActMachine(command, order, ActCatalogue.meaning(of: order.action))
    var step = machine.start()
    var hasFailed = false
    while true {
      if case .finish(let result) = step { return result }
      if case .act = step, !hasFailed {
        hasFailed = true
        await fixture.cluster.fail(failure)
      }
      step = machine.next(await fixture.runner.perform(step, command, order), now: fixture.clock.now)
    }
  }

  private func report(_ result: CommandResult?) throws -> ActReport {
    guard case .acted(let report)? = result?.outcome else { throw Unexpected(result) }
    return report
  }

  struct Unexpected: Error, CustomStringConvertible {
    let description: String
    init(_ result: CommandResult?) { description = String(describing: result) }
  }

  private func reason(_ result: CommandResult?) -> RefusalReason? {
    guard case .refused(let refusal)? = result?.outcome else { return nil }
    return refusal.reason
  }

  @Test("It restarts once, proves itself on the object, and the journal holds intent and result")
  func restarts() async throws {
    try await ClusterFixture.with { fixture in
      let order = try await fixture.order()
      let before = try await fixture.deployment()
      let result = await fixture.runner.run(act(order), order)
      let report = try report(result)
      #expect(!report.alreadyDone)
      let after = try await fixture.deployment()
      #expect(after.metadata.annotations["ai-sre.dev/last-command"] == "cmd-1")
      #expect(
        after.spec.template.metadata.annotations?["kubectl.kubernetes.io/restartedAt"]
          == report.after[Places.restartedAt.description])
      #expect(after.metadata.generation == (before.metadata.generation ?? 0) + 1)
      let entry = try #require(try await fixture.journal.read().entry("cmd-1"))
      #expect(entry.result == result)
      let patches = await fixture.cluster.requests(.init(method: "PATCH", pathContains: "deployments/checkout"))
      #expect(patches.map { $0.query.contains("dryRun=All") } == [true, false])
      try await waitUntil("new pods are ready", within: .seconds(20)) {
        let status = try await fixture.deployment().status
        return status.updatedReplicas == 2 && status.availableReplicas == 2 && status.replicas == 2
      }
    }
  }

  @Test("The same command again answers with its stored result and touches nothing")
  func redelivery() async throws {
    try await ClusterFixture.with { fixture in
      let order = try await fixture.order()
      let first = await fixture.runner.run(act(order), order)
      let again = await fixture.runner.run(act(order), order)
      #expect(again == first)
      #expect(try await fixture.effectivePatches() == 1)
    }
  }

  @Test("Two restarts within a second are two restarts")
  func sameSecond() async throws {
    try await ClusterFixture.with { fixture in
      let order = try await fixture.order()
      let first = try report(await fixture.runner.run(act(order), order))
      let next = try await fixture.order()
      let second = try report(await fixture.runner.run(act(next, id: "cmd-2"), next))
      #expect(first.after[Places.restartedAt.description] != second.after[Places.restartedAt.description])
      #expect(second.before[LastCommand.pointer] == "cmd-1")
    }
  }

  @Test("A wrong uid, a wrong template, no template, another namespace and an unknown action are refused")
  func preconditions() async throws {
    try await ClusterFixture.with { fixture in
      let right = try await fixture.order()
      let digest = right.preconditions.templateDigest
      func refused(_ order: Order) async -> RefusalReason? { reason(await fixture.runner.run(act(order), order)) }
      #expect(await refused(SignedCommands.restart(uid: "other", digest: digest)) == .preconditionFailed)
      #expect(
        await refused(SignedCommands.restart(uid: right.target.uid, digest: String(repeating: "0", count: 64)))
          == .preconditionFailed)
      #expect(await refused(SignedCommands.restart(uid: right.target.uid, digest: nil)) == .preconditionFailed)
      #expect(await refused(SignedCommands.restart(uid: right.target.uid, digest: digest, name: "gone")) == .preconditionFailed)
      #expect(
        await refused(SignedCommands.restart(uid: right.target.uid, digest: digest, namespace: "billing")) == .wrongAudience)
      let delete = Order(
        incident: "7", action: .deleteDeployment, target: right.target, preconditions: right.preconditions, risk: .high,
        verdictDigest: "")
      #expect(await refused(delete) == .unsupported)
      let risky = Order(
        incident: "7", action: .restartDeployment, target: right.target, preconditions: right.preconditions, risk: .high,
        verdictDigest: "")
      #expect(await refused(risky) == .unsupported)
      #expect(try await fixture.effectivePatches() == 0)
      #expect(try await fixture.journal.read().entries.isEmpty)
    }
  }

  @Test("The team's stop switch, and a ConfigMap that cannot be read, stop it; nothing is journalled")
  func killSwitch() async throws {
    try await ClusterFixture.with { fixture in
      let order = try await fixture.order()
      try await fixture.setGuard(["stop": "true"])
      #expect(reason(await fixture.runner.run(act(order), order)) == .killSwitch)
      try await fixture.setGuard(["stop": "false"])
      for status in [403, 500, 503] {
        await fixture.cluster.fail(APIFailure(.status(status), method: "GET", pathContains: "ai-sre-guard"))
        #expect(reason(await fixture.runner.run(act(order), order)) == .guardUnreadable)
      }
      #expect(try await fixture.journal.read().entries.isEmpty)
      #expect(try await fixture.effectivePatches() == 0)
      _ = try report(await fixture.runner.run(act(order), order))
    }
  }

  @Test("A stop that is set between intent and act still stops it")
  func stopInBetween() async throws {
    try await ClusterFixture.with { fixture in
      let order = try await fixture.order()
      let command = act(order)
      var machine = ActMachine(command, order, ActCatalogue.meaning(of: order.action))
      var step = machine.start()
      var rulings = 0
      while true {
        if case .readLocalRules = step {
          rulings += 1
          if rulings == 2 { try await fixture.setGuard(["stop": "true"]) }
        }
        if case .finish = step { break }
        step = machine.next(await fixture.runner.perform(step, command, order), now: fixture.clock.now)
      }
      #expect(rulings == 2)
      #expect(try await fixture.effectivePatches() == 0)
      let state = try await fixture.journal.read()
      #expect(reason(state.entry("cmd-1")?.result) == .killSwitch)
    }
  }

  @Test("A paused rollout is not restarted, and auto: never asks for a person")
  func workloadsWishes() async throws {
    try await ClusterFixture.with { fixture in
      let never = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: checkout, namespace: shop, annotations: {ai-sre.dev/auto: never}}
        """
      try await fixture.cluster.apply(ManifestLoader.seeds(yaml: never).map(\.object))
      let order = try await fixture.order()
      #expect(reason(await fixture.runner.run(act(order), order)) == .preconditionFailed)
      let paused = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: checkout, namespace: shop}\nspec: {paused: true}\n"
      try await fixture.cluster.apply(ManifestLoader.seeds(yaml: paused).map(\.object))
      #expect(reason(await fixture.runner.run(act(order, approvers: ["ada"]), order)) == .preconditionFailed)
    }
  }

  @Test("A journal that cannot be written, or holds something else, stops it")
  func journalUnwritable() async throws {
    try await ClusterFixture.with { fixture in
      let order = try await fixture.order()
      let id = await fixture.cluster.fail(APIFailure(.status(403), count: nil, method: "POST", pathContains: "configmaps"))
      #expect(reason(await fixture.runner.run(act(order), order)) == .journalUnwritable)
      await fixture.cluster.removeFailure(id)
      let foreign =
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ai-sre-journal, namespace: shop}\ndata: {journal.json: oops}\n"
      try await fixture.cluster.apply(ManifestLoader.seeds(yaml: foreign).map(\.object))
      #expect(reason(await fixture.runner.run(act(order), order)) == .journalUnwritable)
      #expect(try await fixture.effectivePatches() == 0)
    }
  }

  @Test(
    "Whatever the API server does to the patch, there is one effect and the result tells the truth",
    arguments: [
      APIFailure.Effect.cutBefore, .cutAfter, .status(429), .status(500), .status(503), .status(504), .status(409), .status(403),
    ], [1, 2])
  func patchTroubles(_ effect: APIFailure.Effect, _ count: Int) async throws {
    try await ClusterFixture.with { fixture in
      let order = try await fixture.order()
      let failure = APIFailure(effect, count: count, method: "PATCH", pathContains: "deployments")
      _ = try report(await run(fixture, act(order), order, failingTheAct: failure))
      #expect(try await fixture.effectivePatches() == 1)
    }
  }

  @Test("An API server that never takes the patch: failed when that is certain, unknown when it is not")
  func neverTaken() async throws {
    try await ClusterFixture.with { fixture in
      let order = try await fixture.order()
      let forbidden = APIFailure(.status(403), count: nil, method: "PATCH", pathContains: "deployments")
      guard case .failed? = await run(fixture, act(order), order, failingTheAct: forbidden)?.outcome else {
        throw Unexpected(nil)
      }
      await fixture.cluster.removeFailure()
      let cut = APIFailure(.cutBefore, count: nil, method: "PATCH", pathContains: "deployments")
      guard case .unknown? = await run(fixture, act(order, id: "cmd-2"), order, failingTheAct: cut)?.outcome else {
        throw Unexpected(nil)
      }
      #expect(try await fixture.effectivePatches() == 0)
    }
  }

  @Test("Two agents with the same command: one effect")
  func twoAgents() async throws {
    try await ClusterFixture.with { fixture in
      let order = try await fixture.order()
      let command = act(order)
      async let one = fixture.runner.run(command, order)
      async let other = fixture.runner.run(command, order)
      for result in await [one, other] { _ = try report(result) }
      #expect(try await fixture.effectivePatches() == 1)
    }
  }
}
