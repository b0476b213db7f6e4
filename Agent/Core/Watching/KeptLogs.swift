import Wire

/// The last lines of a container's run that ended, taken before a further restart loses them. Not redacted.
struct KeptLog: Sendable, Hashable {
  let death: KeptLogs.Death
  let takenAt: Timestamp
  let bytes: [UInt8]
}

/// The logs of the containers that died last, and those that are wanted. Pure.
struct KeptLogs: Sendable {
  /// Containers: half a mebibyte in all.
  static let limit = 32
  static let lines = 50
  static let bytes = 16 * 1024
  /// A run that ended longer ago tells little of what is wrong now.
  static let freshness = Duration.seconds(600)

  /// The end of one run of one container.
  struct Death: Sendable, Hashable {
    let pod: String
    let podUID: String
    let container: String
    let run: CachedContainer.Run

    fileprivate var key: Key { Key(podUID: podUID, container: container) }
  }

  fileprivate struct Key: Sendable, Hashable {
    let podUID: String
    let container: String
  }

  /// Oldest first.
  private var wanted: [Death] = []
  /// Oldest first.
  private var kept: [KeptLog] = []
  /// Runs that were asked for once, oldest first, so that a log that cannot be read is not asked for again.
  private var asked: [Death] = []

  /// Notes runs that ended. Only what Kubernetes calls the previous run is taken: that one a further restart loses, and its log
  /// cannot be that of another run by mistake.
  ///
  /// - Returns: whether a log is wanted.
  mutating func note(_ pod: CachedPod, at now: Timestamp) -> Bool {
    var isWanted = false
    for container in pod.containers {
      guard let run = container.last, let end = run.finishedAt, end + Self.freshness > now else { continue }
      let death = Death(pod: pod.name, podUID: pod.uid, container: container.name, run: run)
      guard !asked.contains(death) else { continue }
      remember(death)
      wanted.removeAll { $0.key == death.key }
      wanted.append(death)
      if wanted.count > Self.limit { wanted.removeFirst() }
      isWanted = true
    }
    return isWanted
  }

  private mutating func remember(_ death: Death) {
    asked.removeAll { $0.key == death.key }
    asked.append(death)
    if asked.count > 4 * Self.limit { asked.removeFirst() }
  }

  /// The newest first: its log is the one that says most.
  mutating func next() -> Death? { wanted.popLast() }

  mutating func keep(_ log: KeptLog) {
    kept.removeAll { $0.death.key == log.death.key }
    kept.append(log)
    if kept.count > Self.limit { kept.removeFirst() }
  }

  func log(pod uid: String, container: String) -> KeptLog? {
    kept.last { $0.death.podUID == uid && $0.death.container == container }
  }
}
