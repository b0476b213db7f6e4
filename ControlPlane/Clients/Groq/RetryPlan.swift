/// What to do after each failure while one question is being asked (the table in Groq's error documentation). Pure; whether
/// the pause still fits the deadline is for the caller to see.
struct RetryPlan {
  enum Step: Equatable {
    case again(after: Duration)
    case againShortened
    case againWithoutStrict
    case nextModel
    case giveUp
  }

  /// Requests that fail for the server's or the network's sake.
  static let tries = 6
  static let firstPause = Duration.milliseconds(250)
  static let longestPause = Duration.seconds(8)

  private var failures = 0
  private var hasAskedAgain = false
  private var hasShortened = false

  /// - Parameter random: from 0 to 1.
  mutating func step(after failure: GroqFailure, random: Double) -> Step {
    switch failure {
    case .invalidAnswer:
      guard !hasAskedAgain else { return .giveUp }
      hasAskedAgain = true
      return .again(after: .zero)
    case .tooLarge:
      guard !hasShortened else { return .giveUp }
      hasShortened = true
      return .againShortened
    case .strictRefused: return .againWithoutStrict
    case .modelGone: return .nextModel
    case .rateLimited(let retryAfter): return backOff(atLeast: retryAfter ?? .zero, random)
    case .unavailable, .timedOut, .unreachable(_, isTransient: true): return backOff(atLeast: .zero, random)
    case .wrongRequest, .unauthorized, .unreachable(_, isTransient: false): return .giveUp
    }
  }

  /// Full jitter, on top of what the server asked for, so that many incidents do not come back at the same moment.
  private mutating func backOff(atLeast asked: Duration, _ random: Double) -> Step {
    failures += 1
    guard failures < Self.tries else { return .giveUp }
    let ceiling = min(Self.longestPause, Self.firstPause * (1 << (failures - 1)))
    return .again(after: asked + ceiling * random)
  }
}
