import Wire

/// A language model that picks one of the candidates. It never composes: a pick that is not on the list is an error.
public protocol DecisionModel: Sendable {
  func choose(_ question: ModelQuestion) async throws(ModelError) -> ModelAnswer
}

public struct ModelQuestion: Sendable, Hashable {
  public let instructions: String
  /// The evidence, 2 to 5 KB.
  public let situation: String
  public let candidates: [Candidate]
  /// Retries and back-off end here.
  public let deadline: Duration
  /// Whose budget it is asked from.
  public var namespace = ""

  public init(instructions: String, situation: String, candidates: [Candidate], deadline: Duration) {
    self.instructions = instructions
    self.situation = situation
    self.candidates = candidates
    self.deadline = deadline
  }
}

public struct ModelAnswer: Sendable, Hashable, Codable {
  /// The `id` of a candidate.
  public let candidate: String
  /// From 0 to 1.
  public let confidence: Double
  public let reasoning: String
  /// Which model answered.
  public let model: String

  public init(candidate: String, confidence: Double, reasoning: String, model: String) {
    self.candidate = candidate
    self.confidence = confidence
    self.reasoning = reasoning
    self.model = model
  }
}

/// Why the runbooks have to decide alone.
public enum ModelError: Error, Sendable, Hashable {
  case unreachable(String)
  case timedOut
  /// The key was refused.
  case unauthorized(String)
  case rateLimited(retryAfterSeconds: Int?)
  /// No model of the list is served.
  case noModel(String)
  /// It answered, but not with one of the candidates.
  case invalidAnswer(String)
  case rejected(status: Int, message: String)
  /// The namespace has used up what it may in a day.
  case overBudget(String)
  /// It failed so often in a row that it is left alone for a while.
  case resting(seconds: Int)
}

extension ModelError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreachable(let reason): "could not be reached (\(reason))"
    case .timedOut: "did not answer in time"
    case .unauthorized(let reason): "refused the key (\(reason))"
    case .rateLimited(let seconds): "is over its rate limit" + (seconds.map { " for \($0) s" } ?? "")
    case .noModel(let reason): "serves none of the configured models (\(reason))"
    case .invalidAnswer(let reason): "gave no valid answer (\(reason))"
    case .overBudget(let what): "was not asked: \(what) is used up"
    case .resting(let seconds): "was not asked: it failed several times in a row and is tried again in \(seconds) s"
    case .rejected(let status, let message): "rejected the question with \(status) (\(message))"
    }
  }
}
