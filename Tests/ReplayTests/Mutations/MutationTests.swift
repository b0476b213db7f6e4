import Replay
import Simulator
import Testing

@Suite("What does not matter changes no answer")
struct MutationTests {
  /// Each scenario meets several changes at once, every change meets every scenario.
  @Test(
    "Names, times, noise, order, labels, the alert's name and neighbours",
    arguments: [
      [ScenarioMutation.renamed, .later, .noisyLogs], [.otherContainers, .reordered, .unknownAlert, .neighbours, .fewLabels],
    ])
  func together(_ mutations: [ScenarioMutation]) async throws {
    let mutation = ScenarioMutation.together(mutations)
    let scenarios = try OwnScenarios.documents().map { document in
      try Scenario(mutation.apply(document), name: document["id"]?.string ?? "")
    }
    for entry in try await Batch.entries(scenarios) {
      #expect(entry.score.passed, "\(entry.id) (\(mutation.name)): \(entry.score.why)")
    }
  }

  @Test("A renaming reaches names, what begins with them and keys, and nothing else")
  func renaming() {
    let document: JSONValue = [
      "agents": ["depot"],
      "objects": [
        ["kind": "Deployment", "metadata": ["name": "barrier"]], ["kind": "Service", "metadata": ["name": "barrier-mq"]],
      ],
    ]
    let renaming = Renaming(of: document)
    let name = renaming.apply("barrier")
    #expect(name != "barrier")
    #expect(renaming.apply("barrier-6c9-x1") == name + "-6c9-x1")
    #expect(renaming.apply("tcp barrier-mq:5672") == "tcp \(renaming.apply("barrier-mq")):5672")
    #expect(!renaming.apply("barrier-mq").hasPrefix(name + "-"))
    #expect(renaming.apply("barriers are open") == "barriers are open")
  }
}
