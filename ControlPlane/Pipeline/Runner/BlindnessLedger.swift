public import Wire

/// Remembers what was not watched, and when, so that silence is never taken for health afterwards.
public protocol BlindnessLedger: Sendable {
  /// Adds spans, and ends those that are known and have ended. Old ones go.
  func note(_ spans: [BlindSpan], of namespace: String, at now: Timestamp) async throws(StoreError)
  /// Newest first, at most `BlindnessLimits.shown`; those that last are among them.
  func blindSpans(of namespace: String) async throws(StoreError) -> [BlindSpan]
  /// Remembers when agents were last heard of.
  func note(contacts: [String: Timestamp]) async throws(StoreError)
  /// When each agent that ever came was last heard of, as far as it was noted.
  func contacts() async throws(StoreError) -> [String: Timestamp]
}

public enum BlindnessLimits {
  public static let retention = Duration.seconds(7 * 86_400)
  /// Spans kept of one namespace.
  public static let kept = 1000
  public static let shown = 100
}

/// Makes spans of the silence of agents: from the last contact of one that was not heard of for longer than it takes to poll and to
/// reconnect, until it comes back. A pure value; it lives over restarts by what it is begun with.
public struct SilenceWatch: Sendable {
  public static let what = "agent"
  /// A long poll, and a reconnect.
  public static let silence = Duration.seconds(75)

  private var lastContact: [String: Timestamp]
  private var open: [String: BlindSpan] = [:]

  public init(contacts: [String: Timestamp] = [:]) {
    lastContact = contacts
  }

  /// - Parameter contacts: the last contact of every agent that has come since the start.
  /// - Returns: what is new in the ledger, by namespace.
  public mutating func look(at contacts: [String: Timestamp], now: Timestamp) -> [String: BlindSpan] {
    var news: [String: BlindSpan] = [:]
    for (namespace, contact) in contacts {
      let before = lastContact[namespace] ?? contact
      guard contact > before || lastContact[namespace] == nil else { continue }
      lastContact[namespace] = contact
      let began = open.removeValue(forKey: namespace)?.from
      if began != nil || before + Self.silence < contact { news[namespace] = span(from: began ?? before, to: contact) }
    }
    for (namespace, contact) in lastContact where open[namespace] == nil && contact + Self.silence < now {
      let gone = span(from: contact, to: nil)
      open[namespace] = gone
      news[namespace] = gone
    }
    return news
  }

  private func span(from: Timestamp, to: Timestamp?) -> BlindSpan {
    BlindSpan(what: Self.what, why: "the agent was not heard of", from: from, to: to)
  }
}
