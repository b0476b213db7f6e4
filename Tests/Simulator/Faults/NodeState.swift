/// What the kubelet of a node does.
public enum NodeState: String, Sendable, Hashable, CaseIterable {
  case healthy
  /// Silent: Ready is Unknown after 50 seconds, then its pods are evicted.
  case down
  /// Reports that it is not ready.
  case notReady = "notready"
  case memoryPressure = "memorypressure"
  case diskPressure = "diskpressure"
  case processPressure = "pidpressure"
}
