public import HTTP
public import Pipeline

/// Where and as whom to ask. Prints without the key.
public struct GroqSettings: Sendable {
  public static let defaultBaseURL = "https://api.groq.com/openai/v1"
  /// Groq names it as the successor of the Llama models that it stopped serving on 2026-08-16.
  public static let defaultModels = ["openai/gpt-oss-120b"]

  /// `GROQ_API_KEY`.
  public var apiKey: Secret
  /// `GROQ_BASE_URL`, without a slash at its end.
  public var baseURL: String
  /// `GROQ_MODEL`: tried in this order when a model is gone.
  public var models: [String]
  /// For one request, so that a server that hangs leaves time for another try within the question's deadline.
  public var attemptDeadline: Duration
  /// What each namespace may use in a day.
  public var budget: ModelBudget
  /// By model. One that is not named costs as much as the dearest that is.
  public var prices: [String: ModelPrice]

  public init(
    apiKey: Secret, baseURL: String = Self.defaultBaseURL, models: [String] = Self.defaultModels,
    attemptDeadline: Duration = .seconds(12), budget: ModelBudget = .init(), prices: [String: ModelPrice] = ModelPrice.known
  ) {
    self.apiKey = apiKey
    self.baseURL = baseURL.last == "/" ? String(baseURL.dropLast()) : baseURL
    self.models = models
    self.attemptDeadline = attemptDeadline
    self.budget = budget
    self.prices = prices
  }

  func price(of model: GroqModel) -> ModelPrice {
    if let price = prices[model.name] { return price }
    let all = prices.values
    return ModelPrice(prompt: all.map(\.prompt).max() ?? 0, completion: all.map(\.completion).max() ?? 0)
  }
}
