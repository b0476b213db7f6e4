import Kubernetes
import Wire

/// What an alert is about, found along the owner references.
struct Subject: Sendable {
  var workload: Workload?
  /// The pods that the request names and that exist.
  var pods: [Pod] = []
  /// Jobs on the way from a pod or a hint to their CronJob: those that the alert means.
  var jobs: [String] = []
  var hints: ObjectHints
  var omissions: [Evidence.Omission] = []
}

/// Finds the subject of a request; the names in it are hints and may lie.
struct WorkloadResolver: Sendable {
  let client: KubernetesClient
  let namespace: String
  let deadline: ContinuousClock.Instant

  func resolve(_ request: GatherRequest) async -> Subject {
    var subject = Subject(hints: ObjectHints(request.objects))
    var gone: [String] = []
    for name in request.pods where subject.pods.count < EvidenceLimits.pods {
      if let pod: Pod = await read(
        "pods/\(name)", &subject,
        { () throws(KubernetesError) in
          try await client.get(named: name, namespace: namespace)
        })
      {
        subject.pods.append(pod)
      } else {
        gone.append(name)
      }
    }
    if let name = request.workload { subject.workload = await find(name.kind, name.name, &subject) }
    for pod in subject.pods where subject.workload == nil { subject.workload = await top(of: pod, &subject) }
    if subject.workload == nil { await followHints(&subject) }
    for pod in gone where subject.workload == nil {
      for origin in PodNameOrigin.candidates(pod) where subject.workload == nil {
        subject.workload = await quietly(&subject) { await find(origin.kind, origin.name, &$0) }
      }
    }
    return subject
  }
}

extension WorkloadResolver {
  /// The workload of that name, or the one above it.
  func find(_ kind: String, _ name: String, _ subject: inout Subject) async -> Workload? {
    switch kind {
    case Deployment.type.kind: await get(Deployment.self, name, &subject).map { Workload($0) }
    case StatefulSet.type.kind: await get(StatefulSet.self, name, &subject).map { Workload($0) }
    case DaemonSet.type.kind: await get(DaemonSet.self, name, &subject).map { Workload($0) }
    case CronJob.type.kind: await get(CronJob.self, name, &subject).map { Workload($0) }
    case ReplicaSet.type.kind:
      if let set = await get(ReplicaSet.self, name, &subject) { await top(of: Workload(set), &subject) } else { nil }
    case Job.type.kind:
      if let job = await get(Job.self, name, &subject) { await top(of: Workload(job), &subject) } else { nil }
    case Pod.type.kind:
      if let pod = await get(Pod.self, name, &subject) { await top(of: pod, &subject) } else { nil }
    default: nil
    }
  }

  private func get<Object: Resource>(_ type: Object.Type, _ name: String, _ subject: inout Subject) async -> Object? {
    await read("\(Object.type.plural)/\(name)", &subject) { () throws(KubernetesError) in
      try await client.get(Object.self, named: name, namespace: namespace)
    }
  }

  private func top(of workload: Workload, _ subject: inout Subject) async -> Workload {
    if workload.type == Job.type { subject.jobs.append(workload.metadata.name) }
    guard let owner = workload.metadata.controller, Workload.kinds.contains(where: { $0.kind == owner.kind }) else {
      return workload
    }
    return await find(owner.kind, owner.name, &subject) ?? workload
  }

  func top(of pod: Pod, _ subject: inout Subject) async -> Workload? {
    if !subject.pods.contains(where: { $0.metadata.uid == pod.metadata.uid }) { subject.pods.append(pod) }
    guard let owner = pod.metadata.controller else {
      return await get(BarePod.self, pod.metadata.name, &subject).map { Workload(bare: $0) }
    }
    guard Workload.kinds.contains(where: { $0.kind == owner.kind }) else {
      let siblings = subject.pods.filter { $0.metadata.controller?.uid == owner.uid }
      return Workload(foreign: owner, namespace: namespace, pods: siblings)
    }
    return await find(owner.kind, owner.name, &subject)
  }

  func read<Value: Sendable>(
    _ what: String, _ subject: inout Subject, _ body: @escaping @Sendable () async throws(KubernetesError) -> Value
  ) async -> Value? {
    switch await ReadPlan.before(deadline, body) {
    case .success(let value): return value
    case .failure(let failure):
      subject.omissions.append(.init(what: what, why: failure.reason))
      return nil
    }
  }

  /// A guess that finds nothing is no omission.
  func quietly<Value>(_ subject: inout Subject, _ body: (inout Subject) async -> Value?) async -> Value? {
    let omissions = subject.omissions
    let found = await body(&subject)
    subject.omissions = omissions
    return found
  }
}

extension KubernetesError {
  /// For an omission: what the server said, in one line.
  var shortReason: String {
    switch self {
    case .notFound: "not found"
    case .forbidden: "forbidden"
    default: String(description.prefix(EvidenceLimits.valueLength))
    }
  }
}
