import Wire

extension Rule {
  /// A rollout that is under way is judged by its own deadline; touching it then confuses both. A rollback may, since the rollout is what
  /// it ends.
  static let rolloutInProgress = Rule("rollout_in_progress") { question in
    guard let workload = question.workload, question.proposal.action != .rollbackDeployment else {
      return .passes("does not apply")
    }
    if workload.paused { return .refuses("the rollout is paused") }
    if workload.observedGeneration < workload.generation {
      return .refuses("the controller has not seen generation \(workload.generation) yet")
    }
    if workload.updated < workload.desired {
      return .refuses("\(workload.updated) of \(workload.desired) pods are updated: a rollout is in progress")
    }
    if let progressing = workload.progressing, progressing.hasPrefix("True"), !progressing.contains("NewReplicaSetAvailable") {
      return .refuses("a rollout is in progress (\(progressing))")
    }
    return .passes("no rollout in progress")
  }
}
