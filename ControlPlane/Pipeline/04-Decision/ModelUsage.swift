/// What models were used for, or may be.
public struct ModelUsage: Sendable, Hashable {
  public let tokens: Int
  /// Millionths of a US dollar.
  public let microdollars: Int

  public init(tokens: Int, microdollars: Int) {
    self.tokens = tokens
    self.microdollars = microdollars
  }

  public static func - (left: ModelUsage, right: ModelUsage) -> ModelUsage {
    ModelUsage(tokens: left.tokens - right.tokens, microdollars: left.microdollars - right.microdollars)
  }
}

/// What a namespace may use in a day (UTC); nil is without limit.
public struct ModelBudget: Sendable, Hashable {
  public var dailyTokens: Int?
  public var dailyMicrodollars: Int?

  public init(dailyTokens: Int? = nil, dailyMicrodollars: Int? = nil) {
    self.dailyTokens = dailyTokens
    self.dailyMicrodollars = dailyMicrodollars
  }

  public var isUnlimited: Bool { dailyTokens == nil && dailyMicrodollars == nil }
}

/// Counts durably what each namespace has used.
public protocol ModelLedger: Sendable {
  /// Books what a request may use at most, before it is made.
  /// - Parameter day: days since 1970, UTC.
  /// - Returns: false, and books nothing, when it would exceed the budget.
  func book(_ usage: ModelUsage, of namespace: String, on day: Int, within budget: ModelBudget) async throws(StoreError) -> Bool
  /// Puts right what was booked. After a crash the booked amount stands.
  func correct(_ difference: ModelUsage, of namespace: String, on day: Int) async throws(StoreError)
}
