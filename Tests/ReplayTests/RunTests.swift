import Replay
import Simulator
import Testing

@Suite("A situation is run through agent, store and pipeline")
struct RunTests {
  private func run(
    _ crash: CrashLoopSituation = .init(), _ configuration: Replay.Configuration = .init()
  ) async throws -> RunResult {
    try await Replay(configuration).run(crash.situation())
  }

  @Test("The agent's evidence and the runbooks make a proposal that policy lets pass")
  func proposal() async throws {
    let result = try await run()
    let proposal = try #require(result.answer.proposal)
    #expect(proposal == .init(action: "restart_deployment", target: "shop/Deployment/checkout", gate: .auto))
    #expect(result.answer.reasoning.contains("inventory"))
    #expect(result.answer.decidedBy == "runbook")
    #expect(result.answer.execution == nil)
    #expect(result.incidents == 1)
  }

  @Test(
    "Settings are read by their names in the environment",
    arguments: [
      ["CONFIDENCE_THRESHOLD": "0.97"], ["AUTO_ACTION_ENABLED": "false"], ["REQUIRE_APPROVAL_FOR": "restart_deployment"],
    ])
  func settings(_ settings: [String: String]) async throws {
    var crash = CrashLoopSituation()
    crash.settings = JSONValue(strings: settings.map { ($0.key, $0.value) })
    #expect(try await run(crash).answer.proposal?.gate == .approval)
    var configuration = Replay.Configuration()
    configuration.settings = settings
    #expect(try await run(.init(), configuration).answer.proposal?.gate == .approval)
  }

  @Test("A setting that cannot be used ends the run with its name")
  func badSetting() async throws {
    var crash = CrashLoopSituation()
    crash.settings = ["CONFIDENCE_THRESHOLD": "high"]
    let error = ReplayError.setting("CONFIDENCE_THRESHOLD", found: "high", expected: "a number from 0 to 1")
    await #expect(throws: error) { try await run(crash) }
  }

  private static func past(days: Double, verified: Bool = true, pod: String = "checkout-6c9f8d7b5-zzzzz") -> JSONValue {
    [
      "alert_name": "KubePodCrashLooping", "namespace": "shop", "pod": .string(pod), "action_taken": "restart_deployment",
      "verified": .bool(verified), "age_days": .double(days), "description": "",
    ]
  }

  @Test("An act of seven minutes ago keeps the workload at rest, one of another workload does not")
  func coolDown() async throws {
    var crash = CrashLoopSituation()
    crash.history = [Self.past(days: 0.005)]
    let resting = try await run(crash).answer
    #expect(resting.outcome == .escalate)
    #expect(resting.reasoning.contains("rests until"))
    crash.history = [Self.past(days: 0.005, pod: "cart-55d8c6d7b5-zzzzz")]
    #expect(try await run(crash).answer.outcome == .act)
  }

  @Test("Acts of days ago are precedents")
  func precedents() async throws {
    let alone = try await run().answer.confidence
    var crash = CrashLoopSituation()
    crash.history = [Self.past(days: 3), Self.past(days: 9)]
    #expect(try await run(crash).answer.confidence > alone)
    crash.history = [Self.past(days: 3, verified: false)]
    #expect(try await run(crash).answer.confidence < alone)
  }

  @Test("The same alert from another exporter joins the incident that is open")
  func correlation() async throws {
    var crash = CrashLoopSituation()
    crash.repeats = [3, 40]
    let result = try await run(crash)
    #expect(result.incidents == 1)
    #expect(result.answer.outcome == .act)
  }

  @Test("Waiting is looked at again when its time has come, on the scenario's clock")
  func waiting() async throws {
    var crash = CrashLoopSituation()
    crash.isDependencyReady = false
    crash.repeats = [130]
    let result = try await run(crash)
    #expect(result.answer.outcome == .wait)
    #expect(result.incidents == 1)
  }

  @Test("Where no agent is, a person is called once it is known that nobody answers")
  func noAgent() async throws {
    var crash = CrashLoopSituation()
    crash.agents = ["cart"]
    let answer = try await run(crash).answer
    #expect(answer.outcome == .escalate)
    #expect(answer.decidedBy == "rules")
    #expect(answer.reasoning.contains("No agent of namespace shop"))
  }

  @Test("A body that is no webhook ends the run with its place")
  func noWebhook() async throws {
    let document: JSONValue = ["now": "2026-11-22T10:00:00Z", "deliveries": [["body": ["version": "4"]]], "objects": []]
    let situation = try Scenario(document, name: "none").situation
    let error = await #expect(throws: ReplayError.self) { try await Replay().run(situation) }
    #expect(error == .delivery(0, reason: "not an Alertmanager webhook: alerts is missing"))
  }

  @Test("With execution the agent itself carries it out, and the decision is the same")
  func execution() async throws {
    var configuration = Replay.Configuration()
    configuration.executes = true
    var crash = CrashLoopSituation()
    for settings: JSONValue in [[:], ["AUTO_ACTION_ENABLED": "false"]] {
      crash.settings = settings
      let (decided, done) = (try await run(crash).answer, try await run(crash, configuration).answer)
      #expect(done.execution == "done")
      #expect(done.proposal == decided.proposal)
    }
  }

  @Test("What a scenario is called and expects changes nothing")
  func blind() async throws {
    var crash = CrashLoopSituation()
    let replay = try Replay()
    let plain = try await replay.run(crash.situation()).answers
    crash.expectation = ["outcome": "escalate", "forbid": ["*"], "cause": ["nothing"]]
    let named = try crash.scenario(id: "hyg-escalate", title: "escalate, never restart")
    #expect(try await replay.run(named.situation).answers == plain)
  }

  @Test("The adversarial stand-in picks the riskiest candidate, the others what their names say")
  func stubs() async throws {
    var outcomes: [StubModel: String] = [:]
    for model in StubModel.allCases {
      var configuration = Replay.Configuration()
      configuration.model = model
      outcomes[model] = try await run(.init(), configuration).answer.decidedBy
    }
    #expect(
      outcomes == [
        .runbook: "stub:runbook", .adversarial: "stub:adversarial", .garbage: "runbook", .timeout: "runbook", .text: "runbook",
      ])
  }
}
