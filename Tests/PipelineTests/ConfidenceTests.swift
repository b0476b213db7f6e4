import Testing

@testable import Pipeline

@Suite("Confidence")
struct ConfidenceTests {
  @Test("a runbook alone is its score, and no precedents change nothing")
  func alone() {
    #expect(Confidence(runbook: 0.82).value == 0.82)
  }

  @Test("agreement lifts, disagreement falls below every sensible threshold")
  func model() {
    #expect(Confidence(runbook: 0.86, model: 0.9).value > 0.9)
    #expect(Confidence(runbook: 1, model: 1, agree: false).value == 0.6)
    #expect(Confidence(runbook: 1, model: 1).value == 0.98)
  }

  @Test(
    "precedents count by the lower bound of their success rate",
    arguments: [
      ([true], 0.82), ([true, true, true], 0.85), ([false], 0.72), ([true, true, true, true, false], 0.82),
      ([false, false], 0.72),
    ])
  func precedents(outcomes: [Bool], value: Double) {
    #expect(abs(Confidence(runbook: 0.82, precedents: outcomes).value - value) <= 0.011)
  }

  @Test("more successes never lower it, and it stays within its range")
  func monotone() {
    var last = 0.0
    for count in 1...50 {
      let value = Confidence(runbook: 0.82, precedents: Array(repeating: true, count: count)).value
      #expect(value >= last && value <= 0.92)
      last = value
    }
    #expect(Confidence(runbook: 0, precedents: [false]).value == 0)
  }
}
