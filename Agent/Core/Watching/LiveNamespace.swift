import Kubernetes
import Wire

/// The namespace, or for a cluster agent the cluster's nodes and namespaces, as the watches see it now. Holds state and does
/// no I/O.
actor LiveNamespace {
  /// What the agent of a namespace watches.
  static let watched =
    [Pod.type, Deployment.type, ReplicaSet.type, StatefulSetKind.type, DaemonSetKind.type, JobKind.type, Event.type].map(\.plural)
  /// What the cluster agent watches.
  static let watchedInCluster = [Pod.type, Namespace.type, WatchedNode.type].map(\.plural)

  private(set) var cache = NamespaceCache()
  private(set) var cluster = ClusterCache()
  private(set) var events = EventBook()
  private(set) var health: WatchHealth
  private(set) var logs = KeptLogs()
  private var signals: SignalBook
  private var ledger: InventoryLedger
  private var observations: [String: ObservationState] = [:]
  /// Raised after each change.
  nonisolated let changed = ChangeSignal()
  /// Raised when the health of the watches or the ledger of blindness changed.
  nonisolated let statusChanged: ChangeSignal
  /// Raised when the log of a container that died is wanted.
  nonisolated let logsWanted = ChangeSignal()

  init(boot: String, watching watched: [String] = watched, statusChanged: ChangeSignal = ChangeSignal()) {
    health = WatchHealth(watching: watched)
    ledger = InventoryLedger(boot: boot)
    signals = SignalBook(boot: boot)
    self.statusChanged = statusChanged
  }
}

extension LiveNamespace {
  func receive(_ change: ResourceChange<CachedReplicaSet>, at now: Timestamp) {
    switch change {
    case .replaced(let sets): note(cache.replace(sets), at: now)
    case .applied(let set): note(cache.apply(set), at: now)
    case .removed(let uid): note(cache.remove(CachedReplicaSet.self, uid), at: now)
    }
  }

  /// - Parameter kind: the workloads of the other kinds are another watch's.
  func receive(_ change: ResourceChange<CachedWorkload>, of kind: String, at now: Timestamp) {
    switch change {
    case .replaced(let workloads): note(cache.replace(workloads) { $0.kind == kind }, at: now)
    case .applied(let workload): note(cache.apply(workload), at: now)
    case .removed(let uid): note(cache.remove(CachedWorkload.self, uid), at: now)
    }
  }

  func receive(_ change: ResourceChange<CachedPod>, at now: Timestamp) {
    switch change {
    case .replaced(let pods): note(cache.replace(pods), at: now)
    case .applied(let pod): note(cache.apply(pod), at: now)
    case .removed(let uid): note(cache.remove(CachedPod.self, uid), at: now)
    }
    switch change {
    case .replaced: noteDeaths(in: cache.troubledPods.compactMap { cache.pods[$0] }, at: now)
    case .applied(let pod): noteDeaths(in: [pod], at: now)
    case .removed: break
    }
  }

  func receive(_ change: ResourceChange<EventBook.Entry>) {
    switch change {
    case .replaced(let list): events.replace(list)
    case .applied(let event): events.apply(event)
    case .removed(let uid): events.remove(uid)
    }
  }

  func receive(_ change: ResourceChange<CachedNode>, at now: Timestamp) {
    switch change {
    case .replaced(let nodes): note(cluster.replace(nodes: nodes), at: now)
    case .applied(let node): note(cluster.apply(node), at: now)
    case .removed(let uid): note(cluster.removeNode(uid), at: now)
    }
  }

  func receive(_ change: ResourceChange<CachedNamespace>, at now: Timestamp) {
    switch change {
    case .replaced(let namespaces): note(cluster.replace(namespaces: namespaces), at: now)
    case .applied(let namespace): note(cluster.apply(namespace), at: now)
    case .removed(let uid): note(cluster.removeNamespace(uid), at: now)
    }
  }

  func receive(_ change: ResourceChange<CachedPlacement>, at now: Timestamp) {
    switch change {
    case .replaced(let pods): note(cluster.replace(pods: pods), at: now)
    case .applied(let pod): note(cluster.apply(pod), at: now)
    case .removed(let uid): note(cluster.removePod(uid), at: now)
    }
  }

  private func note(_ change: InventoryChange, at now: Timestamp) {
    guard !change.isEmpty else { return }
    ledger.note(change)
    for id in observations.keys { updateObservation(id, at: now) }
    changed.raise()
  }

  private func noteDeaths(in pods: [CachedPod], at now: Timestamp) {
    var areWanted = false
    for pod in pods where logs.note(pod, at: now) { areWanted = true }
    if areWanted { logsWanted.raise() }
  }
}

extension LiveNamespace {
  /// - Parameter lastSign: when an earlier life of this agent last was well.
  func began(at now: Timestamp, lastSign: Timestamp?) {
    health.began(at: now, lastSign: lastSign)
    statusChanged.raise()
  }

  func watchHeard(_ name: String, at now: Timestamp) {
    guard health.heard(name, at: now) else { return }
    changed.raise()
    statusChanged.raise()
  }

  func watchFailed(_ name: String, _ error: KubernetesError, at now: Timestamp) {
    health.failed(name, error, at: now)
    changed.raise()
    statusChanged.raise()
  }

  func linkLost(_ why: String, at now: Timestamp) { if health.lostLink(why, at: now) { statusChanged.raise() } }

  func linkRegained(at now: Timestamp) { if health.regainedLink(at: now) { statusChanged.raise() } }

  /// Whether every kind has been listed once, so that absence means something.
  var isComplete: Bool { health.isComplete }

  func isLive(_ name: String, at now: Timestamp) -> Bool { health.isLive(name, at: now) }

  /// Times within the given one in which something was not watched: what evidence from then does not show need not be absent.
  func blindSpans(overlapping start: Timestamp, _ end: Timestamp) -> [BlindSpan] {
    health.ledger.spans(overlapping: start, end)
  }

  /// Whether this agent has seen an available pod of that ReplicaSet.
  func wasSeenAvailable(replicaSet uid: String) -> Bool { cache.wasSeenAvailable(replicaSet: uid) }
}

extension LiveNamespace {
  /// The next inventory report, or `nil` when there is nothing to say.
  func nextReport() -> InventoryReport? { isComplete ? ledger.next(from: cache, cluster) : nil }

  func reportAcknowledged(_ revision: Int64) { ledger.acknowledged(revision) }

  func snapshotNeeded() {
    ledger.snapshotNeeded()
    changed.raise()
  }

  /// Looks for signals in the cache.
  ///
  /// - Returns: what to report, or `nil` when that is known already or nothing is known yet, and when to look again even if
  ///   nothing changes.
  func nextSignals(at now: Timestamp) -> (report: SignalReport?, nextLook: Timestamp?) {
    guard isComplete else { return (nil, nil) }
    let findings = SignalFinder.find(in: cache, at: now)
    signals.update(findings.signals)
    return (signals.next(), findings.nextLook)
  }

  func signalsAcknowledged(_ revision: Int64) { signals.acknowledged(revision) }

  /// For a new session, which knows of none.
  func signalsNeeded() { signals.reportNeeded() }
}

extension LiveNamespace {
  /// The next death whose log is wanted.
  func nextDeath() -> KeptLogs.Death? { logs.next() }

  func keep(_ log: KeptLog) { logs.keep(log) }

  /// What a container of the pod last said before it was started again; not redacted.
  func keptLog(pod uid: String, container: String) -> KeptLog? { logs.log(pod: uid, container: container) }
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
    state.update(WorkloadHealth(of: state.subject, in: cache, cluster), at: now)
    observations[id] = state
    return state
  }

  func endObservation(_ id: String) { observations[id] = nil }
}
