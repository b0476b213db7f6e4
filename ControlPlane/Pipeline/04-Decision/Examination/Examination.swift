public import Wire

/// The evidence of one incident as runbooks look at it, at one moment. What an alert says is a claim: it may make a runbook more
/// careful, never bolder.
public struct Examination: Sendable {
  public let evidence: Evidence
  /// The incident's first alert; nil when there is none to ask, as in a replay of evidence alone.
  public let alert: Alert?
  public let now: Timestamp

  public init(_ evidence: Evidence, alert: Alert? = nil, at now: Timestamp) {
    self.evidence = evidence
    self.alert = alert
    self.now = now
  }

  /// A fact with the id by which a finding cites it.
  typealias Cited<Kind> = (id: String, fact: Kind)

  var workload: WorkloadFact? { evidence.workload?.fact }

  /// How the text names the workload: `checkout`, or what there is instead.
  var name: String { workload?.target.name ?? evidence.namespace }

  func isWithin(_ time: Timestamp?, _ span: Duration) -> Bool {
    time.map { $0 + span > now } ?? false
  }

  func age(_ time: Timestamp?) -> String {
    time.map { Age.text(from: $0, to: now) } ?? "an unknown time"
  }
}

extension Examination {
  /// Pods that are not on their way out.
  var pods: [Cited<PodFact>] { evidence.pods.filter { $0.fact.deletedAt == nil && !$0.fact.isOver } }

  var readyPods: [Cited<PodFact>] { pods.filter(\.fact.ready) }

  /// Pods of the incident's workload alone, when it is known which those are.
  func isOwn(_ pod: PodFact) -> Bool {
    guard let workload, let owner = pod.owner else { return true }
    return owner == WorkloadName(kind: workload.target.kind, name: workload.target.name)
      || evidence.revisions.contains { $0.fact.name == owner.name } || evidence.revisions.isEmpty
  }

  /// The workload wants what it has, and all of it is ready.
  var isWhole: Bool {
    guard let workload else { return false }
    return workload.desired > 0 && workload.ready >= workload.desired && workload.updated >= workload.desired
      && workload.observedGeneration >= workload.generation
  }

  /// Everything that the pods of this workload wrote, newest run last.
  var logs: [Cited<LogFact>] { evidence.logs.sorted { $0.fact.previous && !$1.fact.previous } }

  func logs(of pods: [Cited<PodFact>]) -> [Cited<LogFact>] {
    let names = Set(pods.map(\.fact.name))
    return logs.filter { names.contains($0.fact.pod) }
  }

  func events(_ reasons: String...) -> [Cited<EventFact>] {
    evidence.events.filter { reasons.contains($0.fact.reason) }
  }
}

extension PodFact {
  /// A pod that ran to its end, or was evicted: what its controller made in its place is what counts.
  var isOver: Bool { phase == "Succeeded" || phase == "Failed" }

  /// Kubernetes numbers the pods of a StatefulSet.
  var isOfStatefulSet: Bool {
    owner?.kind == "StatefulSet" || labels["statefulset.kubernetes.io/pod-name"] != nil
  }
}
