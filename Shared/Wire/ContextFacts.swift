/// The tail of one container's log, redacted.
public struct LogFact: Sendable, Hashable, Codable {
  public let pod: String
  public let container: String
  /// The run before the present one.
  public let previous: Bool
  public let lines: [String]

  public init(pod: String, container: String, previous: Bool, lines: [String]) {
    self.pod = pod
    self.container = container
    self.previous = previous
    self.lines = lines
  }
}

/// One Kubernetes event, repeats folded into its count.
public struct EventFact: Sendable, Hashable, Codable {
  /// `Pod/checkout-6c9f-abcde`
  public let object: String
  /// `Normal` or `Warning`.
  public let type: String
  public let reason: String
  public let message: String
  public let count: Int
  public let firstSeen: Timestamp?
  public let lastSeen: Timestamp?

  public init(
    object: String, type: String, reason: String, message: String, count: Int, firstSeen: Timestamp?, lastSeen: Timestamp?
  ) {
    self.object = object
    self.type = type
    self.reason = reason
    self.message = message
    self.count = count
    self.firstSeen = firstSeen
    self.lastSeen = lastSeen
  }
}

/// A Service of the namespace that the logs or the environment of the failing containers name: a dependency, seen by the
/// readiness of the pods that its selector matches.
public struct ServiceFact: Sendable, Hashable, Codable {
  public let name: String
  public let ports: [Int]
  public let readyPods: Int
  public let notReadyPods: Int
  /// Since when at least one of the pods that are ready now has been ready: when the first of them became so; nil when none is.
  /// One young replica beside an old one is no recovery.
  public let readySince: Timestamp?

  public init(name: String, ports: [Int], readyPods: Int, notReadyPods: Int, readySince: Timestamp?) {
    self.name = name
    self.ports = ports
    self.readyPods = readyPods
    self.notReadyPods = notReadyPods
    self.readySince = readySince
  }
}
