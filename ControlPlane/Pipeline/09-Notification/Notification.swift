import Wire

/// One message to people about an incident.
public struct Notification: Sendable, Hashable, Codable {
  public enum Kind: String, Sendable, Codable, CaseIterable {
    case fixed, escalated, approvalNeeded = "approval_needed"
  }

  public let incident: Int64
  public let kind: Kind
  public let subject: String
  public let body: String

  public init(incident: Int64, kind: Kind, subject: String, body: String) {
    self.incident = incident
    self.kind = kind
    self.subject = subject
    self.body = body
  }
}

/// Delivers notifications. A call that throws `possiblySent` may have delivered.
public protocol Notifier: Sendable {
  /// - Returns: what was done, for the timeline: `mailed to a@example.com`.
  func send(_ notification: Notification) async throws(NotifierError) -> String
}

public enum NotifierError: Error, Sendable, Equatable {
  /// Not delivered; worth another try.
  case notSent(String)
  /// The relay will never take it.
  case rejected(String)
  /// Interrupted after the message was handed over: it is not sent again.
  case possiblySent(String)
}

extension NotifierError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notSent(let reason): "not sent: \(reason)"
    case .rejected(let reason): "rejected: \(reason)"
    case .possiblySent(let reason): "possibly sent: \(reason)"
    }
  }
}
