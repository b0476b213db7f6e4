import Testing
import Wire

@testable import Pipeline

@Suite("Taking back what did not help")
struct UndoTests {
  private static let inverse = Inverse(
    action: .scaleDeployment, target: Situation().target, preconditions: .init(replicas: 5), parameters: .init(replicas: 3))

  private func report(_ inverse: Inverse? = inverse) -> CommandResult.Outcome {
    .acted(ActReport(generation: 8, before: [:], after: [:], alreadyDone: false, inverse: inverse))
  }

  /// An incident whose act is done and was seen not to help.
  private func failed(_ inverse: Inverse? = inverse, settings: PolicySettings = .init(), history: WorkloadHistory = .init())
    throws
    -> Walk
  {
    var walk = Walk(settings: settings)
    try walk.gather()
    try walk.decide()
    try walk.answer(report(inverse))
    walk.history = history
    walk.now = walk.now + .seconds(400)
    try walk.answer(.observed(.ended(.deadline, ready: 1)))
    return walk
  }

  @Test("orders the inverse that the agent recorded, once, watches it, and calls a person with all that was tried")
  func once() throws {
    var walk = try failed()
    #expect(walk.incident.state == .executing)
    guard case .act(let order) = walk.command?.task else { return #expect(Bool(false)) }
    #expect(order.action == .scaleDeployment && order.parameters.replicas == 3 && order.preconditions.replicas == 5)
    #expect(order.verdictDigest == walk.incident.undo?.verdict.digest)
    #expect(walk.incident.order?.action == .restartDeployment, "the act itself stays on record")

    try walk.answer(report())
    #expect(walk.incident.state == .verifying)
    try walk.answer(.observed(.ended(.deadline, ready: 0)))
    #expect(walk.incident.state == .escalated)
    #expect(walk.command == nil, "no second undoing, not even of the undoing")
    let conclusion = try #require(walk.incident.conclusion)
    for part in ["restart_deployment shop/Deployment/checkout did not help", "1 of 3 ready", "undone by scale_deployment"] {
      #expect(conclusion.contains(part), "\(conclusion)")
    }
    #expect(walk.notification?.kind == .escalated)
    #expect(walk.incident.verification?.verified == false)
  }

  @Test("calls a person even when what was before holds again: the trouble is still there")
  func restored() throws {
    var walk = try failed()
    try walk.answer(report())
    try walk.answer(.observed(.ended(.stable)))
    #expect(walk.incident.state == .escalated)
    #expect(walk.incident.conclusion?.contains("and what was before holds: 3 of 3 ready") == true)
  }

  @Test("does nothing where no inverse was recorded")
  func irreversible() throws {
    let walk = try failed(nil)
    #expect(walk.incident.state == .escalated)
    #expect(walk.incident.undo == nil)
  }

  @Test("is not held up by the rest and the number of attempts that the act itself used up")
  func rest() throws {
    let history = WorkloadHistory(
      lastVerifiedAt: Situation.now, actedAt: [Situation.now, Situation.now - .seconds(60), Situation.now - .seconds(120)])
    #expect(try failed(history: history).incident.state == .executing)
  }

  @Test("is refused where another act is in flight")
  func inFlight() throws {
    let walk = try failed(history: WorkloadHistory(inFlight: 9))
    #expect(walk.incident.state == .escalated)
    #expect(walk.incident.conclusion?.contains("Undoing it is refused: incident 9 has an act in flight") == true)
  }

  @Test("asks a person where the inverse is of high risk, and binds the order that was shown")
  func highRisk() throws {
    let back = Inverse(action: .rollbackDeployment, target: Situation().target, parameters: .init(revision: 3))
    var walk = try failed(back)
    #expect(walk.incident.state == .awaitingApproval)
    #expect(walk.notification?.kind == .approvalNeeded)
    let shown = try #require(walk.incident.approval?.order)
    #expect(shown.action == .rollbackDeployment)
    try walk.take(.approved(by: "ada", orderDigest: shown.digest))
    #expect(walk.incident.state == .executing)
    guard case .act(let order) = walk.command?.task else { return #expect(Bool(false)) }
    #expect(order == shown)
    #expect(walk.command?.approvers == ["ada"])
  }

  @Test("ends with a person when it is rejected, or nobody answers", arguments: [true, false])
  func notApproved(isRejected: Bool) throws {
    var walk = try failed(Inverse(action: .rollbackDeployment, target: Situation().target, parameters: .init(revision: 3)))
    let digest = try #require(walk.incident.approval?.order.digest)
    try walk.take(isRejected ? .rejected(by: "ada", reason: "no") : .approvalExpired(orderDigest: digest))
    #expect(walk.incident.state == .escalated)
    #expect(walk.incident.conclusion?.contains("did not help") == true)
  }

  @Test(
    "ends with a person whatever becomes of it",
    arguments: [
      CommandResult.Outcome.failed("forbidden"), .unknown("the connection broke"),
      .refused(.init(reason: .killSwitch, detail: "stop")),
    ])
  func notDone(outcome: CommandResult.Outcome) throws {
    var walk = try failed()
    try walk.answer(outcome)
    #expect(walk.incident.state == .escalated)
    #expect(walk.command == nil)
    #expect(walk.incident.conclusion?.contains("did not help") == true)
  }
}
