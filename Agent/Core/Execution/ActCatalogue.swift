import Kubernetes
public import Wire

/// Which action means what, and which of them an agent takes.
public enum ActCatalogue {
  static func meaning(of action: Action) -> any ActMeaning {
    switch action {
    case .restartDeployment: RolloutRestart(kind: Deployment.type)
    case .restartStatefulSet: RolloutRestart(kind: StatefulSet.type)
    case .restartDaemonSet: RolloutRestart(kind: DaemonSet.type)
    case .scaleDeployment: DeploymentScale()
    case .deletePod: PodEviction()
    case .rollbackDeployment: DeploymentRollback()
    case .deleteDeployment: DeploymentDeletion()
    case .raiseHPAMax: AutoscalerCeiling()
    case .cordonNode: NodeCordon(closes: true)
    case .uncordonNode: NodeCordon(closes: false)
    case .drainNode: NodeDrain()
    case .execPod: PodExec()
    }
  }

  /// The actions of the cluster agent; all others are those of a namespace's agent.
  public static let ofNodes: Set<Action> = [.cordonNode, .uncordonNode, .drainNode]

  /// What an agent of a namespace takes unless it is told otherwise. A rollback needs a namespace that the admission policy
  /// leaves out; a deletion and a command in a container are for teams that want them.
  public static let byDefault: Set<Action> = [
    .restartDeployment, .restartStatefulSet, .restartDaemonSet, .scaleDeployment, .deletePod, .raiseHPAMax,
  ]

  /// All that an agent of this scope can be told to take.
  public static func all(scope: String) -> Set<Action> {
    scope == Command.clusterScope ? ofNodes : Set(Action.allCases).subtracting(ofNodes)
  }
}
