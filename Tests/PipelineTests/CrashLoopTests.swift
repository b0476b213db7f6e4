import Testing
import Wire

@testable import Pipeline

@Suite("The limits of the crash-loop runbook")
struct CrashLoopTests {
  private func best(_ situation: Situation) -> Candidate {
    Diagnosis.of(situation.evidence, at: Situation.now).best
  }

  @Test(
    "does not take a dependency for recovered that has been ready all along",
    arguments: [(1800, "escalate"), (1799, "restart_deployment")])
  func dependencyNeverAway(readyFor: Int, answer: String) {
    var situation = Situation()
    situation.dependencyReadyFor = .seconds(readyFor)
    #expect(best(situation).id == answer)
  }

  @Test(
    "does not take a name within another for the dependency",
    arguments: [
      "inventory-db:5432: connection refused", "old-inventory: connection refused",
      "http://shop.inventory.example: connection refused", "inventory.example.com:443: connection refused",
      "inventory.other.svc:8080: connection refused",
    ])
  func otherHost(line: String) {
    var situation = Situation()
    situation.logLines = [line]
    #expect(best(situation).id == "escalate")
  }

  @Test(
    "knows the dependency by each of its names",
    arguments: [
      "inventory: connection refused", "http://inventory:8080/: connection refused", "inventory.shop:8080: connection refused",
      "inventory.shop.svc.cluster.local: connection refused", "10.96.0.7:8080: connection refused",
    ])
  func names(line: String) {
    var situation = Situation()
    situation.logLines = [line]
    #expect(best(situation).id == "restart_deployment")
  }

  @Test("always leaves escalate and wait to choose")
  func alwaysThere() {
    let ids = Diagnosis.of(Situation().evidence, at: Situation.now).candidates.map(\.id)
    #expect(Set(ids).isSuperset(of: ["escalate", "wait"]))
  }

  @Test("has nothing to say of no evidence, and leaves it to a person")
  func nothing() {
    let evidence = Evidence(namespace: "shop", gatheredAt: Situation.now, facts: [], omissions: [])
    #expect(Diagnosis.of(evidence, at: Situation.now).best.id == "escalate")
  }
}
