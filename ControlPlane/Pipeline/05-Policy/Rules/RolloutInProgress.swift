import Wire

extension Rule {
  /// A rollout that is under way is judged by its own deadline; touching it then confuses both. A rollback ends it, and may where
  /// the new revision's own pods are what fails.
  static let rolloutInProgress = Rule(
    "rollout_in_progress", .refuses,
    "Nothing is done during a rollout or on a paused one; a rollback may, when the new revision's own pods are what fails."
  ) { question in
    guard let workload = question.workload, question.proposal.target.kind != "Node" else { return .passes("does not apply") }
    if workload.paused { return .refuses("the rollout is paused") }
    if question.proposal.action == .rollbackDeployment { return failingPods(question) }
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

  private static func failingPods(_ question: PolicyQuestion) -> Answer {
    let examination = Examination(question.evidence, at: question.now)
    let ill = examination.pods.filter { pod in
      examination.isCurrent(pod.fact) && !examination.settled.contains { $0.id == pod.id }
    }
    let isShort = examination.currentRevision.map { $0.fact.available < $0.fact.desired } ?? false
    let isLoaded = examination.isSaturated
    let isUnreached = examination.emptyService != nil
    return ill.isEmpty && !isShort && !isLoaded && !isUnreached
      ? .refuses("the pods of the current revision are well") : .passes("the current revision's own pods are what fails")
  }

  static let soundRevision = Rule(
    "sound_revision", .refuses,
    "A rollback goes only to a revision that was available: it has available pods now, was seen available, or was current "
      + "for an hour or more."
  ) { question in
    guard question.proposal.action == .rollbackDeployment else { return .passes("does not apply") }
    let sound = Examination(question.evidence, at: question.now).soundRevision?.fact
    guard let wanted = question.proposal.parameters.revision, let sound, wanted == sound.revision else {
      return .refuses("revision \(question.proposal.parameters.revision ?? 0) is not known to have worked")
    }
    return .passes("revision \(wanted) is known to have worked")
  }
}
