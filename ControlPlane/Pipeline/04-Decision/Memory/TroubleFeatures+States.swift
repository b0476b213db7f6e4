import Wire

extension TroubleFeatures {
  /// How the objects stand, as far as that is not how they should.
  static func states(_ evidence: Evidence) -> Aspect {
    var aspect = Aspect(weight: 1)
    for (_, pod) in evidence.pods { add(pod, to: &aspect) }
    if let workload = evidence.workload?.fact { add(workload, to: &aspect) }
    for (_, node) in evidence.nodes { add(node, to: &aspect) }
    addOthers(evidence, to: &aspect)
    return aspect
  }

  private static func add(_ pod: PodFact, to aspect: inout Aspect) {
    if pod.deletedAt != nil { aspect.add("pod:terminating") }
    if let reason = pod.reason?.leadingWord { aspect.add("pod:\(reason)") }
    for condition in pod.conditions where condition.reason?.isTelling == true {
      aspect.add("pod:\(condition.type) \(condition.reason ?? "")")
    }
    for container in pod.containers where !container.ready || container.restarts > 0 {
      let kind = container.isInit ? "init" : "container"
      if let reason = container.state.reason, reason.isTelling { aspect.add("\(kind):\(reason)") }
      if container.started == false, container.state.phase == .running { aspect.add("\(kind):not started") }
      guard let end = container.lastTermination else { continue }
      aspect.add("\(kind):exit \(end.exitCode)")
      if let reason = end.reason { aspect.add("\(kind):\(reason)") }
    }
  }

  private static func add(_ workload: WorkloadFact, to aspect: inout Aspect) {
    if workload.paused { aspect.add("workload:paused") }
    if workload.desired == 0 { aspect.add("workload:scaled to none") }
    if let progressing = workload.progressing, !progressing.hasPrefix("True") { aspect.add("workload:\(progressing)") }
    for condition in workload.conditions where condition.type != "Progressing" {
      aspect.add("workload:\(condition.type)=\(condition.status) \(condition.reason ?? "")")
    }
  }

  private static func add(_ node: NodeFact, to aspect: inout Aspect) {
    if node.ready != "True" { aspect.add("node:not ready") }
    if node.unschedulable { aspect.add("node:cordoned") }
    for condition in node.conditions where condition.type != "Ready" {
      aspect.add("node:\(condition.type) \(condition.reason ?? "")")
    }
  }

  private static func addOthers(_ evidence: Evidence, to aspect: inout Aspect) {
    for (_, claim) in evidence.claims {
      if claim.phase != "Bound" { aspect.add("claim:\(claim.phase)") }
      for condition in claim.conditions { aspect.add("claim:\(condition.type)") }
    }
    for (_, job) in evidence.jobs where job.failed > 0 {
      aspect.add("job:failed")
      for condition in job.conditions { aspect.add("job:\(condition.type) \(condition.reason ?? "")") }
    }
    for (_, autoscaler) in evidence.autoscalers {
      if autoscaler.current >= autoscaler.maximum { aspect.add("autoscaler:at its maximum") }
      if autoscaler.metrics.contains(where: { $0.current == nil }) { aspect.add("autoscaler:blind") }
    }
    for resource in evidence.quotas.flatMap(\.fact.exhausted) { aspect.add("quota:\(resource)") }
    for (_, service) in evidence.services {
      switch service.role {
      case .own where service.readyEndpoints == 0 || !service.nearMisses.isEmpty: aspect.add("service:without endpoints")
      case .dependency where service.readyPods == 0: aspect.add("dependency:down")
      case .own, .dependency: break
      }
    }
    for (_, resource) in evidence.customResources {
      for condition in resource.conditions where condition.status != "True" {
        aspect.add("\(resource.kind):\(condition.type) \(condition.reason ?? "")")
      }
    }
  }
}

extension String {
  /// Words that stand beside every trouble say nothing of which it is.
  fileprivate var isTelling: Bool { !["ContainersNotReady", "ContainerCreating", "PodInitializing", "Running"].contains(self) }

  /// `Evicted` of `Evicted: The node was low on resource: memory`.
  fileprivate var leadingWord: String? {
    split(whereSeparator: { !$0.isLetter }).first.map(String.init).flatMap { $0.isTelling ? $0 : nil }
  }
}
