import Wire

/// What is wrong by the cache, at one moment.
struct SignalFindings: Sendable, Equatable {
  /// Folded by workload and kind, in a fixed order; messages are not redacted.
  var signals: [Signal] = []
  /// When the time alone may change the answer.
  var nextLook: Timestamp?
}

/// Finds signals in the cache. Pure: the same cache and time give the same signals, so that nothing is lost with the agent.
enum SignalFinder {
  /// A scheduler that waits for a node to come up has not failed yet; most pods are bound within a second.
  static let schedulingGrace = Duration.seconds(30)
  /// After the end of its grace period a kubelet kills and removes a pod within seconds; a busy node takes longer.
  static let terminationMargin = Duration.seconds(60)
  /// The kubelet forgets its back-off, which is at most 300 s, when a container has run for twice as long.
  static let loopMemory = Duration.seconds(600)
  /// A container must run at least so long before its crash loop is over.
  static let shortestSettling = Duration.seconds(60)
  /// An OOM kill is news for so long.
  static let oomMemory = Duration.seconds(600)

  static func find(in cache: NamespaceCache, at now: Timestamp) -> SignalFindings {
    var search = SignalSearch(now: now)
    for uid in cache.troubledPods {
      guard let pod = cache.pods[uid] else { continue }
      search.look(at: pod, of: cache.workload(of: pod).map { WorkloadName(kind: $0.kind, name: $0.name) })
    }
    for workload in cache.workloads.values { search.look(at: workload) }
    return search.findings
  }
}

/// One search at one moment.
struct SignalSearch {
  let now: Timestamp
  private var found: [SignalKey: Signal] = [:]
  private var nextLook: Timestamp?

  init(now: Timestamp) { self.now = now }

  var findings: SignalFindings {
    SignalFindings(signals: found.sorted { $0.key < $1.key }.map(\.value), nextLook: nextLook)
  }

  mutating func look(at workload: CachedWorkload) {
    guard let complaint = workload.complaint, complaint.reason == Signal.Kind.rolloutStuck.rawValue else { return }
    let name = WorkloadName(kind: workload.kind, name: workload.name)
    add(Signal(kind: .rolloutStuck, workload: name, pods: 0, since: complaint.since, message: complaint.message))
  }

  mutating func look(at pod: CachedPod, of workload: WorkloadName?) {
    if let due = pod.deletionDue {
      // What is on its way out is ill in no other way.
      let limit = due + SignalFinder.terminationMargin
      guard isReached(limit) else { return }
      let message = "still there after its grace period, which ended at \(due)"
      return add(Signal(kind: .stuckTerminating, pod: pod.name, workload: workload, since: due, message: message))
    }
    if let waiting = pod.unschedulable, isReached(waiting.since + SignalFinder.schedulingGrace) {
      add(Signal(kind: .unschedulable, pod: pod.name, workload: workload, since: waiting.since, message: waiting.message))
    }
    // A pod counts once for each kind, whichever of its containers show it.
    var kinds: Set<Signal.Kind> = []
    for container in pod.containers {
      for (kind, since, message) in troubles(of: container) where kinds.insert(kind).inserted {
        add(
          Signal(
            kind: kind, pod: pod.name, container: container.name, workload: workload, since: since, message: message))
      }
    }
  }

  private mutating func troubles(of container: CachedContainer) -> [(kind: Signal.Kind, since: Timestamp, message: String)] {
    var troubles: [(kind: Signal.Kind, since: Timestamp, message: String)] = []
    if case .waiting(let reason, let message) = container.state {
      switch reason {
      case "ImagePullBackOff", "ErrImagePull", "InvalidImageName", "ErrImageNeverPull", "RegistryUnavailable":
        troubles.append((.imagePullBackOff, now, message.isEmpty ? reason : message))
      case "CreateContainerConfigError": troubles.append((.configError, now, message.isEmpty ? reason : message))
      default: break
      }
    }
    if isLooping(container) {
      troubles.append((.crashLoopBackOff, container.last?.finishedAt ?? now, container.lastEnd?.text ?? "no run lasts"))
    }
    for run in [container.present, container.last].compactMap({ $0 }) where run.reason == "OOMKilled" {
      guard let end = run.finishedAt, !isReached(end + SignalFinder.oomMemory) else { continue }
      troubles.append((.oomKilled, end, "killed for its memory limit (exit code \(run.exitCode))"))
    }
    return troubles
  }

  /// In back-off, or in a run that has not yet lasted long enough to tell it from the ones before. Kubernetes shows the loop only
  /// while a container waits, so the run in between must not end the signal.
  private mutating func isLooping(_ container: CachedContainer) -> Bool {
    if case .waiting("CrashLoopBackOff", _) = container.state { return true }
    let ends = container.restarts + (container.present == nil ? 0 : 1)
    guard ends >= 2, let lifetime = container.lastEnd?.lifetime, lifetime < SignalFinder.loopMemory else {
      return false
    }
    switch container.state {
    case .ended(let run): return run.exitCode != 0
    case .waiting(let reason, _): return PodTrouble.isOrdinaryWait(reason)
    case .running(let since):
      guard let since else { return false }
      let settling = min(max(SignalFinder.shortestSettling, lifetime * 1.5), SignalFinder.loopMemory)
      return !isReached(since + settling)
    }
  }

  /// Whether a moment has come; if not, it is one to look again at.
  private mutating func isReached(_ moment: Timestamp) -> Bool {
    guard now < moment else { return true }
    nextLook = min(nextLook ?? moment, moment)
    return false
  }

  private mutating func add(_ signal: Signal) {
    let key = SignalKey(signal)
    guard let known = found[key] else { return found[key] = signal }
    found[key] = known.joined(by: signal)
  }
}

/// Signals with the same key are one.
struct SignalKey: Sendable, Hashable, Comparable {
  let kind: Signal.Kind
  let workload: WorkloadName?
  /// Only of a pod that belongs to nothing.
  let pod: String?

  init(_ signal: Signal) {
    kind = signal.kind
    workload = signal.workload
    pod = signal.workload == nil ? signal.pod : nil
  }

  private var order: (String, String, String, String) {
    (kind.rawValue, workload?.kind ?? "", workload?.name ?? "", pod ?? "")
  }

  static func < (left: Self, right: Self) -> Bool { left.order < right.order }
}

extension CachedContainer {
  /// The run that the container's state itself shows as ended.
  fileprivate var present: Run? { if case .ended(let run) = state { run } else { nil } }

  fileprivate var lastEnd: Run? { present ?? last }
}

extension CachedContainer.Run {
  fileprivate var text: String { "exit code \(exitCode)" + (reason.map { " (\($0))" } ?? "") }
}

extension Signal {
  /// The first pod by name speaks for all.
  fileprivate func joined(by other: Signal) -> Signal {
    let first = other.pod ?? "" < pod ?? "" ? other : self
    return Signal(
      kind: kind, pod: first.pod, container: first.container, workload: workload, pods: pods + other.pods,
      since: min(since, other.since), message: first.message)
  }
}
