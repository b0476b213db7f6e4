import Kubernetes
import Wire

extension EvidenceAssembly {
  /// A claim that a pod waits for and that does not exist is named as missing.
  func addClaims(_ gathering: inout Gathering) {
    let mounted = StorageFacts.names(of: subject.workload, pods.ranked)
    let hinted = subject.hints[PersistentVolumeClaim.type]
    let existing = Set(reading.claims.map(\.metadata.name))
    let wasRead = !reading.omissions.contains { $0.what == PersistentVolumeClaim.type.plural }
    for name in mounted.union(hinted).sorted() where !existing.contains(name) && wasRead {
      gathering.omit("persistentvolumeclaims/\(name)", "not found")
    }
    for claim in claims.prefix(EvidenceLimits.claims) {
      gathering.add(
        .claim(StorageFacts(text: text).fact(claim, pods: pods.ranked)),
        source: "GET persistentvolumeclaims/\(claim.metadata.name)")
    }
  }

  /// Those that the alert names first.
  var claims: [PersistentVolumeClaim] {
    let mounted = StorageFacts.names(of: subject.workload, pods.ranked)
    let hinted = subject.hints[PersistentVolumeClaim.type]
    let rank = { (claim: PersistentVolumeClaim) in
      (hinted.contains(claim.metadata.name) ? 2 : 0) + (claim.phase == "Bound" ? 0 : 1)
    }
    return reading.claims.filter { mounted.contains($0.metadata.name) || hinted.contains($0.metadata.name) }
      .sorted { (rank($1), $0.metadata.name) < (rank($0), $1.metadata.name) }
  }

  func addConfigurations(_ customs: [FoundCustom], _ gathering: inout Gathering) {
    let waiting = pods.ranked.flatMap { $0.status.initContainerStatuses + $0.status.containerStatuses }
    let own = Set(pods.ranked.map(\.metadata.uid) + customs.map(\.object.metadata.uid))
    let facts = ConfigurationFacts(
      text: text, maps: reading.configMaps, missingMaps: reading.missingConfigMaps, customs: customs,
      events: reading.events.filter { $0.subjectUID.map(own.contains) ?? false },
      complaints: waiting.compactMap(\.state.waiting?.message))
    for reference in EvidenceGatherer.references(of: subject) {
      let plural = reference.kind == .configMap ? ConfigMap.type.plural : "secrets"
      let source = reference.kind == .configMap ? "GET \(plural)/\(reference.name)" : "what names \(plural)/\(reference.name)"
      gathering.add(.configuration(facts.fact(reference)), source: source)
    }
  }

  func addPolicies(_ gathering: inout Gathering) {
    guard !labels.isEmpty else { return }
    let selecting = reading.policies.filter { $0.podSelector.matches(labels) == true }
    for policy in selecting.prefix(2 * EvidenceLimits.others) {
      gathering.add(
        .networkPolicy(NetworkPolicyFacts(text: text).fact(policy)), source: "GET networkpolicies/\(policy.metadata.name)")
    }
  }

  func addEvents(_ customs: [FoundCustom], _ revisions: [String], _ gathering: inout Gathering) {
    var scope = EventFacts.Scope()
    if let workload = subject.workload {
      scope.add(workload.type, workload.metadata)
      scope.podPrefixes = podPrefixes(workload)
    }
    scope.uids.formUnion(revisions)
    for pod in pods.ranked { scope.add(Pod.type, pod.metadata) }
    for job in reading.jobs { scope.add(Job.type, job.metadata) }
    for claim in claims { scope.add(PersistentVolumeClaim.type, claim.metadata) }
    for scaler in scalers { scope.add(HorizontalPodAutoscaler.type, scaler.metadata) }
    for budget in budgets { scope.add(PodDisruptionBudget.type, budget.metadata) }
    for custom in customs {
      scope.add(ResourceType(apiVersion: "", kind: custom.kind.rawValue, plural: ""), custom.object.metadata)
    }
    for service in services where service.role == .own { scope.add(Service.type, service.service.metadata) }
    for fact in EventFacts(text: text).facts(reading.events, about: scope) { gathering.add(.event(fact), source: "WATCH events") }
  }

  /// The beginnings of the names of the workload's pods, which also those that are gone had.
  private func podPrefixes(_ workload: Workload) -> [String] {
    let name = workload.metadata.name
    return switch workload.type {
    case Deployment.type:
      reading.replicaSets.filter { $0.metadata.controller?.uid == workload.metadata.uid }.map { $0.metadata.name + "-" }
    case CronJob.type: reading.jobs.map { $0.metadata.name + "-" }
    case Pod.type: []
    default: [name + "-"]
    }
  }
}
