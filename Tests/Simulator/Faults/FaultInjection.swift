extension World {
  /// Puts a fault in force and makes the pods that run now ill.
  mutating func inject(_ fault: Fault) -> String {
    let pods = store.objects(ResourceCatalogue.pods, namespace: fault.namespace).map(\.value)
    let id = faults.add(fault, since: now, present: Set(pods.map(\.uid)))
    guard let entry = faults.entries.last else { return id }
    for pod in pods {
      guard var runtime = runtimes[pod.uid], !pod.isBeingDeleted else { continue }
      let subject = FaultTable.Pod(pod, workload: runtime.workload)
      let facts = runtime.facts
      var actions: [PodAction] = []
      for index in runtime.containers.indices
      where entry.concerns(subject, container: runtime.containers[index].name, now: now) {
        actions += strike(&runtime.containers[index], fault, facts)
      }
      guard !actions.isEmpty else { continue }
      runtimes[pod.uid] = runtime
      Kubelet().perform(actions, of: runtime, pod, &self)
    }
    return id
  }

  private func strike(_ container: inout ContainerRuntime, _ fault: Fault, _ pod: PodFacts) -> [PodAction] {
    if case .slowStart = fault.kind {
      return container.crash(now: now, exit: .init(after: 0, code: 1, reason: "Error"), log: [], pod: pod)
    }
    if case .runError = fault.kind {
      return container.crash(now: now, exit: .init(after: 0, code: 1, reason: "Error"), log: [], pod: pod)
    }
    guard let exit = fault.kind.exit else {
      if case .readinessFailure(_, let period) = fault.kind { return container.loseReadiness(now: now, period: period) }
      return []
    }
    if fault.restarts > 0 {
      return container.beginInBackOff(restarts: fault.restarts, exit: exit, log: fault.kind.logPlan, now: now, pod: pod)
    }
    if case .livenessFailure(_, let period) = fault.kind { return container.failLiveness(now: now, period: period) }
    return container.crash(now: now, exit: exit, log: fault.kind.logs, pod: pod)
  }
}
