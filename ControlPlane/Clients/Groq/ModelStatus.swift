public import Pipeline

/// How the model has been doing, for `/health` and `/metrics`.
public struct ModelStatus: Sendable, Equatable {
  /// Of the latest question.
  public enum Health: Sendable, Equatable {
    /// Nothing was asked yet.
    case unasked
    case answering(model: String)
    case failing(ModelError)
  }

  /// How one request ended, as a metric's label.
  public enum CallOutcome: String, Sendable, CaseIterable {
    case answered
    case invalidAnswer = "invalid_answer"
    case rejected
    case unauthorized
    case modelGone = "model_gone"
    case tooLarge = "too_large"
    case rateLimited = "rate_limited"
    case unavailable
    case unreachable
    case timedOut = "timed_out"
  }

  public internal(set) var health = Health.unasked
  /// Requests since the start of the process.
  public internal(set) var calls: [CallOutcome: Int] = [:]
  /// Tokens that answers reported since the start of the process.
  public internal(set) var promptTokens = 0
  public internal(set) var completionTokens = 0
  /// Models of the list that are no longer served, in the order of the list.
  public internal(set) var goneModels: [String] = []

  public init() {}
}

extension ModelStatus.CallOutcome {
  init(_ failure: GroqFailure) {
    self =
      switch failure {
      case .invalidAnswer: .invalidAnswer
      case .wrongRequest, .strictRefused: .rejected
      case .unauthorized: .unauthorized
      case .modelGone: .modelGone
      case .tooLarge: .tooLarge
      case .rateLimited: .rateLimited
      case .unavailable: .unavailable
      case .unreachable: .unreachable
      case .timedOut: .timedOut
      }
  }
}
