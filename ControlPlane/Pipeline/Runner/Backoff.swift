import Wire

/// Full jitter (Amazon's "Exponential Backoff And Jitter"): a random part of an exponentially growing bound.
enum Backoff {
  static let base = Duration.milliseconds(500)
  static let ceiling = Duration.seconds(60)
  /// From this attempt on the bound no longer grows.
  static let steepest = 8
  /// Tries of a message that the relay does not take: about an hour.
  static let notificationAttempts = 120
  /// Tries of a memory that does not take an incident: about half a day.
  static let memoryAttempts = 1440

  static func delay(attempt: Int) -> Duration {
    let bound = min(ceiling, base * (1 << min(max(0, attempt - 1), steepest)))
    return .milliseconds(Int64.random(in: 50...max(51, bound.wholeMilliseconds)))
  }
}
