/// Bounds of one open database.
public struct StoreLimits: Sendable, Hashable {
  /// Callers that may wait for a commit; one more is refused as unavailable.
  public var waitingWrites = 10_000
  /// Callers that may wait for a read; one more is refused as unavailable.
  public var waitingReads = 10_000
  /// Calls that share one transaction at most. They wait for the same write to the disk.
  public var batch = 512
  /// How long a lock that somebody else holds on the file is waited for.
  public var busyTimeout = Duration.seconds(5)
  /// Connections that read side by side.
  public var readers = 4

  public init() {}
}
