import Wire

/// What the workload's revisions say.
extension Examination {
  /// A revision younger than this at the first failure is its likely cause.
  static let rolloutSuspicion = Duration.seconds(3600)

  var currentRevision: Cited<RevisionFact>? { evidence.revisions.first(where: \.fact.current) }

  private var olderRevisions: [Cited<RevisionFact>] {
    guard let current = currentRevision else { return [] }
    return evidence.revisions.filter { $0.fact.revision < current.fact.revision }
  }

  func isCurrent(_ pod: PodFact) -> Bool {
    guard let current = currentRevision?.fact else { return true }
    return pod.owner?.name == current.name || pod.revisionHash.map { current.name.hasSuffix($0) } == true
  }

  /// The revision to go back to: one that serves right now beside the failing one, or else the newest that is known to have
  /// worked (the design's rule 12). Nil when there is none.
  var soundRevision: Cited<RevisionFact>? {
    let older = olderRevisions.filter {
      $0.fact.templateDigest == nil || $0.fact.templateDigest != currentRevision?.fact.templateDigest
    }
    if let serving = older.first(where: { $0.fact.available > 0 }) { return serving }
    let successors = Dictionary(
      zip(olderRevisions.map(\.id), [currentRevision].compactMap(\.self) + olderRevisions),
      uniquingKeysWith: { first, _ in first })
    return older.first { revision in
      guard revision.fact.soundness == nil else { return true }
      return successors[revision.id].map { revision.fact.createdAt + Self.rolloutSuspicion <= $0.fact.createdAt } ?? false
    }
  }

  /// The current revision, when these failures came with it: all of them are its pods, none of its pods is well, and it is young,
  /// or has never worked while its predecessor serves, or its pods have never lived.
  func blamedRevision(for failing: [Cited<PodFact>]) -> Cited<RevisionFact>? {
    guard let current = currentRevision, !current.fact.isMereRestart, !olderRevisions.isEmpty, !failing.isEmpty,
      failing.allSatisfy({ isCurrent($0.fact) }), !settled.contains(where: { isCurrent($0.fact) })
    else { return nil }
    let isStuck = current.fact.available == 0 && olderRevisions.contains { $0.fact.available > 0 }
    let isYoung = isWithin(current.fact.createdAt, Self.rolloutSuspicion)
    return isStuck || isYoung || neverLived(failing, since: current.fact.createdAt) ? current : nil
  }

  /// Born with the revision, and no container of theirs has run for a minute.
  private func neverLived(_ failing: [Cited<PodFact>], since rollout: Timestamp) -> Bool {
    failing.allSatisfy { _, pod in
      guard let born = pod.createdAt, born < rollout + Self.rolloutSuspicion else { return false }
      let lives = pod.containers.compactMap(\.lastTermination)
      return !lives.isEmpty
        && lives.allSatisfy { life in
          guard let start = life.startedAt, let end = life.finishedAt else { return false }
          return start.duration(to: end) < .seconds(60) && start < born + Self.rolloutSuspicion
        }
    }
  }

  /// A rollout that goes on and is still within its deadline.
  var isRollingOut: Bool {
    guard let workload, !workload.paused, workload.progressing?.hasPrefix("False") != true else { return false }
    if workload.observedGeneration < workload.generation || workload.updated < workload.desired { return true }
    return workload.progressing.map { $0.hasPrefix("True") && !$0.contains("NewReplicaSetAvailable") } ?? false
  }
}

extension RevisionFact {
  /// `kubectl rollout restart` makes a revision too, whose template differs in one annotation.
  var isMereRestart: Bool {
    changes.allSatisfy { $0.path.contains("restartedAt") }
  }

  func changes(_ parts: String...) -> [Change] {
    changes.filter { change in parts.contains { change.path.localizedContains($0) } }
  }

  /// `containers[app].env[DB_URL] removed; containers[app].image a:1 → a:2`
  var changeText: String {
    changes.filter { !$0.path.contains("restartedAt") }.prefix(5).map(\.text).joined(separator: "; ")
  }
}

extension RevisionFact.Change {
  var text: String {
    switch (before, after) {
    case (let before?, let after?): "\(path) \(before.prefix(80)) → \(after.prefix(80))"
    case (_?, nil): "\(path) removed"
    case (nil, let after?): "\(path) added (\(after.prefix(80)))"
    case (nil, nil): path
    }
  }
}

extension String {
  fileprivate func localizedContains(_ part: String) -> Bool { lowercased().contains(part.lowercased()) }
}
