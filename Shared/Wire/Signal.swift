/// Something wrong that the agent saw in its watches, without Prometheus.
public struct Signal: Sendable, Hashable, Codable {
  public enum Kind: String, Sendable, Codable, CaseIterable {
    case crashLoopBackOff = "CrashLoopBackOff"
    case oomKilled = "OOMKilled"
    case imagePullBackOff = "ImagePullBackOff"
    case configError = "CreateContainerConfigError"
    case unschedulable = "Unschedulable"
    case stuckTerminating = "StuckTerminating"
    case rolloutStuck = "ProgressDeadlineExceeded"
  }

  public let kind: Kind
  /// The first pod that shows it; nil for a workload's own trouble.
  public let pod: String?
  public let container: String?
  /// At the end of the owner chain.
  public let workload: WorkloadName?
  /// Pods of the workload that show it.
  public let pods: Int
  public let since: Timestamp
  /// One line, redacted.
  public let message: String

  public init(
    kind: Kind, pod: String? = nil, container: String? = nil, workload: WorkloadName? = nil, pods: Int = 1, since: Timestamp,
    message: String
  ) {
    self.kind = kind
    self.pod = pod
    self.container = container
    self.workload = workload
    self.pods = pods
    self.since = since
    self.message = message
  }
}

/// `POST /agent/v1/signals`: everything that is wrong now, whenever that changes. A report replaces the one before it, so that one that is lost or repeated does no harm.
public struct SignalReport: Sendable, Hashable, Codable {
  /// More are counted in `omitted`.
  public static let limit = 500

  public let boot: String
  /// Counts the reports of one boot from 1.
  public let revision: Int64
  public let signals: [Signal]
  public let omitted: Int

  public init(
    boot: String, revision: Int64, signals: [Signal], omitted: Int = 0
  ) {
    self.boot = boot
    self.revision = revision
    self.signals = signals
    self.omitted = omitted
  }
}
