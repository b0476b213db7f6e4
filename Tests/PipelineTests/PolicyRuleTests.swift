import Testing
import Wire

@testable import Pipeline

@Suite("Rules before a robot may act")
struct PolicyRuleTests {
  enum Expected { case passes, needsApproval, refuses }

  struct Case: CustomTestStringConvertible, Sendable {
    let rule: Rule
    let testDescription: String
    var situation = Situation()
    var history = WorkloadHistory()
    var confidence = 0.9
    var evidenceAge = Duration.zero
    var settings = PolicySettings()
    let expected: Expected
  }

  static let now = Situation.now

  private static func ago(_ seconds: Int) -> Timestamp { now - .seconds(seconds) }

  private static func with(_ change: (inout Situation) -> Void) -> Situation {
    var situation = Situation()
    change(&situation)
    return situation
  }

  private static func settings(_ change: (inout PolicySettings) -> Void) -> PolicySettings {
    var settings = PolicySettings()
    change(&settings)
    return settings
  }

  static let cases: [Case] = [
    Case(rule: .coolDown, testDescription: "never acted on", expected: .passes),
    Case(rule: .coolDown, testDescription: "verified 599 s ago", history: .init(lastVerifiedAt: ago(599)), expected: .refuses),
    Case(rule: .coolDown, testDescription: "verified 600 s ago", history: .init(lastVerifiedAt: ago(600)), expected: .passes),
    Case(rule: .attempts, testDescription: "one act within the hour", history: .init(actedAt: [ago(60)]), expected: .passes),
    Case(
      rule: .attempts, testDescription: "two acts within the hour", history: .init(actedAt: [ago(60), ago(3599)]),
      expected: .refuses),
    Case(
      rule: .attempts, testDescription: "the second act an hour ago", history: .init(actedAt: [ago(60), ago(3600)]),
      expected: .passes),
    Case(
      rule: .attempts, testDescription: "three acts within the day",
      history: .init(actedAt: [ago(4000), ago(8000), ago(86_399)]),
      expected: .refuses),
    Case(rule: .oneInFlight, testDescription: "another act in flight", history: .init(inFlight: 3), expected: .refuses),
    Case(rule: .oneInFlight, testDescription: "nothing in flight", expected: .passes),
    Case(rule: .rolloutInProgress, testDescription: "settled", expected: .passes),
    Case(rule: .rolloutInProgress, testDescription: "paused", situation: with { $0.paused = true }, expected: .refuses),
    Case(
      rule: .rolloutInProgress, testDescription: "generation not observed", situation: with { $0.observedGeneration = 6 },
      expected: .refuses),
    Case(
      rule: .rolloutInProgress, testDescription: "two of three updated", situation: with { $0.updated = 2 }, expected: .refuses),
    Case(rule: .protected, testDescription: "kube-system", situation: with { $0.namespace = "kube-system" }, expected: .refuses),
    Case(rule: .protected, testDescription: "ai-sre.dev/auto: never", situation: with { $0.auto = "never" }, expected: .refuses),
    Case(rule: .protected, testDescription: "an ordinary workload", expected: .passes),
    Case(
      rule: .freeze, testDescription: "frozen for another second", situation: with { $0.freezeUntil = now + .seconds(1) },
      expected: .refuses),
    Case(rule: .freeze, testDescription: "freeze just over", situation: with { $0.freezeUntil = now }, expected: .passes),
    Case(
      rule: .humanEdit, testDescription: "edited 29 min ago",
      situation: with { $0.lastEdit = .init(manager: "kubectl-edit", at: ago(1799)) },
      expected: .needsApproval),
    Case(
      rule: .humanEdit, testDescription: "edited 30 min ago",
      situation: with { $0.lastEdit = .init(manager: "kubectl-edit", at: ago(1800)) },
      expected: .passes),
    Case(
      rule: .singleton, testDescription: "one replica",
      situation: with {
        $0.desired = 1; $0.updated = 1
      }, expected: .needsApproval),
    Case(
      rule: .singleton, testDescription: "strategy Recreate", situation: with { $0.strategy = "Recreate" },
      expected: .needsApproval),
    Case(rule: .singleton, testDescription: "three replicas", expected: .passes),
    Case(rule: .freshness, testDescription: "60 s old", evidenceAge: .seconds(60), expected: .passes),
    Case(rule: .freshness, testDescription: "61 s old", evidenceAge: .seconds(61), expected: .refuses),
    Case(rule: .gitOps, testDescription: "owned by Argo CD", situation: with { $0.gitOps = "argocd:shop" }, expected: .refuses),
    Case(rule: .gitOps, testDescription: "owned by nobody", expected: .passes),
    Case(
      rule: .rolloutInProgress, testDescription: "still progressing",
      situation: with { $0.progressing = "True ReplicaSetUpdated" },
      expected: .refuses),
    Case(rule: .confidence, testDescription: "at the threshold", confidence: 0.8, expected: .passes),
    Case(rule: .confidence, testDescription: "below the threshold", confidence: 0.79, expected: .needsApproval),
    Case(rule: .risk, testDescription: "a restart", expected: .passes),
    Case(
      rule: .risk, testDescription: "a restart that needs approval",
      settings: settings { $0.requireApprovalFor = [.restartDeployment] },
      expected: .needsApproval),
    Case(
      rule: .automation, testDescription: "automatic action off", settings: settings { $0.autoActionEnabled = false },
      expected: .needsApproval),
  ]

  @Test("judge each side of their limit", arguments: cases)
  func judge(_ example: Case) {
    let proposal = Proposal(
      action: .restartDeployment, target: example.situation.target, preconditions: .init(), expectedEffect: "ready")
    let question = PolicyQuestion(
      proposal: proposal, confidence: example.confidence, evidence: example.situation.evidence, evidenceAge: example.evidenceAge,
      history: example.history,
      settings: example.settings, now: Self.now)
    let answer = example.rule.judge(question)
    switch (answer, example.expected) {
    case (.passes, .passes), (.needsApproval, .needsApproval), (.refuses, .refuses): break
    default: Issue.record("\(example.rule.name) answered \(answer)")
    }
  }

  @Test("high risk always needs a person", arguments: Action.allCases.filter { $0.risk == .high })
  func highRisk(action: Action) {
    let proposal = Proposal(action: action, target: Situation().target, preconditions: .init(), expectedEffect: "")
    let question = PolicyQuestion(
      proposal: proposal, confidence: 1, evidence: Situation().evidence, history: .init(), settings: .init(), now: Self.now)
    guard case .needsApproval = Rule.risk.judge(question) else { return #expect(Bool(false)) }
    if case .allowed = Policy.judge(question).outcome { Issue.record("\(action) was allowed alone") }
  }

  @Test("the strictest answer wins, and every rule is in the verdict")
  func strictest() {
    var situation = Situation()
    situation.auto = "never"
    situation.desired = 1
    situation.updated = 1
    let proposal = Proposal(action: .restartDeployment, target: situation.target, preconditions: .init(), expectedEffect: "")
    let verdict = Policy.judge(
      PolicyQuestion(
        proposal: proposal, confidence: 0.1, evidence: situation.evidence, history: .init(), settings: .init(), now: Self.now))
    #expect(verdict.outcome == .refused(["the workload is annotated ai-sre.dev/auto: never"]))
    #expect(verdict.answers.count == (Policy.hard + Policy.gates).count)
  }

  @Test("what a hard rule refuses is not offered, and the finding says why")
  func notOffered() {
    let diagnosis = Pipeline().offer(
      for: Situation().evidence, history: .init(lastVerifiedAt: Self.ago(60)), actions: nil, at: Self.now)
    #expect(!diagnosis.candidates.contains { $0.id == "restart_deployment" })
    #expect(diagnosis.best.id == "escalate")
    #expect(diagnosis.best.rationale.contains("cool_down"))
  }

  @Test("what the namespace's agent cannot do is not offered either")
  func unable() {
    let diagnosis = Pipeline().offer(for: Situation().evidence, history: .init(), actions: [.scaleDeployment], at: Self.now)
    #expect(diagnosis.best.id == "escalate")
    #expect(diagnosis.best.rationale.contains("the agent there cannot do it"))
  }
}
