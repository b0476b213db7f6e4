public import Wire

/// One alert as Alertmanager posted it. Its labels are claims, not facts: see `TargetResolution`.
public struct Alert: Sendable, Hashable, Codable {
  public enum Status: String, Sendable, Codable, CaseIterable {
    case firing, resolved
  }

  public let status: Status
  public let labels: [String: String]
  public let annotations: [String: String]
  public let startsAt: Timestamp
  /// Alertmanager's hash of the labels; changes when an exporter's own labels do.
  public let fingerprint: String
  public let source: Source

  /// Who says so.
  public enum Source: String, Sendable, Codable, CaseIterable {
    case alertmanager
    /// An agent saw it in its own watches.
    case signal
  }

  public init(
    status: Status, labels: [String: String], annotations: [String: String], startsAt: Timestamp, fingerprint: String,
    source: Source = .alertmanager
  ) {
    self.status = status
    self.labels = labels
    self.annotations = annotations
    self.startsAt = startsAt
    self.fingerprint = fingerprint
    self.source = source
  }

  public var name: String { labels["alertname"] ?? "" }
  public var severity: String { labels["severity"] ?? "none" }

  /// What a person reads first: the description, or failing that the summary.
  public var description: String {
    annotations["description"] ?? annotations["message"] ?? annotations["summary"] ?? ""
  }

  /// What makes two posts the same alert: `repeat_interval` and both halves of an Alertmanager pair post it again.
  public var key: Key { Key(fingerprint: fingerprint, startsAt: startsAt) }

  public struct Key: Sendable, Hashable, Codable {
    public let fingerprint: String
    public let startsAt: Timestamp

    public init(fingerprint: String, startsAt: Timestamp) {
      self.fingerprint = fingerprint
      self.startsAt = startsAt
    }
  }
}
