import Wire

/// When to say hello again within a session, only to see whether there is a newer key set. Pure.
struct KeySetRefresh: Sendable {
  /// Forged envelopes must not make an agent ask all the time.
  static let shortestInterval = Duration.seconds(60)
  /// A set that ends so soon should have a successor.
  static let lead = Duration.seconds(3600)
  /// How often it looks for the successor.
  static let leadInterval = Duration.seconds(600)

  private var greeted: Timestamp?

  mutating func greeted(at now: Timestamp) { greeted = now }

  func isDue(after refusal: RefusalReason?, keySetEnds end: Timestamp?, at now: Timestamp) -> Bool {
    guard let greeted else { return false }
    let since = greeted.duration(to: now)
    switch refusal {
    case .badSignature, .keySetExpired: return since >= Self.shortestInterval
    default: return end.map { $0 - Self.lead <= now } ?? false && since >= Self.leadInterval
    }
  }
}
