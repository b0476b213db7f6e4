import Kubernetes
import Testing
import Wire

@testable import AgentCore

@Suite("Every action, step by step")
struct ActMachineTests {
  private let keys = SignedCommands()
  private let now = Timestamp(seconds: 1_800_000_000)

  private func command(_ order: Order, approvers: [String] = ["ada"], for lifetime: Duration = .seconds(120)) -> Command {
    keys.command(approvers: approvers, from: .zero, for: lifetime, at: now, .act(order))
  }

  private func reason(_ result: CommandResult?) -> RefusalReason? {
    guard case .refused(let refusal)? = result?.outcome else { return nil }
    return refusal.reason
  }

  private func report(_ result: CommandResult?) -> ActReport? {
    guard case .acted(let report)? = result?.outcome else { return nil }
    return report
  }

  /// A drain cordons and evicts three pods; everything else is one write.
  private func effects(of action: Action) -> Int { action == .drainNode ? 4 : 1 }

  @Test("It happens once, after a rehearsal, and the journal holds intent and result", arguments: ActCase.all)
  func acts(_ test: ActCase) throws {
    var cluster = test.cluster
    let result = cluster.run(command(test.order), test.order, now: now)
    _ = try #require(report(result), "\(String(describing: result))")
    #expect(cluster.effects == effects(of: test.order.action))
    #expect(cluster.rehearsals == (test.order.action == .execPod ? 0 : 1))
    #expect(cluster.journal.entry("cmd-1")?.result == result)
    #expect(cluster.journal.entry("cmd-1")?.plan == nil)
    let again = cluster.run(command(test.order), test.order, now: now)
    #expect(again == result)
    #expect(cluster.effects == effects(of: test.order.action))
  }

  @Test("What undoes it is recorded, and undoes it", arguments: ActCase.all)
  func inverses(_ test: ActCase) throws {
    var cluster = test.cluster
    let inverse = try #require(report(cluster.run(command(test.order), test.order, now: now))).inverse
    switch test.order.action {
    case .scaleDeployment, .raiseHPAMax, .cordonNode, .uncordonNode, .drainNode, .rollbackDeployment:
      let inverse = try #require(inverse)
      // The controller gives the old ReplicaSet a new number; the one before keeps its own.
      let order = Order(
        incident: "7", action: inverse.action, target: inverse.target, preconditions: inverse.preconditions,
        parameters: inverse.parameters, risk: inverse.action.risk, verdictDigest: "")
      let back = keys.command(id: "cmd-2", approvers: ["ada"], from: .zero, at: now, .act(order))
      _ = try #require(report(cluster.run(back, order, now: now)))
      let kind = ActCatalogue.meaning(of: test.order.action).kind
      let key = "\(kind.plural)/\(test.order.target.name)"
      #expect(cluster.objects[key]?["spec"] == test.cluster.objects[key]?["spec"])
    default: #expect(inverse == nil)
    }
  }

  private static let crashes = ActCase.all.flatMap { test in (0...9).map { (test, $0) } }

  /// Runs the first steps of a command, the last of them with its effect but without its answer, and dies.
  private func runAndDie(_ cluster: inout PaperCluster, _ command: Command, _ order: Order, after steps: Int) {
    var machine = ActMachine(command, order, ActCatalogue.meaning(of: order.action))
    var step = machine.start()
    for number in 0...steps {
      if case .finish = step { return }
      let answer = cluster.perform(step, command, order)
      if number < steps { step = machine.next(answer, now: now) }
    }
  }

  @Test("Cut off at any step and delivered again, it has exactly one effect, or is unknown", arguments: crashes)
  func redelivered(_ test: ActCase, _ steps: Int) throws {
    var cluster = test.cluster
    cluster.drainsOnly = 1
    runAndDie(&cluster, command(test.order), test.order, after: steps)
    cluster.drainsOnly = nil
    let hadIntent = cluster.journal.entry("cmd-1") != nil
    let result = cluster.run(
      keys.command(boot: "next life", approvers: ["ada"], from: .zero, at: now, .act(test.order)), test.order, now: now)
    if test.order.action == .execPod, hadIntent, cluster.effects < 1 || cluster.journal.entry("cmd-1")?.result != nil {
      #expect(cluster.effects <= 1)
      if report(result) == nil, case .unknown? = result?.outcome {} else { #expect(report(result) != nil) }
    } else {
      #expect(report(result) != nil, "\(String(describing: result))")
      #expect(cluster.effects == effects(of: test.order.action))
    }
    #expect(cluster.journal.bareIntents.isEmpty)
  }

  @Test("Cut off at any step and never delivered again, the cluster itself tells, or it is unknown", arguments: crashes)
  func settled(_ test: ActCase, _ steps: Int) throws {
    var cluster = test.cluster
    runAndDie(&cluster, command(test.order), test.order, after: steps)
    for entry in cluster.journal.bareIntents {
      let subject = cluster.subject(test.order)
      let early = IntentSettlement.outcome(of: entry, in: subject, now: now)
      let late = IntentSettlement.outcome(of: entry, in: subject, now: entry.notAfter)
      switch (cluster.effects, test.order.action, early, late) {
      case (_, .execPod, .unknown, .unknown): break
      case (0, _, nil, .unknown): break
      case (effects(of: test.order.action), _, .acted(let report), .acted): #expect(report.alreadyDone)
      // A drain whose node is cordoned and whose pods are all there goes on while it may be delivered again.
      case (1, .drainNode, nil, .unknown): break
      default: Issue.record("\(cluster.effects) effects: \(String(describing: early)), \(String(describing: late))")
      }
    }
  }

  @Test("An answer that got lost is found again on the object", arguments: ActCase.all)
  func lostAnswer(_ test: ActCase) {
    guard test.order.action != .execPod else { return }
    var cluster = test.cluster
    cluster.lostAnswers = 1
    #expect(report(cluster.run(command(test.order), test.order, now: now)) != nil)
    #expect(cluster.effects == effects(of: test.order.action))
  }

  @Test("A request that failed on the way is repeated, and never called undone while it may still land", arguments: ActCase.all)
  func failures(_ test: ActCase) {
    guard test.order.action != .execPod else { return }
    var cluster = test.cluster
    cluster.faults = [PaperCluster.refusal(503), PaperCluster.refusal(409)]
    #expect(report(cluster.run(command(test.order), test.order, now: now)) != nil)
    #expect(cluster.effects == effects(of: test.order.action))
    cluster = test.cluster
    cluster.faults = Array(repeating: PaperCluster.refusal(504), count: 9)
    guard case .unknown? = cluster.run(command(test.order), test.order, now: now)?.outcome else {
      Issue.record("not unknown")
      return
    }
    cluster = test.cluster
    cluster.faults = Array(repeating: PaperCluster.refusal(403), count: 9)
    guard case .failed? = cluster.run(command(test.order), test.order, now: now)?.outcome else {
      Issue.record("not failed")
      return
    }
    #expect(cluster.effects == 0)
  }

  @Test(
    "A rehearsal that is refused ends it in the server's words: nothing is journalled and nothing done", arguments: ActCase.all)
  func rehearsalRefused(_ test: ActCase) {
    guard test.order.action != .execPod else { return }
    for code in [400, 403, 422] {
      var cluster = test.cluster
      cluster.rehearsalFaults = Array(repeating: PaperCluster.refusal(code, "denied request: no"), count: 9)
      let result = cluster.run(command(test.order), test.order, now: now)
      #expect(result?.outcome == .refused(.init(reason: .dryRunRefused, detail: "denied request: no")))
      #expect(cluster.effects == 0)
      #expect(cluster.journal.entries.isEmpty)
    }
  }

  @Test("A rehearsal without an answer is repeated, then given up as failed", arguments: ActCase.all)
  func rehearsalFailed(_ test: ActCase) {
    guard test.order.action != .execPod else { return }
    var cluster = test.cluster
    cluster.rehearsalFaults = [PaperCluster.refusal(503), PaperCluster.refusal(429, retryAfter: .seconds(1))]
    #expect(report(cluster.run(command(test.order), test.order, now: now)) != nil)
    cluster = test.cluster
    cluster.rehearsalFaults = Array(repeating: PaperCluster.refusal(500), count: 9)
    guard case .failed? = cluster.run(command(test.order), test.order, now: now)?.outcome else {
      Issue.record("not failed")
      return
    }
    #expect(cluster.effects == 0)
  }

  @Test("The stop switch stops it before the intent, and between intent and act", arguments: ActCase.all, [1, 2])
  func stopped(_ test: ActCase, _ ruling: Int) {
    var cluster = test.cluster
    let command = command(test.order)
    var machine = ActMachine(command, test.order, ActCatalogue.meaning(of: test.order.action))
    var step = machine.start()
    var rulings = 0
    while true {
      if case .readLocalRules = step {
        rulings += 1
        cluster.rules = rulings >= ruling ? .refused(.killSwitch, "stop") : .allowed
      }
      if case .finish(let result) = step {
        #expect(reason(result) == .killSwitch)
        break
      }
      step = machine.next(cluster.perform(step, command, test.order), now: now)
    }
    #expect(cluster.effects == 0)
    #expect(cluster.journal.entries.count == ruling - 1)
  }

  @Test("Another uid, no object, one that is being deleted and an owner's never are refused", arguments: ActCase.all)
  func common(_ test: ActCase) {
    let kind = ActCatalogue.meaning(of: test.order.action).kind
    let key = "\(kind.plural)/\(test.order.target.name)"
    var gone = test.cluster
    gone.objects[key] = nil
    for test in [
      test.with(uid: "other"), ActCase(order: test.order, cluster: gone),
      test.changing(key, ["metadata", "deletionTimestamp"], to: "2026-11-25T02:00:00Z"),
    ] {
      var cluster = test.cluster
      #expect(reason(cluster.run(command(test.order), test.order, now: now)) == .preconditionFailed)
      #expect(cluster.effects == 0)
    }
    var never = test.changing(key, ["metadata", "annotations", AutoAnnotation.name], to: "never").cluster
    #expect(reason(never.run(command(test.order, approvers: []), test.order, now: now)) == .preconditionFailed)
  }
}
