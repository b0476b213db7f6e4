import Wire

/// How far an act may reach.
extension Rule {
  static let autoscaled = Rule(
    "autoscaled", .refuses, "A workload that an HPA or KEDA scales is never scaled by hand."
  ) { question in
    guard question.proposal.action == .scaleDeployment else { return .passes("does not apply") }
    guard let autoscaler = question.evidence.autoscalers.first else { return .passes("no autoscaler scales it") }
    return .refuses("\(autoscaler.fact.managedBy ?? "the HPA \(autoscaler.fact.target.name)") scales it")
  }

  /// A Ready pod that goes is a disruption that its owner may have bounded.
  static let budget = Rule(
    "budget", .refuses, "A Ready pod is removed only while the disruption budget allows one (`disruptionsAllowed` ≥ 1)."
  ) { question in
    let removes =
      switch question.proposal.action {
      case .deletePod: question.targetPod?.ready ?? true
      case .restartStatefulSet, .restartDaemonSet: (question.workload?.ready ?? 0) > 0
      case .drainNode: true
      default: false
      }
    guard removes else { return .passes("no Ready pod is removed before another is there") }
    guard let tight = question.evidence.budgets.first(where: { $0.fact.disruptionsAllowed < 1 || !$0.fact.isObserved })?.fact
    else {
      return .passes("disruption budgets allow it")
    }
    return .refuses(
      "the disruption budget \(tight.name) allows no disruption (\(tight.currentHealthy) of \(tight.desiredHealthy) healthy)")
  }

  /// When much of a namespace is ill, its workloads are not the cause.
  static let unhealthyNamespace = Rule(
    "unhealthy_namespace", .refuses,
    "Nothing is done where more than 40 % of the namespace's workloads, and at least 3, are unhealthy: that is no matter of "
      + "one workload."
  ) { question in
    guard let namespace = question.namespace, namespace.workloads > 0 else { return .passes("not known") }
    let own = (question.workload.map { $0.ready < $0.desired } ?? false) ? 1 : 0
    let unhealthy = namespace.unhealthyWorkloads.count + own
    let settings = question.settings
    let text = "\(unhealthy) of \(namespace.workloads) workloads of the namespace are unhealthy"
    guard unhealthy >= settings.unhealthyWorkloadsFloor,
      unhealthy * 100 > namespace.workloads * settings.unhealthyWorkloadsPercent
    else {
      return .passes(text)
    }
    return .refuses("\(text), at most \(settings.unhealthyWorkloadsPercent) %")
  }

  static let blastRadius = Rule(
    "blast_radius", .refuses, "At most 2 % of the cluster's pods, or 10 of them if that is more, are touched within 15 minutes."
  ) { question in
    guard let pods = question.history.clusterPods else { return .passes("the cluster's size is not known") }
    let settings = question.settings
    let most = max(settings.touchedPodsFloor, pods * settings.touchedPodsPercent / 100)
    let touched = question.history.podsTouchedRecently + question.touches
    guard touched <= most else { return .refuses("\(touched) pods would be touched within 15 minutes, at most \(most)") }
    return .passes("\(touched) pods touched within 15 minutes, at most \(most)")
  }

  /// Only what the runbooks bound is ordered.
  static let bounds = Rule(
    "bounds", .refuses, "A scale is absolute, upwards, and at most doubles; quotas are left room."
  ) { question in
    guard [.scaleDeployment, .raiseHPAMax].contains(question.proposal.action) else { return .passes("does not apply") }
    guard let before = question.proposal.preconditions.replicas, let after = question.proposal.parameters.replicas else {
      return .refuses("the counts before and after are not both given")
    }
    let examination = Examination(question.evidence, at: question.now)
    let room = examination.quotaRoom.map { before + $0.pods } ?? .max
    guard after > before, after <= before + min(max(1, before), 8), after <= room else {
      return .refuses("from \(before) to \(after) is out of bounds")
    }
    return .passes("from \(before) to \(after)")
  }
}

extension PolicyQuestion {
  /// Pods that the act replaces or removes.
  var touches: Int {
    switch proposal.action {
    case .deletePod, .execPod: 1
    case .restartDeployment, .restartStatefulSet, .restartDaemonSet, .rollbackDeployment, .deleteDeployment:
      workload?.desired ?? 1
    case .drainNode: evidence.nodes.first { $0.fact.uid == proposal.target.uid }?.fact.pods ?? 1
    case .scaleDeployment, .raiseHPAMax, .cordonNode, .uncordonNode: 0
    }
  }
}
