import Testing
import Wire

@testable import Pipeline

@Suite("Runbooks, model and precedents together")
struct DeliberationTests {
  private func decision(
    _ counsel: Deliberation.Counsel, _ situation: Situation = Situation(), precedents: [Precedent] = []
  ) -> Decision {
    let diagnosis = Diagnosis.of(situation.evidence, at: Situation.now)
    return Deliberation(diagnosis: diagnosis, precedents: precedents, counsel: counsel).decision()
  }

  private func answer(_ candidate: String, _ confidence: Double) -> Deliberation.Counsel {
    .answered(ModelAnswer(candidate: candidate, confidence: confidence, reasoning: "because [log-1]", model: "m"))
  }

  @Test("a plain case reaches the threshold by the runbook alone")
  func runbookAlone() {
    let decision = decision(.notConfigured)
    #expect(decision.confidence >= 0.8)
    #expect(decision.decidedBy == .runbooks)
    #expect(decision.modelAbsence == nil)
  }

  @Test("agreement raises confidence, and the model's reasoning is kept")
  func agreement() {
    let decision = decision(answer("restart_deployment", 0.95))
    #expect(decision.confidence > 0.9)
    #expect(decision.decidedBy == .model("m"))
    #expect(decision.reasoning == "because [log-1]")
  }

  @Test("disagreement lowers it below the threshold")
  func disagreement() {
    var situation = Situation()
    situation.dependencyReady = 0
    #expect(decision(answer("escalate", 1), situation).confidence < 0.8)
  }

  @Test("a model that is away leaves the runbooks to decide, and the decision says so")
  func absent() {
    let decision = decision(.absent(.timedOut))
    #expect(decision.decidedBy == .runbooks)
    #expect(decision.modelAbsence == "The model did not answer in time; the runbooks decided.")
  }

  @Test("a pick that was not offered counts for nothing")
  func notOffered() {
    #expect(decision(answer("drain_node", 1)).decidedBy == .runbooks)
  }

  @Test("no answer makes it certain")
  func ceiling() {
    #expect(decision(answer("restart_deployment", 1)).confidence <= 0.98)
  }

  @Test("a precedent that failed costs confidence")
  func failedPrecedent() {
    let failed = Precedent(
      incident: 1, alertName: "PodCrashLoopBackOff", action: .restartDeployment, verified: false,
      at: Situation.now - .seconds(86_400))
    #expect(decision(.notConfigured, precedents: [failed]).confidence < decision(.notConfigured).confidence)
  }

  @Test("the question to the model has at most 4 KB and names every action")
  func questionSize() {
    let walk = Walk()
    let evidence = Situation().evidence
    let diagnosis = Diagnosis.of(evidence, at: Situation.now)
    let text = EvidenceText(walk.incident, evidence, at: Situation.now).render(precedents: [], candidates: diagnosis.candidates)
    #expect((700...4 * 1024).contains(text.utf8.count))
    #expect(text.contains("ALERT: PodCrashLoopBackOff"))
    #expect(text.contains("Available actions: escalate, restart_deployment, wait"))
  }

  @Test("a flood of logs does not make the question longer than 4 KB, and keeps the telling line")
  func floodOfLogs() {
    var situation = Situation()
    situation.logLines = (0..<2000).map { "GET /healthz 200 \($0)" } + ["FATAL: connection refused by inventory:8080"]
    let text = EvidenceText(Walk().incident, situation.evidence, at: Situation.now).render(precedents: [], candidates: [])
    #expect(text.utf8.count <= 4 * 1024)
    #expect(text.contains("FATAL: connection refused"))
  }
}
