import Kubernetes
import Redaction
import Wire

/// Gathers what there is to know about one incident: the workload along the owner chain with its revisions, its pods with their
/// states and logs, events, what bounds it and what it depends on. Everything is read now, at the same time and before one
/// moment, redacted and bounded; what is missing is named.
struct EvidenceGatherer: Sendable {
  let client: KubernetesClient
  /// ``Command/clusterScope`` for the cluster agent, which gathers nodes.
  let namespace: String
  let view: LiveNamespace
  let redactor: Redactor
  let clock: any WallClock
  var time = EvidenceLimits.time

  /// How far back blind spans are told.
  static let blindnessShown = Duration.seconds(3600)

  func gather(_ request: GatherRequest) async -> Evidence {
    let deadline = ContinuousClock.now + time
    if namespace == Command.clusterScope {
      return await NodeGatherer(client: client, redactor: redactor, deadline: deadline).gather(request, at: clock.now)
    }
    let subject = await WorkloadResolver(client: client, namespace: namespace, deadline: deadline - time / 2).resolve(request)
    var reading = await read(subject, until: deadline)
    let pods = SubjectPods(of: subject, reading)
    let logs = await logs(of: pods, subject, until: deadline - time / 4, &reading)
    let services = await services(of: subject, pods, spokenOfIn: logs.flatMap(\.lines), until: deadline, &reading)
    let now = clock.now
    let assembly = EvidenceAssembly(
      namespace: namespace, subject: subject, reading: reading, pods: pods, logs: logs, services: services,
      cache: await view.cache, logLines: request.logLines, text: SafeText(redactor: redactor),
      seenAvailable: await seenAvailable(reading.replicaSets), now: now)
    let blindSpans = await view.blindSpans(overlapping: now - Self.blindnessShown, now)
    return assembly.gathering().evidence(namespace: namespace, at: now, blindSpans: blindSpans)
  }
}

extension EvidenceGatherer {
  private func logs(
    of pods: SubjectPods, _ subject: Subject, until deadline: ContinuousClock.Instant, _ reading: inout Reading
  ) async -> [LogReader.Log] {
    let reader = LogReader(
      client: client, namespace: namespace, redactor: redactor, deadline: deadline,
      kept: { [view] pod, container in
        await view.keptLog(pod: pod, container: container).map { ($0.bytes, $0.takenAt) }
      })
    let (logs, omissions) = await reader.read(LogPlan.sources(pods.ranked, named: Set(subject.pods.map(\.metadata.uid))))
    reading.omissions += omissions
    return logs
  }

  private func seenAvailable(_ sets: [ReplicaSet]) async -> Set<String> {
    var seen: Set<String> = []
    for set in sets where await view.wasSeenAvailable(replicaSet: set.metadata.uid) { seen.insert(set.metadata.uid) }
    return seen
  }

  private func services(
    of subject: Subject, _ pods: SubjectPods, spokenOfIn lines: [String], until deadline: ContinuousClock.Instant,
    _ reading: inout Reading
  ) async -> [ServiceReading] {
    let own = OwnServices.find(reading.services, workload: subject.workload, pods: pods.ranked, hints: subject.hints)
    let ownNames = Set(own.map(\.metadata.name))
    let template = subject.workload?.template
    let containers =
      template.map { $0.spec.containers + $0.spec.initContainers } ?? pods.ranked.prefix(3).flatMap(\.spec.containers)
    let spoken = MentionedServices.find(
      reading.services, in: lines + containers.flatMap(\.environment).compactMap(\.value),
      except: template?.metadata.labels ?? pods.ranked.first?.metadata.labels ?? [:]
    ).filter { !ownNames.contains($0.metadata.name) }
    let reader = ServiceReader(client: client, namespace: namespace, deadline: deadline)
    let (services, omissions) = await reader.read(
      own.prefix(EvidenceLimits.services).map { ($0, .own) } + spoken.prefix(EvidenceLimits.services).map { ($0, .dependency) },
      template: template?.metadata.labels ?? [:])
    reading.omissions += omissions
    return services
  }
}
