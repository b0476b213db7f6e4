import Testing
import Wire

@testable import Pipeline

@Suite("The crash-loop runbook")
struct CrashLoopTests {
  private func best(_ situation: Situation) -> Candidate {
    Diagnosis.of(situation.evidence, at: Situation.now).best
  }

  @Test("restarts when the dependency is back and only the back-off keeps the pods down")
  func dependencyBack() {
    let candidate = best(Situation())
    #expect(candidate.id == "restart_deployment")
    #expect(candidate.score >= 0.8)
    #expect(candidate.rationale.contains("inventory"))
  }

  @Test("waits while the dependency is down: a restart would die as well")
  func dependencyDown() {
    var situation = Situation()
    situation.dependencyReady = 0
    let candidates = Diagnosis.of(situation.evidence, at: Situation.now).candidates
    #expect(candidates.first?.id == "wait")
    #expect(!candidates.contains { $0.id == "restart_deployment" })
  }

  @Test("does not take a dependency for recovered that has been ready all along")
  func dependencyNeverAway() {
    var situation = Situation()
    situation.dependencyReadyFor = .seconds(1800)
    #expect(best(situation).score < 0.8)
    situation.dependencyReadyFor = .seconds(1799)
    #expect(best(situation).score >= 0.8)
  }

  @Test(
    "does not take a name within another for the dependency",
    arguments: [
      "inventory-db:5432: connection refused", "old-inventory: connection refused",
      "http://shop.inventory.example: connection refused",
    ])
  func otherHost(line: String) {
    var situation = Situation()
    situation.logLines = [line]
    #expect(best(situation).score < 0.8)
  }

  @Test("rolls back to the revision that was healthy when the new one crashes")
  func badRevision() throws {
    var situation = Situation()
    situation.logLines = ["panic: missing DB_URL"]
    situation.dependencyReady = nil
    let change = RevisionFact.Change(path: "containers[app].env[DB_URL]", before: "postgres://db", after: nil)
    situation.revisions = [
      Situation.revision(4, age: .seconds(300), current: true, changes: [change]),
      Situation.revision(3, age: .seconds(900), current: false),
      Situation.revision(2, age: .seconds(500_000), current: false),
    ]
    let candidate = best(situation)
    #expect(candidate.id == "rollback_deployment")
    guard case .act(let proposal) = candidate.choice else { return }
    #expect(proposal.parameters.revision == 2, "revision 3 was current for ten minutes only, so nobody knows that it was healthy")
  }

  @Test("takes a revision that only restarts for no change")
  func mereRestart() {
    var situation = Situation()
    let change = RevisionFact.Change(path: "metadata.annotations[kubectl.kubernetes.io/restartedAt]", before: nil, after: "now")
    situation.revisions = [
      Situation.revision(4, age: .seconds(300), current: true, changes: [change]),
      Situation.revision(3, age: .seconds(500_000), current: false),
    ]
    #expect(best(situation).id == "restart_deployment")
  }

  @Test("leaves a command that ends with status 0 to a person")
  func cleanExit() {
    var situation = Situation()
    situation.exitCode = 0
    situation.terminationReason = "Completed"
    #expect(best(situation).id == "escalate")
  }

  @Test("is not sure enough to act alone when the logs do not say why")
  func unknownCause() {
    var situation = Situation()
    situation.logLines = ["starting"]
    situation.dependencyReady = nil
    let candidate = best(situation)
    #expect(candidate.id == "restart_deployment")
    #expect(candidate.score < 0.8)
  }

  @Test("has nothing to say of healthy pods")
  func healthy() {
    let evidence = Evidence(namespace: "shop", gatheredAt: Situation.now, facts: [], omissions: [])
    #expect(Diagnosis.of(evidence, at: Situation.now).best.id == "escalate")
  }

  @Test("always leaves escalate and wait to choose")
  func alwaysThere() {
    let ids = Diagnosis.of(Situation().evidence, at: Situation.now).candidates.map(\.id)
    #expect(Set(ids).isSuperset(of: ["escalate", "wait"]))
  }
}
