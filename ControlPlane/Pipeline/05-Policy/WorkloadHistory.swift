public import Wire

/// What was done to a workload before, as policy counts it. The store answers it in the transaction that judges.
public struct WorkloadHistory: Sendable, Hashable, Codable {
  /// When the last act on this workload was verified, or failed to be.
  public let lastVerifiedAt: Timestamp?
  /// When acts on this workload were ordered, within the last day, newest first.
  public let actedAt: [Timestamp]
  /// Another incident of the namespace with an act in flight.
  public let inFlight: Int64?
  /// Another incident that is open for the same workload, and was the first to know so.
  public let twin: Int64?
  /// Pods that acts anywhere in the cluster have replaced or removed within the last 15 minutes.
  public let podsTouchedRecently: Int
  /// Of the whole cluster; nil when nobody can count them.
  public let clusterPods: Int?

  public init(
    lastVerifiedAt: Timestamp? = nil, actedAt: [Timestamp] = [], inFlight: Int64? = nil, twin: Int64? = nil,
    podsTouchedRecently: Int = 0, clusterPods: Int? = nil
  ) {
    self.lastVerifiedAt = lastVerifiedAt
    self.actedAt = actedAt
    self.inFlight = inFlight
    self.twin = twin
    self.podsTouchedRecently = podsTouchedRecently
    self.clusterPods = clusterPods
  }
}

/// Looks a workload's history up, as of the transaction in which it is asked; the incident that asks is left out.
public typealias HistoryLookup = (_ workload: WorkloadName, _ namespace: String, _ except: Incident.ID) -> WorkloadHistory
