public import Wire

/// One thing that is wrong with one workload, from the first alert to its end.
public struct Incident: Sendable, Hashable, Codable, Identifiable {
  /// Row id in the table `incidents`.
  public let id: Int64
  /// Random part of the names made from this incident, so that a restored database never repeats a command id.
  public let nonce: String
  public let alertName: String
  public let severity: String
  public let description: String
  /// The alert that opened it, whole: what runbooks read to be more careful. Nil for incidents stored before it was kept.
  public let alert: Alert?
  public let mode: Mode
  public let openedAt: Timestamp
  public internal(set) var subject: Subject
  public internal(set) var state: State
  public internal(set) var updatedAt: Timestamp
  public internal(set) var alertResolvedAt: Timestamp?
  /// Commands issued so far; numbers the next one.
  public internal(set) var commandCount: Int
  /// Decisions to wait so far.
  public internal(set) var waits: Int
  /// The command whose result the incident waits for.
  public internal(set) var openCommand: String?
  public internal(set) var evidence: Evidence?
  /// When the evidence was taken in, by this side's clock.
  public internal(set) var evidenceAt: Timestamp?
  /// Times that evidence was gathered again because it had grown old.
  public internal(set) var regathers: Int
  public internal(set) var decision: Decision?
  public internal(set) var verdict: Verdict?
  /// What waits for a person, or was approved.
  public internal(set) var approval: Approval?
  public internal(set) var order: Order?
  /// The command that carried the order.
  public internal(set) var actCommand: String?
  public internal(set) var execution: ExecutionOutcome?
  public internal(set) var verification: Verification?
  /// What was done to take the act back, once it was seen not to help.
  public internal(set) var undo: Undo?
  /// The command by which the act under way was asked to end.
  public internal(set) var stopCommand: String?
  /// The incident of the same workload that goes on in this one's place.
  public internal(set) var mergedInto: Int64?
  /// Why it ended as it did, in one sentence.
  public internal(set) var conclusion: String?

  public enum Mode: String, Sendable, Codable, CaseIterable {
    case normal
    /// `/trigger-test`: the whole run up to the suggestion, and nothing done.
    case suggest
  }

  public enum State: String, Sendable, Codable, CaseIterable {
    case received, gathering, deciding, waiting, awaitingApproval = "awaiting_approval", executing, verifying
    case resolved, escalated, closed, failed

    public var isOpen: Bool {
      switch self {
      case .received, .gathering, .deciding, .waiting, .awaitingApproval, .executing, .verifying: true
      case .resolved, .escalated, .closed, .failed: false
      }
    }
  }

  public init(id: Int64, nonce: String, opening: Opening, at now: Timestamp) {
    self.id = id
    self.nonce = nonce
    alertName = opening.alert.name
    severity = opening.alert.severity
    description = opening.alert.description
    alert = opening.alert
    mode = opening.mode
    openedAt = now
    subject = opening.subject
    state = .received
    updatedAt = now
    commandCount = 0
    waits = 0
    regathers = 0
  }

  /// The name that the wire and people use: `42`.
  public var name: String { String(id) }

  /// The same with other evidence, for a store that keeps it apart.
  public func replacing(evidence: Evidence?) -> Incident {
    var copy = self
    copy.evidence = evidence
    return copy
  }

  func commandID(_ kind: Command.Kind, number: Int) -> String { "\(id)-\(nonce)-\(number)-\(kind.rawValue)" }
}

/// A firing alert with what it is about: enough to open an incident, or to join one that is open for the same subject.
public struct Opening: Sendable, Hashable {
  public let alert: Alert
  public let subject: Subject
  public let mode: Incident.Mode

  public init(alert: Alert, subject: Subject, mode: Incident.Mode = .normal) {
    self.alert = alert
    self.subject = subject
    self.mode = mode
  }
}

extension Incident {
  /// What was really done; nil until the agent has said that it did it.
  public var actionTaken: Action? {
    if case .done = execution { order?.action } else { nil }
  }

  /// What is being done or was done last: the undoing, where there is one.
  var currentOrder: Order? { undo?.order ?? order }
}
