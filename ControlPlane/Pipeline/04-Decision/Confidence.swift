/// How sure a decision is, with what that was made of.
///
/// - The runbook's score alone is where it begins: a plain case reaches 0.8 by it.
/// - A model that picks the same moves it to the mean of both, and a twentieth up for the agreement.
/// - A model that picks something else takes it to three fifths of what the weaker advocate gives: below every sensible
/// threshold, so
///   that a person sees both opinions.
/// - Precedents move it by up to a tenth: up by as much as the lower bound of their success rate is above one half, and, once one
/// has
///   failed, down by as much as it is below. The bound is Wilson's at 90 %: one success proves little, three prove something.
public struct Confidence: Sendable, Hashable, Codable {
  /// Of the candidate that was picked, from 0 to 1.
  public let runbook: Double
  /// Nil when no model took part.
  public let model: Double?
  /// Whether model and runbooks picked the same.
  public let agree: Bool
  /// Precedents of the same action, and how many of them helped.
  public let precedents: Int
  public let successes: Int
  /// From 0 to 1, in hundredths.
  public let value: Double

  /// What is left of the weaker opinion when the two differ.
  static let disagreement = 0.6
  /// Nothing read from outside is certain.
  static let ceiling = 0.98
  static let agreement = 0.05
  /// Of the normal distribution, for a one-sided bound of 90 %.
  static let bound = 1.2816
  static let precedentWeight = 0.2

  init(runbook: Double, model: Double? = nil, agree: Bool = true, precedents: [Bool] = []) {
    self.runbook = runbook
    self.model = model
    self.agree = agree
    self.precedents = precedents.count
    successes = precedents.count { $0 }
    let opinion =
      switch model {
      case nil: runbook
      case let model? where agree: (runbook + model) / 2 + Self.agreement
      case let model?: min(runbook, model) * Self.disagreement
      }
    let shifted = opinion + Self.shift(successes, of: precedents.count)
    value = (max(0, min(Self.ceiling, shifted)) * 100).rounded() / 100
  }

  private static func shift(_ successes: Int, of count: Int) -> Double {
    guard count > 0 else { return 0 }
    let distance = lowerBound(successes, of: count) - 0.5
    return (successes == count ? max(0, distance) : distance) * precedentWeight
  }

  /// Wilson's lower bound of a success rate.
  static func lowerBound(_ successes: Int, of count: Int) -> Double {
    guard count > 0 else { return 0 }
    let (n, z) = (Double(count), bound)
    let rate = Double(successes) / n
    let spread = z * (rate * (1 - rate) / n + z * z / (4 * n * n)).squareRoot()
    return max(0, (rate + z * z / (2 * n) - spread) / (1 + z * z / n))
  }
}
