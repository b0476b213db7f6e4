public import Foundation
public import ServiceLifecycle

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// Stands in for Prometheus: looks at the pods every few seconds and tells Alertmanager which alerts fire, again and again as
/// Prometheus does, and once that they are resolved.
public struct AlertPoster: Service {
  private let cluster: SimulatedCluster
  private let endpoint: URL
  private let holdBack: Double
  private let interval: Double

  /// - Parameters:
  ///   - alertmanager: The base URL; `/api/v2/alerts` is appended.
  ///   - after: Simulated seconds that a pod must be ill before its alert fires (`for` of a rule).
  ///   - interval: Real seconds between two looks.
  public init(cluster: SimulatedCluster, alertmanager: URL, after holdBack: Double = 5, interval: Double = 2) {
    self.cluster = cluster
    endpoint = alertmanager.appendingPathComponent("api/v2/alerts")
    self.holdBack = holdBack
    self.interval = interval
  }

  /// Posts until the service is shut down.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      var state = AlertState(holdBack: holdBack, lifetime: interval * 4)
      while !Task.isCancelled {
        let pods = await cluster.objects("pods")
        let batch = state.update(with: pods, now: await cluster.now, wall: Timestamp(seconds: Date().timeIntervalSince1970))
        if !batch.isEmpty, await post(batch) { state.confirmDelivery() }
        guard (try? await Task.sleep(for: .seconds(interval))) != nil else { return }
      }
    }
  }

  private func post(_ alerts: [JSONValue]) async -> Bool {
    var request = URLRequest(url: endpoint, timeoutInterval: 5)
    request.httpMethod = "POST"
    request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    request.httpBody = Data(JSONValue.array(alerts).encoded)
    guard let (_, response) = try? await URLSession.shared.data(for: request) else { return false }
    return (response as? HTTPURLResponse)?.statusCode == 200
  }
}

/// Which alerts are pending, firing and resolved; pure.
struct AlertState {
  private struct Entry {
    var alert: Alert
    let since: Timestamp
    var seen: Timestamp
    var firingSince: Timestamp?
    var resolvedAt: Timestamp?
  }

  /// An alert of a pod that still exists goes on for so many simulated seconds, because a crashing container is well for the
  /// moment of each attempt (`keep_firing_for` of a rule).
  static let keepsFiring = 10.0

  let holdBack: Double
  /// How far ahead `endsAt` is, so that an alert ends by itself when nobody posts any more.
  let lifetime: Double
  private var entries: [String: Entry] = [:]

  init(holdBack: Double, lifetime: Double) {
    self.holdBack = holdBack
    self.lifetime = lifetime
  }

  /// Takes the pods as they are, and gives the alerts to post. `now` is simulated time, `wall` the real one that goes out.
  mutating func update(with pods: [JSONValue], now: Timestamp, wall: Timestamp) -> [JSONValue] {
    var current: [String: Alert] = [:]
    for alert in pods.flatMap({ AlertRules.alerts(for: $0, now: now) }) { current[alert.identity] = alert }
    for (identity, alert) in current {
      var entry = entries[identity] ?? Entry(alert: alert, since: now, seen: now)
      if entry.resolvedAt != nil { entry = Entry(alert: alert, since: now, seen: now) }
      entry.seen = now
      entry.alert = alert
      if entry.firingSince == nil, now - entry.since >= holdBack { entry.firingSince = wall }
      entries[identity] = entry
    }
    let present = Set(pods.filter { !$0.isBeingDeleted }.map { "\($0.namespace)/\($0.name)" })
    for (identity, entry) in entries where current[identity] == nil && entry.resolvedAt == nil {
      let isPresent = present.contains("\(entry.alert.namespace)/\(entry.alert.pod)")
      if isPresent, now - entry.seen < Self.keepsFiring { continue }
      if entry.firingSince == nil { entries[identity] = nil } else { entries[identity]?.resolvedAt = wall }
    }
    return entries.sorted { $0.key < $1.key }.compactMap { _, entry in
      entry.firingSince.map { json(entry, startsAt: $0, endsAt: entry.resolvedAt ?? wall + lifetime) }
    }
  }

  /// The resolved ones have been told and are forgotten.
  mutating func confirmDelivery() { entries = entries.filter { $0.value.resolvedAt == nil } }

  private func json(_ entry: Entry, startsAt: Timestamp, endsAt: Timestamp) -> JSONValue {
    [
      "labels": JSONValue(strings: entry.alert.labels),
      "annotations": JSONValue(strings: [("summary", entry.alert.summary), ("description", entry.alert.description)]),
      "startsAt": .string(startsAt.rfc3339Milli), "endsAt": .string(endsAt.rfc3339Milli),
      "generatorURL": "http://simulator.invalid/graph",
    ]
  }
}
