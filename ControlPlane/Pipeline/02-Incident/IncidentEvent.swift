public import Wire

/// What can happen to an incident.
public enum IncidentEvent: Sendable, Hashable {
  case opened
  /// More alerts of one delivery for the same subject, and the subject that they have together.
  case joined([Alert], Subject)
  /// Alertmanager says that every alert of the incident is over.
  case alertsResolved
  case answered(command: String, CommandResult.Outcome)
  /// No answer came in time.
  case unanswered(command: String)
  case decided(Deliberation)
  /// The decision that follows is made without the past.
  case pastUnknown(MemoryError)
  case approved(by: String, orderDigest: String)
  case rejected(by: String, reason: String)
  case approvalExpired(orderDigest: String)
  /// The time to look again, after a decision to wait.
  case waitOver
  /// How far a long act has come.
  case progressed(ActProgress)
  /// A person wants the act that is under way to end.
  case stopRequested(by: String)
}

/// Why an event was refused. Nothing has changed.
public enum IncidentError: Error, Sendable, Equatable {
  case notAwaitingApproval(state: Incident.State)
  /// The approver saw another order than the one that waits.
  case orderChanged
  case notAllowed(String)
  /// There is no act that could be stopped.
  case nothingToStop(state: Incident.State)
}

extension IncidentError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notAwaitingApproval(let state): "nothing waits for approval: the incident is \(state.rawValue)"
    case .orderChanged: "the order has changed since it was shown: look at it again"
    case .notAllowed(let reason): reason
    case .nothingToStop(let state): "nothing is being done that could be stopped: the incident is \(state.rawValue)"
    }
  }
}
