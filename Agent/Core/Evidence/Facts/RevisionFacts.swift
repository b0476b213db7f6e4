import Kubernetes
import Wire

/// The revisions of a workload, newest first, each with what changed since the one before it and why it may be trusted. Pure.
struct RevisionFacts: Sendable {
  /// A ReplicaSet or ControllerRevision.
  struct Revision: Sendable {
    let number: Int
    let metadata: ObjectMetadata
    let template: PodTemplate?
    let desired: Int
    let ready: Int
    let available: Int
    let isCurrent: Bool
  }

  let text: SafeText
  /// Whether this agent has seen available pods of the ReplicaSet with this uid.
  var wasSeenAvailable: @Sendable (String) -> Bool = { _ in false }

  /// A current revision that stood for so long before its successor counts as one that worked (the design's rule 12).
  static let proof = Duration.seconds(3600)

  func facts(_ revisions: [Revision]) -> [(fact: RevisionFact, uid: String)] {
    let newestFirst = revisions.sorted { $0.number > $1.number }
    return newestFirst.prefix(EvidenceLimits.revisions).enumerated().map { index, revision in
      let older = newestFirst.dropFirst(index + 1).first
      let containers = revision.template?.spec.containers ?? []
      let fact = RevisionFact(
        revision: revision.number, name: revision.metadata.name,
        createdAt: revision.metadata.creationTimestamp.map { Timestamp($0) } ?? Timestamp(milliseconds: 0),
        desired: revision.desired, ready: revision.ready, available: revision.available, current: revision.isCurrent,
        images: Dictionary(containers.map { ($0.name, text.value($0.image)) }, uniquingKeysWith: { first, _ in first }),
        changes: changes(from: older?.template, to: revision.template),
        templateDigest: revision.template.map { TemplateDigest.of($0) }, soundness: soundness(of: revision, among: revisions))
      return (fact, revision.metadata.uid)
    }
  }

  private func changes(from old: PodTemplate?, to new: PodTemplate?) -> [RevisionFact.Change] {
    guard let old, let new else { return [] }
    return TemplateChanges(text: text).between(old, new)
  }

  /// A revision becomes the current one when it is created, until the next is; a rollback gives it a new number and no new
  /// creation, so that the order of numbers says nothing of how long it stood.
  private func soundness(of revision: Revision, among all: [Revision]) -> RevisionFact.Soundness? {
    if revision.available > 0 { return .availableNow }
    if wasSeenAvailable(revision.metadata.uid) { return .seenAvailable }
    guard let start = revision.metadata.creationTimestamp else { return nil }
    let successor = all.compactMap(\.metadata.creationTimestamp).filter { $0 > start }.min()
    guard let successor, successor.elapsed(since: start) >= Self.proof else { return nil }
    return .ranForAnHour
  }
}

extension RevisionFacts {
  /// ReplicaSets of a Deployment.
  static func revisions(of workload: Workload, _ sets: [ReplicaSet]) -> [Revision] {
    let owned = sets.compactMap { set -> (Int, ReplicaSet)? in
      guard set.metadata.controller?.uid == workload.metadata.uid, let number = set.revision else { return nil }
      return (number, set)
    }
    let current = workload.metadata.annotations[Deployment.revisionAnnotation].flatMap { Int($0) } ?? owned.map(\.0).max()
    return owned.map { number, set in
      Revision(
        number: number, metadata: set.metadata, template: set.spec.template, desired: set.spec.replicas,
        ready: set.status.readyReplicas, available: set.status.availableReplicas, isCurrent: number == current)
    }
  }

  /// ControllerRevisions of a StatefulSet or DaemonSet; their pods carry the revision's hash or name in a label. Ready pods stand
  /// for available ones.
  static func revisions(of workload: Workload, _ revisions: [ControllerRevision], pods: [Pod]) -> [Revision] {
    let owned = revisions.filter { $0.metadata.controller?.uid == workload.metadata.uid }
    let newest = owned.map(\.revision).max()
    return owned.map { revision in
      let name = revision.metadata.name
      let own = pods.filter { pod in
        guard pod.metadata.controller?.uid == workload.metadata.uid, let hash = pod.revisionHash else { return false }
        return hash == name || name.hasSuffix("-" + hash)
      }
      let ready = own.count(where: \.isReady)
      let isCurrent = workload.updateRevision.map { $0 == name } ?? (revision.revision == newest)
      return Revision(
        number: revision.revision, metadata: revision.metadata, template: revision.template, desired: own.count, ready: ready,
        available: ready, isCurrent: isCurrent)
    }
  }
}

extension Pod {
  /// The label that ties a pod to its revision.
  var revisionHash: String? {
    metadata.labels[PodTemplate.hashLabel] ?? metadata.labels["controller-revision-hash"]
  }
}
