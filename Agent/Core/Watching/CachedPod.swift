import Kubernetes
import Wire

/// A pod as the cache keeps it: a few hundred bytes instead of 10 KB.
struct CachedPod: Sendable, Hashable {
  let uid: String
  let name: String
  let owner: CachedOwner?
  let phase: String
  let ready: Bool
  let restarts: Int
  /// A waiting or terminated container's reason, most telling first.
  let reason: String?
  /// When its graceful deletion ends: Kubernetes sets `deletionTimestamp` to the request's time plus the grace period.
  let deletionDue: Timestamp?
  /// Why the scheduler has found no node for it, and since when.
  let unschedulable: Unschedulable?
  /// Containers that wait for something bad, have ended, or have been started again. None for a healthy pod.
  let containers: [CachedContainer]

  var terminating: Bool { deletionDue != nil }

  struct Unschedulable: Sendable, Hashable {
    let since: Timestamp
    let message: String
  }
}

/// The controller of an object.
struct CachedOwner: Sendable, Hashable {
  let kind: String
  let name: String
  let uid: String
}

/// A container that is not well, or was not.
struct CachedContainer: Sendable, Hashable {
  enum State: Sendable, Hashable {
    case waiting(reason: String, message: String)
    case running(since: Timestamp?)
    case ended(Run)
  }

  /// A run that ended.
  struct Run: Sendable, Hashable {
    let startedAt: Timestamp?
    let finishedAt: Timestamp?
    let exitCode: Int
    let reason: String?

    /// `nil` when the kubelet does not say.
    var lifetime: Duration? {
      guard let startedAt, let finishedAt else { return nil }
      return startedAt.duration(to: finishedAt)
    }
  }

  let name: String
  let restarts: Int
  let state: State
  /// The run before the present one.
  let last: Run?
}

extension CachedPod {
  /// What is kept of a message: the scheduler's is about 150 characters, a registry's 300.
  static let messageLimit = 300

  init(_ pod: WatchedPod, sharing pool: StringPool) {
    let all = pod.status.initContainers + pod.status.containers
    let scheduled = pod.status.conditions.first(type: "PodScheduled")
    uid = pod.metadata.uid
    name = pod.metadata.name
    owner = pod.metadata.controller.map { CachedOwner($0, sharing: pool) }
    phase = pod.status.phase
    ready = pod.isReady
    restarts = all.reduce(0) { $0 + ($1.restartCount ?? 0) }
    reason = PodTrouble.reason(
      ofPod: pod.status.reason, containers: all.lazy.map { $0.state ?? nil }, scheduled: scheduled
    ).map { pool.shared($0) }
    deletionDue = pod.metadata.deletionTimestamp.map { Timestamp($0) }
    unschedulable = Unschedulable(scheduled)
    containers = all.compactMap { CachedContainer($0) }
  }
}

extension CachedPod.Unschedulable {
  /// `nil` for a pod that has a node, and for one that a scheduling gate holds back on purpose.
  init?(_ scheduled: Condition?) {
    guard let scheduled, !scheduled.isTrue, scheduled.reason == "Unschedulable" else { return nil }
    since = scheduled.lastTransitionTime.map { Timestamp($0) } ?? Timestamp(milliseconds: 0)
    message = String((scheduled.message ?? "").prefix(CachedPod.messageLimit))
  }
}

extension CachedOwner {
  init(_ reference: OwnerReference, sharing pool: StringPool) {
    self.init(kind: pool.shared(reference.kind), name: pool.shared(reference.name), uid: pool.shared(reference.uid))
  }
}

extension CachedContainer {
  /// `nil` for a container that has nothing to tell.
  init?(_ container: WatchedPod.Container) {
    let state = State(container.state)
    let last = container.lastState?.terminated.map { Run($0) }
    let restarts = container.restartCount ?? 0
    let isQuiet =
      switch state {
      case .running: true
      case .waiting(let reason, _): PodTrouble.isOrdinaryWait(reason)
      case .ended(let run): run.exitCode == 0
      }
    guard !isQuiet || restarts > 0 || last != nil else { return nil }
    self.init(name: container.name, restarts: restarts, state: state, last: last)
  }
}

extension CachedContainer.State {
  fileprivate init(_ state: ContainerState?) {
    if let ended = state?.terminated {
      self = .ended(CachedContainer.Run(ended))
    } else if let running = state?.running {
      self = .running(since: running.startedAt.map { Timestamp($0) })
    } else {
      let message = String((state?.waiting?.message ?? "").prefix(CachedPod.messageLimit))
      self = .waiting(reason: state?.waiting?.reason ?? "", message: message)
    }
  }
}

extension CachedContainer.Run {
  fileprivate init(_ ended: ContainerState.Terminated) {
    self.init(
      startedAt: ended.startedAt.map { Timestamp($0) }, finishedAt: ended.finishedAt.map { Timestamp($0) },
      exitCode: ended.exitCode, reason: ended.reason)
  }
}
