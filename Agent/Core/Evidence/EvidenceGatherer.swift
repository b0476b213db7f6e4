import Kubernetes
import Redaction
import Wire

/// Gathers what there is to know about one incident: the pods with their states, the last lines of their logs, events, the
/// owner chain, what changed between revisions, and the dependencies that the failing containers speak of. Everything is
/// read now, redacted and bounded; what is missing is named.
struct EvidenceGatherer: Sendable {
  let client: KubernetesClient
  let namespace: String
  let view: LiveNamespace
  let redactor: Redactor
  let clock: any WallClock

  func gather(_ request: GatherRequest) async -> Evidence {
    var gathering = Gathering()
    let resolver = WorkloadResolver(client: client, namespace: namespace)
    let resolution = await resolver.resolve(request)
    for omission in resolution.omissions { gathering.omit(omission.what, omission.why) }
    var uids = Set(resolution.pods.map(\.metadata.uid))
    var pods = resolution.pods
    switch resolution.found {
    case .deployment(let deployment):
      let sets = await workload(deployment, &gathering)
      pods = await ownedPods(of: deployment, sets, named: pods, &gathering)
      uids.formUnion([deployment.metadata.uid])
      uids.formUnion(sets.prefix(2).map(\.metadata.uid))
    case .other(let name): gathering.omit("\(name.kind)/\(name.name)", "this agent reads Deployments only")
    case .nothing:
      gathering.omit("the workload", pods.isEmpty ? "no pod that the alert names exists" : "the pods have no controller")
    }
    let named = Set(resolution.pods.map(\.metadata.uid))
    let rank = { (pod: Pod) in (named.contains(pod.metadata.uid) ? 10 : 0) + pod.urgency }
    pods.sort { (rank($1), $0.metadata.name) < (rank($0), $1.metadata.name) }
    if pods.count > EvidenceLimits.pods {
      gathering.omit("\(pods.count - EvidenceLimits.pods) further pods", "a limit of this agent")
    }
    pods = Array(pods.prefix(EvidenceLimits.pods))
    let facts = PodFacts(redactor: redactor)
    for pod in pods { gathering.add(.pod(facts.fact(pod)), source: "GET pods/\(pod.metadata.name)") }
    uids.formUnion(pods.map(\.metadata.uid))
    let logs = await logs(of: pods, lines: request.logLines, &gathering)
    await events(about: uids, &gathering)
    await services(spokenOfIn: logs, pods, &gathering)
    return gathering.evidence(namespace: namespace, at: clock.now)
  }
}

extension EvidenceGatherer {
  /// - Returns: the Deployment's ReplicaSets, newest revision first.
  private func workload(_ deployment: Deployment, _ gathering: inout Gathering) async -> [ReplicaSet] {
    let facts = WorkloadFacts(redactor: redactor)
    let name = deployment.metadata.name
    let freeze = await freezeUntil(&gathering)
    gathering.add(.workload(facts.fact(deployment, freezeUntil: freeze)), source: "GET deployments/\(name)")
    guard let selector = deployment.spec.selector.query, !selector.isEmpty else {
      gathering.omit("revisions", "the selector is not understood")
      return []
    }
    do {
      let options = ListOptions(labelSelector: selector, pageSize: 50, maximumItems: 500)
      let sets = try await client.list(ReplicaSet.self, namespace: namespace, options: options).items
      let revisions = facts.revisions(of: deployment, among: sets)
      for (fact, set) in revisions {
        gathering.add(.revision(fact), source: "GET replicasets/\(set.metadata.name)")
      }
      return revisions.map(\.1)
    } catch {
      gathering.omit("revisions", error.shortReason)
      return []
    }
  }

  private func freezeUntil(_ gathering: inout Gathering) async -> Timestamp? {
    do {
      let metadata = try await client.metadata(of: Namespace.type, named: namespace, namespace: nil).metadata
      guard let text = metadata.annotations[LocalRules.freezeAnnotation] else { return nil }
      if let end = Timestamp(rfc3339: text) { return end }
      gathering.omit("the Namespace's freeze", "its end is not an RFC 3339 time")
    } catch {
      gathering.omit("the Namespace's freeze", error.shortReason)
    }
    return nil
  }

  private func ownedPods(
    of deployment: Deployment, _ sets: [ReplicaSet], named: [Pod], _ gathering: inout Gathering
  ) async -> [Pod] {
    guard let selector = deployment.spec.selector.query, !selector.isEmpty else { return named }
    do {
      let options = ListOptions(labelSelector: selector, maximumItems: EvidenceLimits.listedPods)
      let owners = Set(sets.map(\.metadata.uid))
      let listed = try await client.list(Pod.self, namespace: namespace, options: options).items
      let owned = listed.filter { $0.metadata.controller.map { owners.contains($0.uid) } ?? false }
      let known = Set(owned.map(\.metadata.uid))
      return owned + named.filter { !known.contains($0.metadata.uid) }
    } catch {
      gathering.omit("further pods of deployments/\(deployment.metadata.name)", error.shortReason)
      return named
    }
  }
}

extension EvidenceGatherer {
  /// - Returns: all lines, to look for names in.
  private func logs(of pods: [Pod], lines limit: Int, _ gathering: inout Gathering) async -> [String] {
    var all: [String] = []
    var count = 0
    for pod in pods.filter({ $0.urgency > 0 }).prefix(EvidenceLimits.loggedPods) {
      for container in pod.failingContainers where count < EvidenceLimits.logs {
        var previousLines: [String]?
        // The run that ended tells more than the one that is being tried.
        for previous in [true, false] where !previous || container.restartCount > 0 {
          guard let lines = await log(of: pod, container.name, previous: previous, limit, &gathering) else { continue }
          // During CrashLoopBackOff both are the same run.
          if !previous, lines == previousLines || lines.isEmpty { continue }
          previousLines = previous ? lines : nil
          all += lines
          count += 1
          let fact = LogFact(pod: pod.metadata.name, container: container.name, previous: previous, lines: lines)
          let path = "GET pods/\(pod.metadata.name)/log?container=\(container.name)" + (previous ? "&previous=true" : "")
          gathering.add(.log(fact), source: path)
        }
      }
    }
    return all
  }

  private func log(of pod: Pod, _ container: String, previous: Bool, _ limit: Int, _ gathering: inout Gathering) async
    -> [String]?
  {
    let options = LogOptions(
      container: container, previous: previous, tailLines: limit, limitBytes: EvidenceLimits.logBytes)
    do {
      let bytes = try await client.log(pod: pod.metadata.name, namespace: namespace, options: options)
      return LogTail.lines(bytes, limit: limit, redactor: redactor)
    } catch {
      gathering.omit("the \(previous ? "previous " : "")log of \(pod.metadata.name)/\(container)", error.shortReason)
      return nil
    }
  }

  private func events(about uids: Set<String>, _ gathering: inout Gathering) async {
    if await !view.isLive(Event.type.plural, at: clock.now) { gathering.omit("the newest events", "their watch is not live") }
    for entry in await view.events.about(uids: uids).prefix(EvidenceLimits.events) {
      let fact = EventFact(
        object: entry.subject, type: entry.type, reason: entry.reason,
        message: String(redactor.redact(entry.message).prefix(EvidenceLimits.messageLength)), count: entry.count,
        firstSeen: entry.firstSeen, lastSeen: entry.lastSeen)
      gathering.add(.event(fact), source: "WATCH events")
    }
  }

  private func services(spokenOfIn logs: [String], _ pods: [Pod], _ gathering: inout Gathering) async {
    let failing = pods.filter { $0.urgency > 0 }
    let values = failing.flatMap { $0.spec.containers + $0.spec.initContainers }.flatMap(\.environment).compactMap(\.value)
    guard let labels = failing.first?.metadata.labels, !(logs.isEmpty && values.isEmpty) else { return }
    do {
      let services = try await client.list(Service.self, namespace: namespace, options: ListOptions(maximumItems: 1000)).items
      for service in MentionedServices.find(services, in: logs + values, except: labels).prefix(EvidenceLimits.services) {
        try await add(service, &gathering)
      }
    } catch {
      gathering.omit("the services that the containers speak of", error.shortReason)
    }
  }

  private func add(_ service: Service, _ gathering: inout Gathering) async throws(KubernetesError) {
    let name = service.metadata.name
    guard !service.selector.isEmpty else {
      gathering.omit("services/\(name)", "it has no selector")
      return
    }
    let selector = service.selector.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    let options = ListOptions(labelSelector: selector, maximumItems: EvidenceLimits.listedPods)
    let pods = try await client.list(Pod.self, namespace: namespace, options: options).items
    gathering.add(.service(ServiceFact(service, pods: pods)), source: "GET services/\(name)")
  }
}

extension ServiceFact {
  /// - Parameter pods: those that the Service's selector matches.
  init(_ service: Service, pods: [Pod]) {
    let ready = pods.filter(\.isReady)
    let since = ready.compactMap { $0.status.conditions.first(type: "Ready")?.lastTransitionTime }.min()
    self.init(
      name: service.metadata.name, ports: service.ports, readyPods: ready.count, notReadyPods: pods.count - ready.count,
      readySince: since.map { Timestamp($0) })
  }
}
