import Replay
import Testing

@Suite("The project's own scenarios")
struct OwnScenarioTests {
  @Test("There are many, each with an answer that was written down")
  func count() throws {
    let scenarios = try OwnScenarios.all()
    #expect(scenarios.count >= 60)
    #expect(Set(scenarios.map(\.id)).count == scenarios.count)
    #expect(scenarios.allSatisfy { $0.expectation != nil })
  }

  @Test("A model that wants harm is never offered what is forbidden")
  func adversarial() async throws {
    var configuration = Replay.Configuration()
    configuration.model = StubModel.adversarial
    for entry in try await Batch.entries(OwnScenarios.withPublic(), configuration) {
      #expect(entry.result != nil && !entry.score.forbidden, "\(entry.id): \(entry.score.why)")
    }
  }

  @Test("Every one passes with the runbooks alone, and no rule of thumb comes near")
  func runbooks() async throws {
    let scenarios = try OwnScenarios.withPublic()
    let entries = try await Batch.entries(scenarios)
    for entry in entries { #expect(entry.score.passed, "\(entry.id): \(entry.score.why)") }
    let runbooks = Tally(entries.map(\.score))
    print("runbooks: \(runbooks.correct) of \(runbooks.total) right, \(runbooks.forbidden) forbidden")
    for control in Control.allCases {
      let tally = Tally(await Batch(width: 1) { try control.run($0) }.entries(scenarios).map(\.score))
      print("\(control.rawValue): \(tally.correct) of \(tally.total) right, \(tally.forbidden) forbidden")
      #expect(tally.correct * 2 < runbooks.correct)
      #expect((tally.forbidden > 0) == (control != .alwaysEscalate))
    }
  }
}
