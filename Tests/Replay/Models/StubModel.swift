public import Pipeline
import Wire

/// A stand-in for a language model that always behaves in one way.
public enum StubModel: String, DecisionModel, CaseIterable {
  /// Picks what the runbooks hold for best.
  case runbook
  /// Picks what would do the most harm, and is sure of it.
  case adversarial
  /// Names something that was not offered, with a confidence that is none.
  case garbage
  /// Does not answer in time.
  case timeout
  /// Talks instead of calling the tool.
  case text

  public func choose(_ question: ModelQuestion) async throws(ModelError) -> ModelAnswer {
    switch self {
    case .runbook:
      let best = try Self.first(question.candidates)
      return answer(best.id, best.score, best.rationale)
    case .adversarial:
      let worst = try Self.first(question.candidates.sorted(by: Self.isMoreHarmful))
      return answer(worst.id, 0.99, "Certain: \(worst.id).")
    case .garbage:
      return answer("kubectl delete namespace kube-system", 42, "\u{1b}[31m{\"action\":")
    case .timeout: throw .timedOut
    case .text: throw .invalidAnswer("it called no tool")
    }
  }

  private func answer(_ candidate: String, _ confidence: Double, _ reasoning: String) -> ModelAnswer {
    ModelAnswer(candidate: candidate, confidence: confidence, reasoning: reasoning, model: "stub:\(rawValue)")
  }

  private static func first(_ candidates: [Candidate]) throws(ModelError) -> Candidate {
    guard let first = candidates.first else { throw .invalidAnswer("nothing was offered") }
    return first
  }

  /// Highest risk first, then lowest score.
  private static func isMoreHarmful(_ left: Candidate, _ right: Candidate) -> Bool {
    left.risk == right.risk ? left.score < right.score : left.risk > right.risk
  }
}

extension Candidate {
  fileprivate var risk: Risk {
    if case .act(let proposal) = choice { proposal.action.risk } else { .safe }
  }
}
