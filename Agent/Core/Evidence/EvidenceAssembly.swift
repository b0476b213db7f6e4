import Kubernetes
import Wire

/// Makes facts of what was read, each with its source. Pure.
struct EvidenceAssembly: Sendable {
  let namespace: String
  let subject: Subject
  let reading: Reading
  let pods: SubjectPods
  let logs: [LogReader.Log]
  let services: [ServiceReading]
  /// The namespace as the watches see it.
  let cache: NamespaceCache
  let logLines: Int
  let text: SafeText
  /// Uids of ReplicaSets that were seen with available pods.
  var seenAvailable: Set<String> = []
  let now: Timestamp

  /// The kinds in the order in which they are kept when there is too much.
  func gathering() -> Gathering {
    var gathering = Gathering()
    for omission in reading.omissions { gathering.omit(omission.what, omission.why) }
    let freeze = freeze(&gathering)
    addNamespace(freeze, &gathering)
    addWorkload(freeze, &gathering)
    let revisions = addRevisions(&gathering)
    addJobs(&gathering)
    addPods(&gathering)
    for log in logs { gathering.add(.log(log.fact(limit: logLines)), source: log.request) }
    addBounds(&gathering)
    addClaims(&gathering)
    for service in services {
      gathering.add(.service(ServiceFacts(text: text).fact(service)), source: "GET services/\(service.service.metadata.name)")
    }
    let customs = concerned
    addConfigurations(customs, &gathering)
    addPolicies(&gathering)
    for custom in customs {
      let name = "\(custom.kind.plural)/\(custom.object.metadata.name)"
      gathering.add(.customResource(CustomResourceFacts(text: text).fact(custom)), source: "GET \(name)")
    }
    addEvents(customs, revisions, &gathering)
    return gathering
  }

  /// Labels of the subject's pods.
  var labels: [String: String] {
    subject.workload?.template?.metadata.labels ?? pods.ranked.first?.metadata.labels ?? [:]
  }

  var gitOps: String? { subject.workload.flatMap { GitOps.owner(of: $0.metadata) } }

  /// The custom resources that have to do with the subject.
  private var concerned: [FoundCustom] {
    let secrets = Set(EvidenceGatherer.references(of: subject).filter { $0.kind == .secret }.map(\.name))
    return Array(
      reading.customs.filter { $0.concerns(subject, secrets: secrets, gitOps: gitOps) }.prefix(EvidenceLimits.customResources))
  }
}

extension EvidenceAssembly {
  private func freeze(_ gathering: inout Gathering) -> Timestamp? {
    guard let written = reading.namespaces.first?.metadata.annotations[LocalRules.freezeAnnotation] else { return nil }
    if let end = Timestamp(rfc3339: written) { return end }
    gathering.omit("the Namespace's freeze", "its end is not an RFC 3339 time")
    return nil
  }

  /// What the team's ConfigMap says, or that its Namespace says something that cannot be understood.
  private var objection: String? {
    let annotations = reading.namespaces.first?.metadata.annotations ?? [:]
    let isUnderstood = annotations[LocalRules.freezeAnnotation].map { Timestamp(rfc3339: $0) != nil } ?? true
    let verdict = LocalRules.judge(
      guardData: reading.guardData, namespaceAnnotations: isUnderstood ? [:] : annotations, now: now)
    return if case .refused(_, let detail) = verdict { detail } else { nil }
  }

  private func addNamespace(_ freeze: Timestamp?, _ gathering: inout Gathering) {
    let fact = NamespaceFacts(text: text).fact(
      reading.namespaces.first, name: namespace, freezeUntil: freeze, objection: objection, cache: cache,
      except: subject.workload?.metadata.uid)
    gathering.add(.namespace(fact), source: "GET namespaces/\(namespace)")
  }

  private func addWorkload(_ freeze: Timestamp?, _ gathering: inout Gathering) {
    guard let workload = subject.workload else {
      return gathering.omit(
        "the workload", reading.omissions.isEmpty ? "the alert names none" : "nothing that the alert names leads to one")
    }
    let name = workload.metadata.name
    let source = workload.type.plural.isEmpty ? "ownerReferences of pods" : "GET \(workload.type.plural)/\(name)"
    gathering.add(.workload(WorkloadFacts(text: text).fact(workload, freezeUntil: freeze)), source: source)
    let jobs = JobFacts(text: text)
    switch workload.particulars {
    case .job(let spec, let status): gathering.add(.job(jobs.fact(workload.metadata, spec, status)), source: source)
    case .cronJob(let spec, let status): gathering.add(.cronJob(jobs.fact(workload.metadata, spec, status)), source: source)
    case .none, .statefulSet: break
    }
  }

  /// - Returns: the uids of the newest.
  private func addRevisions(_ gathering: inout Gathering) -> [String] {
    guard let workload = subject.workload else { return [] }
    let isDeployment = workload.type == Deployment.type
    let revisions =
      isDeployment
      ? RevisionFacts.revisions(of: workload, reading.replicaSets)
      : RevisionFacts.revisions(of: workload, reading.revisions, pods: pods.ranked)
    let type = isDeployment ? ReplicaSet.type : ControllerRevision.type
    let facts = RevisionFacts(text: text, wasSeenAvailable: { [seenAvailable] in seenAvailable.contains($0) }).facts(revisions)
    for (fact, _) in facts { gathering.add(.revision(fact), source: "GET \(type.plural)/\(fact.name)") }
    return facts.map(\.uid)
  }

  private func addJobs(_ gathering: inout Gathering) {
    for job in JobFacts.chosen(reading.jobs, named: subject.jobs) {
      gathering.add(
        .job(JobFacts(text: text).fact(job.metadata, job.spec, job.status)), source: "GET jobs/\(job.metadata.name)")
    }
  }

  private func addPods(_ gathering: inout Gathering) {
    let metrics = Dictionary(reading.metrics.map { ($0.metadata.name, $0) }, uniquingKeysWith: { first, _ in first })
    let facts = PodFacts(text: text, metrics: metrics)
    for pod in pods.ranked.prefix(EvidenceLimits.pods) {
      gathering.add(.pod(facts.fact(pod)), source: "GET pods/\(pod.metadata.name)")
    }
    let rest = pods.ranked.dropFirst(EvidenceLimits.pods)
    if !rest.isEmpty {
      gathering.omit("\(rest.count) further pods, \(rest.count(where: \.isReady)) of them ready", "a limit of this agent")
    }
  }

  private func addBounds(_ gathering: inout Gathering) {
    let facts = BoundFacts(text: text)
    for scaler in scalers.prefix(EvidenceLimits.others) {
      gathering.add(.autoscaler(facts.fact(scaler)), source: "GET horizontalpodautoscalers/\(scaler.metadata.name)")
    }
    for budget in budgets.prefix(EvidenceLimits.others) {
      gathering.add(.budget(facts.fact(budget)), source: "GET poddisruptionbudgets/\(budget.metadata.name)")
    }
    for quota in reading.quotas.prefix(EvidenceLimits.others) {
      gathering.add(.quota(facts.fact(quota)), source: "GET resourcequotas/\(quota.metadata.name)")
    }
  }

  var scalers: [HorizontalPodAutoscaler] {
    reading.autoscalers.filter { scaler in
      let target = scaler.spec.target
      let isOurs = target.kind == subject.workload?.type.kind && target.name == subject.workload?.metadata.name
      return isOurs || subject.hints[HorizontalPodAutoscaler.type].contains(scaler.metadata.name)
    }
  }

  var budgets: [PodDisruptionBudget] {
    labels.isEmpty ? [] : reading.budgets.filter { $0.selector?.matches(labels) == true }
  }
}
