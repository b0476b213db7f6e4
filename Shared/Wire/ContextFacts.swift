/// The tail of one container's log, redacted.
public struct LogFact: Sendable, Hashable, Codable {
  public let pod: String
  public let container: String
  /// The run before the present one.
  public let previous: Bool
  public let lines: [String]
  /// Indices in `lines` of those that say what went wrong.
  public let telling: [Int]
  /// Lines that were read and left out between those kept.
  public let omittedLines: Int
  /// When the agent kept these lines of a container that died since; nil when they were read just now.
  public let keptAt: Timestamp?

  public init(
    pod: String, container: String, previous: Bool, lines: [String], telling: [Int] = [], omittedLines: Int = 0,
    keptAt: Timestamp? = nil
  ) {
    self.pod = pod
    self.container = container
    self.previous = previous
    self.lines = lines
    self.telling = telling
    self.omittedLines = omittedLines
    self.keptAt = keptAt
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
  /// What reported it, such as `kubelet`.
  public let component: String?

  public init(
    object: String, type: String, reason: String, message: String, count: Int, firstSeen: Timestamp?, lastSeen: Timestamp?,
    component: String? = nil
  ) {
    self.object = object
    self.type = type
    self.reason = reason
    self.message = message
    self.count = count
    self.firstSeen = firstSeen
    self.lastSeen = lastSeen
    self.component = component
  }
}

/// A Service of the namespace, seen by the readiness of the pods that its selector matches.
public struct ServiceFact: Sendable, Hashable, Codable {
  public enum Role: String, Sendable, Codable, CaseIterable {
    /// The logs or the environment of the failing containers name it.
    case dependency
    /// It is meant to lead to the workload's own pods.
    case own
  }

  public let name: String
  public let ports: [Int]
  public let readyPods: Int
  public let notReadyPods: Int
  /// Since when at least one of the pods that are ready now has been ready: when the first of them became so; nil when none is.
  /// One young replica beside an old one is no recovery.
  public let readySince: Timestamp?
  public let role: Role
  public let selector: [String: String]
  /// By its EndpointSlices; nil when they were not read.
  public let readyEndpoints: Int?
  public let notReadyEndpoints: Int?
  /// For a selector that matches no pod: labels that pods of the namespace carry instead, as `app=portal`.
  public let nearMisses: [String]
  /// The last change of its spec.
  public let changedAt: Timestamp?

  public init(
    name: String, ports: [Int], readyPods: Int, notReadyPods: Int, readySince: Timestamp?, role: Role = .dependency,
    selector: [String: String] = [:], readyEndpoints: Int? = nil, notReadyEndpoints: Int? = nil, nearMisses: [String] = [],
    changedAt: Timestamp? = nil
  ) {
    self.name = name
    self.ports = ports
    self.readyPods = readyPods
    self.notReadyPods = notReadyPods
    self.readySince = readySince
    self.role = role
    self.selector = selector
    self.readyEndpoints = readyEndpoints
    self.notReadyEndpoints = notReadyEndpoints
    self.nearMisses = nearMisses
    self.changedAt = changedAt
  }
}
