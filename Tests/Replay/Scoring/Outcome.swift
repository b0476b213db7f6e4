/// What becomes of an incident before anything is done, the strongest first.
public enum Outcome: String, Sendable, CaseIterable, Comparable {
  /// An action is proposed, whether policy lets it pass alone or asks a person.
  case act
  /// A person takes over, and no action is proposed.
  case escalate
  /// It is looked at again later.
  case wait
  /// There is nothing to do.
  case none

  /// The stronger outcome is the smaller one, so that a list sorted by it begins with the strongest.
  public static func < (left: Outcome, right: Outcome) -> Bool { left.rank < right.rank }

  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// How policy treats a proposal.
public enum Gate: String, Sendable, CaseIterable {
  /// It would be done at once.
  case auto
  /// A person must agree.
  case approval
}
