import Testing
import Wire

@testable import Pipeline

/// One situation and the answer that a senior engineer would sign.
struct RunbookCase: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let scene: Scene
  /// Begins the id of the best candidate.
  let answer: String
  /// What the reasoning has to name.
  let because: String
  /// Whether the score alone reaches the threshold.
  let isSure: Bool

  init(_ description: String, _ scene: Scene, _ answer: String, because: String = "", isSure: Bool = true) {
    testDescription = description
    self.scene = scene
    self.answer = answer
    self.because = because
    self.isSure = isSure
  }

  func check() {
    let best = scene.best
    #expect(best.id.hasPrefix(answer), "\(best.id) \(best.score): \(best.rationale)")
    if !because.isEmpty { #expect(best.rationale.contains(because), "\(best.rationale)") }
    if case .act = best.choice { #expect((best.score >= 0.8) == isSure, "\(best.score)") }
  }
}
