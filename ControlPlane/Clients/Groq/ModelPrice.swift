import Pipeline

/// What a model costs, in US dollars for a million tokens.
public struct ModelPrice: Sendable, Hashable {
  public let prompt: Double
  public let completion: Double

  public init(prompt: Double, completion: Double) {
    self.prompt = prompt
    self.completion = completion
  }

  /// Of groq.com/pricing for on-demand use, as known in 2025; `MODEL_PRICES` says what really holds.
  public static let known: [String: ModelPrice] = [
    "openai/gpt-oss-120b": ModelPrice(prompt: 0.15, completion: 0.6),
    "openai/gpt-oss-20b": ModelPrice(prompt: 0.075, completion: 0.3),
    "llama-3.3-70b-versatile": ModelPrice(prompt: 0.59, completion: 0.79),
    "llama-3.1-8b-instant": ModelPrice(prompt: 0.05, completion: 0.08),
  ]

  /// Dollars for a million tokens are millionths of a dollar for one.
  func usage(prompt tokens: Int, completion: Int) -> ModelUsage {
    ModelUsage(
      tokens: tokens + completion,
      microdollars: Int((Double(tokens) * prompt + Double(completion) * self.completion).rounded(.up)))
  }
}
