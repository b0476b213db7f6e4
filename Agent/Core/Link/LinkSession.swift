import Wire

/// What the agent does next on its link: hello on every connect, then one long poll after the other; after any failure it
/// begins again with hello, at a moment that it draws by full jitter. Pure.
struct LinkSession: Sendable {
  enum Action: Sendable, Equatable {
    case hello
    case poll
  }

  struct Step: Sendable, Equatable {
    let action: Action
    let delay: Duration
  }

  /// When another life of this agent has taken over, the two must not take turns.
  static let supersededPause = Duration.seconds(60)
  /// A poll that brings nothing sooner than this did not wait.
  static let shortestPoll = Duration.seconds(1)

  private var backoff: Backoff

  init(backoff: Backoff = Backoff()) { self.backoff = backoff }

  static let start = Step(action: .hello, delay: .zero)

  mutating func welcomed() -> Step { Step(action: .poll, delay: .zero) }

  /// - Parameters:
  ///   - progressed: whether a command that was not known before came.
  ///   - duration: how long the poll took.
  mutating func polled(progressed: Bool, duration: Duration, using generator: inout some RandomNumberGenerator) -> Step {
    if progressed || duration >= Self.shortestPoll {
      backoff.succeeded()
      return Step(action: .poll, delay: .zero)
    }
    // Forged or repeated envelopes, or a server that does not wait: no hot loop.
    return Step(action: .poll, delay: backoff.failed(using: &generator))
  }

  mutating func failed(_ failure: LinkFailure, using generator: inout some RandomNumberGenerator) -> Step {
    let jitter = backoff.failed(using: &generator)
    if case .refused(let error) = failure {
      switch error.code {
      case .superseded: return Step(action: .hello, delay: Self.supersededPause + jitter)
      case .unsupportedVersion: return Step(action: .hello, delay: max(jitter, backoff.cap))
      case .unauthorized, .malformed, .tooLarge, .unknownBoot, .snapshotNeeded, .unavailable: break
      }
    }
    return Step(action: .hello, delay: jitter)
  }

  /// The Welcome is not to be trusted or not for this agent.
  mutating func rejectedWelcome(using generator: inout some RandomNumberGenerator) -> Step {
    Step(action: .hello, delay: backoff.failed(using: &generator))
  }
}
