import Pipeline
import Synchronization

/// What is counted since the start, for `GET /metrics`.
public final class Metrics: Sendable {
  enum Counter: String, CaseIterable {
    case alertsReceived = "ai_sre_alerts_received_total"
    case webhooksRefused = "ai_sre_webhooks_refused_total"
    case alertsWithoutNamespace = "ai_sre_alerts_without_namespace_total"

    var help: String {
      switch self {
      case .alertsReceived: "Alerts that were taken from Alertmanager."
      case .webhooksRefused: "Posts to /webhook that were not Alertmanager's."
      case .alertsWithoutNamespace: "Firing alerts that name no namespace and so are nobody's to act on."
      }
    }
  }

  private let counts = Mutex<[Counter: Int]>([:])

  public init() {}

  func count(_ counter: Counter, by amount: Int = 1) {
    counts.withLock { $0[counter, default: 0] += amount }
  }

  func value(of counter: Counter) -> Int {
    counts.withLock { $0[counter] ?? 0 }
  }
}
