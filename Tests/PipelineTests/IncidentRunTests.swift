import Testing
import Wire

@testable import Pipeline

@Suite("The run of an incident")
struct IncidentRunTests {
  let restarted = CommandResult.Outcome.acted(ActReport(generation: 8, before: [:], after: [:], alreadyDone: false))

  @Test("goes from an alert to a verified fix and a mail")
  func alertToFix() throws {
    var walk = Walk()
    try walk.take(.opened)
    #expect(walk.incident.state == .gathering)
    #expect(walk.command?.task == .gather(GatherRequest(pods: ["checkout-1"], workload: nil)))

    try walk.take(.answered(command: "7-abcd-1-gather", .evidence(Situation().evidence)))
    #expect(walk.incident.state == .deciding)
    #expect(walk.intents == [.decide])

    try walk.decide()
    let order = try #require(walk.incident.order)
    #expect(walk.incident.state == .executing)
    #expect(order.action == .restartDeployment)
    #expect(order.target == Situation().target)
    #expect(walk.command?.notAfter == Situation.now + .seconds(120))

    try walk.take(.answered(command: "7-abcd-2-act", restarted))
    #expect(walk.incident.state == .verifying)

    try walk.take(.answered(command: "7-abcd-3-observe", .observed(.ended(.stable))))
    #expect(walk.incident.state == .resolved)
    #expect(walk.incident.verification?.verified == true)
    #expect(walk.incident.actionTaken == .restartDeployment)
    #expect(walk.notification?.subject == "[AI-SRE] Fixed PodCrashLoopBackOff")
  }

  @Test("numbers its commands, so that no two have the same id")
  func commandIDs() throws {
    var walk = Walk()
    var ids: [String] = []
    try walk.take(.opened)
    ids.append(try #require(walk.command?.id))
    try walk.take(.answered(command: ids[0], .evidence(Situation().evidence)))
    try walk.decide()
    ids.append(try #require(walk.command?.id))
    #expect(ids == ["7-abcd-1-gather", "7-abcd-2-act"])
  }

  @Test("ignores an answer to a command that is not open")
  func staleAnswer() throws {
    var walk = Walk()
    try walk.gather()
    let answer = try walk.take(.answered(command: "7-abcd-1-gather", .evidence(Situation().evidence)))
    let timeout = try walk.take(.unanswered(command: "7-abcd-1-gather"))
    #expect(!answer && !timeout)
    #expect(walk.incident.state == .deciding)
  }

  @Test(
    "goes to a person when the effect is not certain",
    arguments: [
      CommandResult.Outcome.unknown("the connection broke"), .failed("forbidden"),
      .refused(.init(reason: .preconditionFailed, detail: "the template has changed")),
    ])
  func uncertainEffect(outcome: CommandResult.Outcome) throws {
    var walk = Walk()
    try walk.gather()
    try walk.decide()
    try walk.take(.answered(command: walk.incident.openCommand ?? "", outcome))
    #expect(walk.incident.state == .escalated)
    #expect(walk.incident.verification == nil)
    #expect(walk.notification?.kind == .escalated)
  }

  @Test("goes to a person when no result comes")
  func noResult() throws {
    var walk = Walk()
    try walk.gather()
    try walk.decide()
    try walk.take(.unanswered(command: walk.incident.openCommand ?? ""))
    #expect(walk.incident.state == .escalated)
    #expect(walk.incident.conclusion?.contains("unknown") == true)
  }

  @Test(
    "never calls it fixed when it was not seen to be",
    arguments: [Observation.ended(.deadline, ready: 2), .ended(.targetGone, ready: 0), .ended(.stable, ready: 2)])
  func notFixed(observation: Observation) throws {
    var walk = Walk()
    try walk.gather()
    try walk.decide()
    try walk.take(.answered(command: walk.incident.openCommand ?? "", restarted))
    try walk.take(.answered(command: walk.incident.openCommand ?? "", .observed(observation)))
    #expect(walk.incident.state == .escalated)
    #expect(walk.incident.verification?.verified == false)
  }

  @Test("closes when the alert resolves before anything was done, and does nothing more")
  func resolvedBefore() throws {
    var walk = Walk()
    try walk.gather()
    try walk.take(.alertsResolved)
    #expect(walk.incident.state == .closed)
    #expect(walk.intents.isEmpty)
  }

  @Test("goes on to verify when the alert resolves after the act")
  func resolvedAfter() throws {
    var walk = Walk()
    try walk.gather()
    try walk.decide()
    try walk.take(.alertsResolved)
    #expect(walk.incident.state == .executing)
    #expect(walk.incident.alertResolvedAt == Situation.now)
  }

  @Test("gives way to an older incident of the same workload, once the evidence names it")
  func twin() throws {
    var walk = Walk()
    walk.history = WorkloadHistory(twin: 3)
    try walk.gather()
    #expect(walk.incident.state == .closed)
    #expect(walk.incident.conclusion?.contains("Incident 3") == true)
    #expect(walk.incident.mergedInto == 3)
  }

  @Test("waits when something is at it already, looks again, and calls a person in the end")
  func waiting() throws {
    var settings = PolicySettings()
    settings.maximumWaits = 2
    var walk = Walk(settings: settings)
    var situation = Situation()
    situation.dependencyReady = 0
    try walk.take(.opened)
    for _ in 0..<2 {
      try walk.take(.answered(command: walk.incident.openCommand ?? "", .evidence(situation.evidence)))
      try walk.decide()
      #expect(walk.incident.state == .waiting)
      try walk.take(.waitOver)
    }
    try walk.take(.answered(command: walk.incident.openCommand ?? "", .evidence(situation.evidence)))
    try walk.decide()
    #expect(walk.incident.state == .escalated)
  }

  @Test("tells nobody when a test ends without a suggestion")
  func quietTest() throws {
    var walk = Walk(mode: .suggest)
    try walk.take(.opened)
    try walk.take(.unanswered(command: walk.incident.openCommand ?? ""))
    #expect(walk.incident.state == .closed)
    #expect(walk.notification == nil)
  }

  @Test("gathers again when the evidence has grown old, a few times, and then calls a person")
  func oldEvidence() throws {
    var walk = Walk()
    try walk.take(.opened)
    for round in 0...3 {
      try walk.take(.answered(command: walk.incident.openCommand ?? "", .evidence(Situation().evidence)))
      walk.now = walk.now + .seconds(61)
      try walk.decide()
      #expect(walk.incident.state == (round < 3 ? .gathering : .escalated))
    }
  }

  @Test("takes no notice of an agent's clock that is wrong")
  func wrongClock() throws {
    var situation = Situation()
    situation.gatheredAt = Situation.now - .seconds(3600)
    var walk = Walk()
    try walk.gather(situation)
    try walk.decide()
    #expect(walk.incident.state == .executing)
  }

  @Test("tells the late word of an agent that had been given up, and stays with the person")
  func lateResult() throws {
    var walk = Walk()
    try walk.gather()
    try walk.decide()
    let command = try #require(walk.incident.openCommand)
    try walk.take(.unanswered(command: command))
    try walk.take(.answered(command: command, restarted))
    #expect(walk.incident.state == .escalated)
    #expect(walk.story.last == "Late word of the agent: it was done")
  }

  @Test("goes to a person at once when the alert names no namespace")
  func noNamespace() throws {
    var walk = Walk(namespace: "")
    try walk.take(.opened)
    #expect(walk.incident.state == .escalated)
    #expect(walk.command == nil)
  }

  @Test("stops at the suggestion when it is a test")
  func suggestion() throws {
    var walk = Walk(mode: .suggest)
    try walk.gather()
    try walk.decide()
    #expect(walk.incident.state == .closed)
    #expect(walk.command == nil)
    #expect(walk.incident.conclusion?.hasPrefix("Suggestion: restart_deployment shop/Deployment/checkout") == true)
  }
}
