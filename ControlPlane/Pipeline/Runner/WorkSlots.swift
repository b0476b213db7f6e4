/// Which intents are worked on, with a limit for each kind, so that a slow mail relay does not hold decisions up, nor a slow model
/// the conclusions that wait for nobody.
struct WorkSlots {
  private enum Kind: CaseIterable {
    case decisions, messages, conclusions, memories

    var limit: Int {
      switch self {
      case .decisions: 12
      case .messages: 4
      case .conclusions: 16
      case .memories: 2
      }
    }
  }

  /// Intents worked on at the same time.
  static let total = Kind.allCases.map(\.limit).reduce(0, +)

  private var claimed: [PendingIntent.ID: Kind] = [:]

  /// - Returns: false when it is being worked on, or too much of its kind is.
  mutating func claim(_ pending: PendingIntent) -> Bool {
    let kind = Self.kind(of: pending.intent)
    guard claimed[pending.id] == nil, claimed.values.count(where: { $0 == kind }) < kind.limit else { return false }
    claimed[pending.id] = kind
    return true
  }

  mutating func release(_ pending: PendingIntent) {
    claimed[pending.id] = nil
  }

  private static func kind(of intent: Intent) -> Kind {
    switch intent {
    case .decide: .decisions
    case .notify: .messages
    case .remember: .memories
    case .dispatch, .expire, .expireApproval, .lookAgain: .conclusions
    }
  }
}
