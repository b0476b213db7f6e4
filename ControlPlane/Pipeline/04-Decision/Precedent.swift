public import Wire

/// A past incident of the same team that resembles this one, and how it ended.
public struct Precedent: Sendable, Hashable, Codable {
  public let incident: Int64
  public let alertName: String
  public let action: Action
  public let verified: Bool
  public let at: Timestamp

  public init(incident: Int64, alertName: String, action: Action, verified: Bool, at: Timestamp) {
    self.incident = incident
    self.alertName = alertName
    self.action = action
    self.verified = verified
    self.at = at
  }

  func summary(at now: Timestamp) -> String {
    "\(Age.text(from: at, to: now)) ago: \(alertName), \(action.rawValue), \(verified ? "fixed" : "did not help")"
  }
}

/// Finds past incidents that resemble one. Only verified outcomes count, and only those of the same namespace.
public protocol PrecedentIndex: Sendable {
  func precedents(for incident: Incident, limit: Int) async throws -> [Precedent]
}
