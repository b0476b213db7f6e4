import Kubernetes
import Wire

/// The namespace as the watches see it now. Holds state and does no I/O.
actor LiveNamespace {
  static let watched = [Pod.type.plural, Deployment.type.plural, ReplicaSet.type.plural, Event.type.plural]
  /// A watch that has been quiet for longer is reported as an impairment: two bookmark intervals and the idle deadline.
  static let silenceLimit = Duration.seconds(420)

  private(set) var cache = NamespaceCache()
  private(set) var events = EventBook()
  private var ledger: InventoryLedger
  private var observations: [String: ObservationState] = [:]
  private var heard: [String: Timestamp] = [:]
  private var faults: [String: String] = [:]
  /// Raised after each change.
  nonisolated let changed = ChangeSignal()

  init(boot: String) { ledger = InventoryLedger(boot: boot) }
}

extension LiveNamespace {
  func receive(_ change: ResourceChange<CachedPod>, at now: Timestamp) {
    switch change {
    case .replaced(let pods): note(cache.replace(pods: pods), at: now)
    case .applied(let pod): note(cache.apply(pod), at: now)
    case .removed(let uid): note(cache.removePod(uid), at: now)
    }
  }

  func receive(_ change: ResourceChange<CachedWorkload>, at now: Timestamp) {
    switch change {
    case .replaced(let workloads): note(cache.replace(workloads: workloads), at: now)
    case .applied(let workload): note(cache.apply(workload), at: now)
    case .removed(let uid): note(cache.removeWorkload(uid), at: now)
    }
  }

  func receive(_ change: ResourceChange<CachedReplicaSet>, at now: Timestamp) {
    switch change {
    case .replaced(let sets): note(cache.replace(replicaSets: sets), at: now)
    case .applied(let set): note(cache.apply(set), at: now)
    case .removed(let uid): cache.removeReplicaSet(uid)
    }
  }

  func receive(_ change: ResourceChange<EventBook.Entry>) {
    switch change {
    case .replaced(let list): events.replace(list)
    case .applied(let event): events.apply(event)
    case .removed(let uid): events.remove(uid)
    }
  }

  private func note(_ change: NamespaceCache.Change, at now: Timestamp) {
    guard !change.isEmpty else { return }
    ledger.note(change)
    for id in observations.keys { updateObservation(id, at: now) }
    changed.raise()
  }
}

extension LiveNamespace {
  func watchHeard(_ name: String, at now: Timestamp) {
    let isFirst = heard.updateValue(now, forKey: name) == nil
    let wasFaulty = faults.removeValue(forKey: name) != nil
    if isFirst || wasFaulty { changed.raise() }
  }

  func watchFailed(_ name: String, reason: String) {
    faults[name] = reason
    changed.raise()
  }

  /// Whether every kind has been listed once, so that absence means something.
  var isComplete: Bool { heard.count == Self.watched.count }

  func isLive(at now: Timestamp) -> Bool { Self.watched.allSatisfy { isLive($0, at: now) } }

  func isLive(_ name: String, at now: Timestamp) -> Bool {
    guard faults[name] == nil, let last = heard[name] else { return false }
    return last.duration(to: now) < Self.silenceLimit
  }

  /// What the watches cannot see at the moment, one line each.
  func impairments(at now: Timestamp) -> [String] {
    Self.watched.filter { !isLive($0, at: now) }.map { "the watch of \($0) \(faults[$0].map { "failed: \($0)" } ?? "is silent")" }
  }
}

extension LiveNamespace {
  /// The next inventory report, or `nil` when there is nothing to say.
  func nextReport() -> InventoryReport? { isComplete ? ledger.next(from: cache) : nil }

  func reportAcknowledged(_ revision: Int64) { ledger.acknowledged(revision) }

  func snapshotNeeded() {
    ledger.snapshotNeeded()
    changed.raise()
  }
}

extension LiveNamespace {
  func beginObservation(_ id: String, _ state: ObservationState, at now: Timestamp) {
    observations[id] = state
    updateObservation(id, at: now)
  }

  /// Brings the state up to date with the cache and the time.
  @discardableResult
  func updateObservation(_ id: String, at now: Timestamp) -> ObservationState? {
    guard var state = observations[id] else { return nil }
    state.update(WorkloadHealth(of: state.target.uid, in: cache), at: now)
    observations[id] = state
    return state
  }

  func endObservation(_ id: String) { observations[id] = nil }
}
