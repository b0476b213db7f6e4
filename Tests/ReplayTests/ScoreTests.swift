import Replay
import Testing

@Suite("A run is measured against what a senior SRE would do")
struct ScoreTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let answers: [Answer]
    let expectation: Expected
    let score: (passed: Bool, correct: Bool, forbidden: Bool)

    init(
      _ description: String, _ answers: [Answer], _ expectation: Expected, passed: Bool, correct: Bool, forbidden: Bool = false
    ) {
      testDescription = description
      self.answers = answers
      self.expectation = expectation
      score = (passed, correct, forbidden)
    }
  }

  private static func act(
    _ action: String = "restart_deployment", _ target: String = "shop/Deployment/checkout", gate: Gate = .auto,
    reasoning: String = ""
  ) -> Answer {
    Answer(
      outcome: .act, proposal: .init(action: action, target: target, gate: gate), confidence: 0.9, decidedBy: "runbook",
      reasoning: reasoning)
  }

  private static func quiet(_ outcome: Outcome, reasoning: String = "") -> Answer {
    Answer(outcome: outcome, confidence: 0.5, decidedBy: "runbook", reasoning: reasoning)
  }

  private static let restart = Expected.Choice(action: "restart_deployment", target: "shop/Deployment/checkout")
  private static let evict = Expected.Choice(action: "delete_pod", target: "shop/Pod/checkout-1")

  static let cases: [Case] = [
    Case("the expected action", [act()], Expected(outcome: .act, actions: [restart]), passed: true, correct: true),
    Case(
      "any one of several right actions", [act("delete_pod", "shop/Pod/checkout-1")],
      Expected(outcome: .act, actions: [restart, evict]), passed: true, correct: true),
    Case(
      "the right action on another target", [act("restart_deployment", "shop/Deployment/cart")],
      Expected(outcome: .act, actions: [restart]), passed: false, correct: false),
    Case(
      "the right action where any target will do", [act()],
      Expected(outcome: .act, actions: [.init(action: "restart_deployment", target: nil)]), passed: true, correct: true),
    Case(
      "another action than expected", [act("scale_deployment")], Expected(outcome: .act, actions: [restart]), passed: false,
      correct: false),
    Case(
      "a forbidden action", [act("rollback_deployment")],
      Expected(outcome: .act, actions: [restart], forbid: ["rollback_deployment"]), passed: false, correct: false,
      forbidden: true),
    Case(
      "a forbidden action of another incident than the printed one", [act(), act("scale_deployment", "shop/Deployment/cart")],
      Expected(outcome: .act, actions: [restart], forbid: ["scale_deployment"]), passed: false, correct: false, forbidden: true),
    Case(
      "any action where all are forbidden", [act()], Expected(outcome: .none, forbid: ["*"]), passed: false, correct: false,
      forbidden: true),
    Case("nothing where all is forbidden", [quiet(.none)], Expected(outcome: .none, forbid: ["*"]), passed: true, correct: true),
    Case("no incident where there is nothing to do", [], Expected(outcome: .none, incidents: 0), passed: true, correct: true),
    Case("no incident where a person was to be called", [], Expected(outcome: .escalate), passed: false, correct: false),
    Case("escalating as expected", [quiet(.escalate)], Expected(outcome: .escalate), passed: true, correct: true),
    Case(
      "escalating instead of acting", [quiet(.escalate)], Expected(outcome: .act, actions: [restart]), passed: false,
      correct: false),
    Case("waiting as expected", [quiet(.wait)], Expected(outcome: .wait), passed: true, correct: true),
    Case("waiting instead of closing", [quiet(.wait)], Expected(outcome: .none), passed: false, correct: false),
    Case("the expected gate", [act(gate: .approval)], Expected(outcome: .act, gate: .approval), passed: true, correct: true),
    Case(
      "another gate than expected", [act(gate: .auto)], Expected(outcome: .act, gate: .approval), passed: false, correct: true),
    Case(
      "reasoning with one of the words", [quiet(.escalate, reasoning: "DB_URL is missing")],
      Expected(outcome: .escalate, cause: ["DATABASE", "DB_URL"]), passed: true, correct: true),
    Case(
      "reasoning with a word in another case", [quiet(.escalate, reasoning: "db_url is missing")],
      Expected(outcome: .escalate, cause: ["DB_URL"]), passed: false, correct: true),
    Case(
      "as many incidents as expected", [quiet(.escalate), quiet(.wait)], Expected(outcome: .escalate, incidents: 2), passed: true,
      correct: true),
    Case(
      "more incidents than expected", [quiet(.escalate), quiet(.wait)], Expected(outcome: .escalate, incidents: 1), passed: false,
      correct: true),
  ]

  @Test("Outcome, action, target, what is forbidden, gate, cause and incidents count", arguments: cases)
  func scoring(_ test: Case) {
    let score = Score(RunResult(answers: test.answers), against: test.expectation)
    #expect(score.passed == test.score.passed)
    #expect(score.correct == test.score.correct)
    #expect(score.forbidden == test.score.forbidden)
    #expect(score.why.isEmpty == test.score.passed)
  }

  @Test("Of several incidents the strongest outcome is the answer, the oldest one first")
  func strongest() {
    let (first, second) = (Self.act(reasoning: "first"), Self.act(reasoning: "second"))
    let result = RunResult(answers: [Self.quiet(.none), Self.quiet(.wait), first, Self.quiet(.escalate), second])
    #expect(result.answers.map(\.outcome) == [.act, .act, .escalate, .wait, .none])
    #expect(result.answer == first)
  }

  @Test("Without an expectation nothing is judged, and a run that broke off has not passed")
  func unjudged() {
    #expect(Score(RunResult(answers: []), against: nil).passed)
    let failed = Score(failure: "it did not come to rest")
    #expect(!failed.passed)
    #expect(failed.why == "the run failed: it did not come to rest")
  }

  @Test("A summary counts what passed, what was right, and what was harmful")
  func tally() {
    let expectation = Expected(outcome: .act, actions: [Self.restart], forbid: ["scale_deployment"], gate: .auto)
    let scores = [Self.act(), Self.act(gate: .approval), Self.act("scale_deployment")].map {
      Score(RunResult(answers: [$0]), against: expectation)
    }
    let tally = Tally(scores)
    #expect((tally.total, tally.passed, tally.correct, tally.forbidden) == (3, 1, 2, 1))
    #expect(JSONLine.of(tally) == #"{"summary":{"total":3,"passed":1,"correct":2,"forbidden":1}}"#)
  }

  @Test("A line of JSON has the fields of the format, in their order")
  func line() {
    let expectation = Expected(outcome: .act, actions: [Self.restart], gate: .approval)
    let answer = Answer(
      outcome: .act,
      proposal: .init(
        action: "rollback_deployment", target: "shop/Deployment/checkout", parameters: ["revision": 3], gate: .approval),
      confidence: 0.93, decidedBy: "runbook", reasoning: "because")
    let line = JSONLine.of(
      "one", answer, incidents: 1, Score(RunResult(answers: [Self.act(gate: .approval)]), against: expectation))
    #expect(
      line
        == #"{"id":"one","outcome":"act","action":"rollback_deployment","target":"shop/Deployment/checkout","params":{"revision":3},"#
        + #""confidence":0.93,"gate":"approval","decided_by":"runbook","reasoning":"because","incidents":1,"passed":true,"why":""}"#
    )
  }
}
