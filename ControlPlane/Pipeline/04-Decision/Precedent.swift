public import Wire

/// A past incident of the same team that resembles this one, and how it ended.
public struct Precedent: Sendable, Hashable, Codable {
  public let incident: Int64
  public let alertName: String
  public let action: Action
  public let verified: Bool
  public let at: Timestamp
  /// How near its trouble is, up to 1.
  public let similarity: Double?

  public init(
    incident: Int64, alertName: String, action: Action, verified: Bool, at: Timestamp, similarity: Double? = nil
  ) {
    self.incident = incident
    self.alertName = alertName
    self.action = action
    self.verified = verified
    self.at = at
    self.similarity = similarity
  }

  func summary(at now: Timestamp) -> String {
    "\(Age.text(from: at, to: now)) ago: \(alertName), \(action.rawValue), \(verified ? "fixed" : "did not help")"
  }
}
