import Pipeline
import Replay
import Synchronization
import Testing

@Suite("What a model is told")
struct EvidenceTextTests {
  /// Answers as the runbooks would, and keeps what it was asked.
  private final class ListeningModel: DecisionModel {
    let questions = Mutex<[ModelQuestion]>([])

    func choose(_ question: ModelQuestion) async throws(ModelError) -> ModelAnswer {
      questions.withLock { $0.append(question) }
      return try await StubModel.runbook.choose(question)
    }
  }

  /// The original document says 2 to 5 KB; what is little is less.
  private static let most = 5 * 1024

  @Test(
    """
    is at most 5 KB in the document's form and names the cause of every scenario, so that a model which answers as the runbooks \
    would is right
    """)
  func text() async throws {
    let scenarios = try OwnScenarios.withPublic()
    await withTaskGroup(of: Void.self) { group in
      for (index, scenario) in scenarios.enumerated() {
        if index >= 4 { await group.next() }
        group.addTask { await Self.check(scenario) }
      }
    }
  }

  private static func check(_ scenario: Scenario) async {
    let model = ListeningModel()
    var configuration = Replay.Configuration()
    configuration.model = model
    do {
      let score = Score(try await Replay(configuration).run(scenario.situation), against: scenario.expectation)
      #expect(score.passed, "\(scenario.id): \(score.why)")
    } catch {
      Issue.record("\(scenario.id): \(error)")
    }
    let texts = model.questions.withLock { $0 }.map(\.situation)
    for text in texts {
      #expect(text.utf8.count <= most, "\(scenario.id): \(text.utf8.count) bytes")
      for title in ["ALERT: ", "POD: ", "NAMESPACE: ", "SEVERITY: ", "Available actions: "] {
        #expect(text.contains(title), "\(scenario.id): no \(title)")
      }
    }
    guard let cause = scenario.expectation?.cause, !cause.isEmpty, !texts.isEmpty else { return }
    #expect(texts.contains { text in cause.contains(where: text.contains) }, "\(scenario.id): none of \(cause) in \(texts)")
  }
}
