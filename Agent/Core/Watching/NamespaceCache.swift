import Wire

/// What lives in the namespace, slim. Pure; fed by the watches.
struct NamespaceCache: Sendable {
  /// Uids whose place in the inventory changed.
  struct Change: Sendable, Equatable {
    var touched: Set<String> = []
    var removed: Set<String> = []

    var isEmpty: Bool { touched.isEmpty && removed.isEmpty }

    mutating func touch(_ uid: String) {
      touched.insert(uid)
      removed.remove(uid)
    }

    mutating func remove(_ uid: String) {
      removed.insert(uid)
      touched.remove(uid)
    }
  }

  private(set) var pods: [String: CachedPod] = [:]
  private(set) var workloads: [String: CachedWorkload] = [:]
  private var replicaSets: [String: CachedReplicaSet] = [:]

  mutating func replace(pods listed: [CachedPod]) -> Change {
    replace(\.pods, with: Dictionary(listed.map { ($0.uid, $0) }, uniquingKeysWith: { $1 }))
  }

  mutating func replace(workloads listed: [CachedWorkload]) -> Change {
    replace(\.workloads, with: Dictionary(listed.map { ($0.uid, $0) }, uniquingKeysWith: { $1 }))
  }

  /// The pods of a ReplicaSet that was not known before get their workload with it.
  mutating func replace(replicaSets listed: [CachedReplicaSet]) -> Change {
    let changed = replace(\.replicaSets, with: Dictionary(listed.map { ($0.uid, $0) }, uniquingKeysWith: { $1 }))
    return podsOwned(by: changed.touched)
  }

  private mutating func replace<Value: Hashable>(
    _ path: WritableKeyPath<NamespaceCache, [String: Value]>, with listed: [String: Value]
  ) -> Change {
    var change = Change()
    for uid in self[keyPath: path].keys where listed[uid] == nil { change.remove(uid) }
    for (uid, value) in listed where self[keyPath: path][uid] != value { change.touch(uid) }
    self[keyPath: path] = listed
    return change
  }

  mutating func apply(_ pod: CachedPod) -> Change {
    guard pods.updateValue(pod, forKey: pod.uid) != pod else { return Change() }
    return Change(touched: [pod.uid])
  }

  mutating func apply(_ workload: CachedWorkload) -> Change {
    guard workloads.updateValue(workload, forKey: workload.uid) != workload else { return Change() }
    return Change(touched: [workload.uid])
  }

  mutating func apply(_ set: CachedReplicaSet) -> Change {
    guard replicaSets.updateValue(set, forKey: set.uid) != set else { return Change() }
    return podsOwned(by: [set.uid])
  }

  mutating func removePod(_ uid: String) -> Change { pods.removeValue(forKey: uid) == nil ? Change() : Change(removed: [uid]) }

  mutating func removeWorkload(_ uid: String) -> Change {
    workloads.removeValue(forKey: uid) == nil ? Change() : Change(removed: [uid])
  }

  mutating func removeReplicaSet(_ uid: String) { replicaSets[uid] = nil }

  private func podsOwned(by owners: Set<String>) -> Change {
    guard !owners.isEmpty else { return Change() }
    return Change(touched: Set(pods.values.lazy.filter { $0.owner.map { owners.contains($0.uid) } ?? false }.map(\.uid)))
  }
}

extension NamespaceCache {
  /// The workload at the end of the pod's owner chain.
  func workload(of pod: CachedPod) -> CachedPod.Owner? {
    guard let owner = pod.owner else { return nil }
    guard owner.kind == "ReplicaSet", let set = replicaSets[owner.uid] else { return owner.kind == "ReplicaSet" ? nil : owner }
    return set.owner ?? owner
  }

  func pods(ofWorkload uid: String) -> [CachedPod] {
    pods.values.filter { workload(of: $0)?.uid == uid }
  }

  func summary(ofPod uid: String) -> PodSummary? {
    guard let pod = pods[uid] else { return nil }
    return PodSummary(
      name: pod.name, uid: pod.uid, workload: workload(of: pod).map { WorkloadName(kind: $0.kind, name: $0.name) },
      phase: pod.phase, ready: pod.ready, restarts: pod.restarts, reason: pod.reason)
  }

  func summary(ofWorkload uid: String) -> WorkloadSummary? {
    workloads[uid].map {
      WorkloadSummary(kind: $0.kind, name: $0.name, uid: $0.uid, desired: $0.desired, ready: $0.ready)
    }
  }
}
