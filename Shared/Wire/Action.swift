/// What may be done to a cluster. The list is closed: neither a model nor a message can name anything else.
public enum Action: String, Sendable, Codable, CaseIterable {
  case restartDeployment = "restart_deployment"
  case restartStatefulSet = "restart_statefulset"
  case restartDaemonSet = "restart_daemonset"
  case scaleDeployment = "scale_deployment"
  case deletePod = "delete_pod"
  case rollbackDeployment = "rollback_deployment"
  case deleteDeployment = "delete_deployment"
  case raiseHPAMax = "raise_hpa_max"
  case cordonNode = "cordon_node"
  case uncordonNode = "uncordon_node"
  case drainNode = "drain_node"
  case execPod = "exec_pod"
}

/// How much harm an action can do when it is wrong (the original document's table; reads are always safe and not listed).
public enum Risk: String, Sendable, Codable, CaseIterable, Comparable {
  /// Reads only.
  case safe
  /// May be taken alone when confidence reaches the threshold.
  case medium
  /// Always a person.
  case high

  public static func < (lhs: Risk, rhs: Risk) -> Bool { lhs.rank < rhs.rank }

  private var rank: Int {
    switch self {
    case .safe: 0
    case .medium: 1
    case .high: 2
    }
  }
}

extension Action {
  public var risk: Risk {
    switch self {
    case .restartDeployment, .restartDaemonSet, .scaleDeployment, .deletePod: .medium
    case .rollbackDeployment, .deleteDeployment, .drainNode, .cordonNode, .uncordonNode, .restartStatefulSet, .raiseHPAMax,
      .execPod:
      .high
    }
  }
}
