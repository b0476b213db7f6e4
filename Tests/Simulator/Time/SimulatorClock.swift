/// How time passes in the simulated cluster.
public enum SimulatorClock: Sendable, Hashable {
  /// Time passes by itself, `speed` simulated seconds per real second.
  case running(speed: Double)
  /// Time stands still until ``SimulatedCluster/advance(by:)``.
  case manual
}
