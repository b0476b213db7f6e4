import Kubernetes
import Wire

/// What lives in the namespace, slim. Pure; fed by the watches.
struct NamespaceCache: Sendable {
  fileprivate(set) var pods: [String: CachedPod] = [:]
  fileprivate(set) var workloads: [String: CachedWorkload] = [:]
  fileprivate var replicaSets: [String: CachedReplicaSet] = [:]
  /// Pods that may show a signal; of thousands of healthy pods none is looked at.
  private(set) var troubledPods: Set<String> = []
  /// ReplicaSets that had an available pod at some time while this agent watched (the design's rule 12).
  fileprivate var seenAvailable: Set<String> = []
  private var gone = GonePods()

  /// - Parameter isListed: what the list is about; objects for which it is false are left alone.
  mutating func replace<Kind: CachedKind>(_ listed: [Kind], where isListed: (Kind) -> Bool = { _ in true }) -> InventoryChange {
    let present = Set(listed.map(\.uid))
    let gone = self[keyPath: Kind.place].values.filter { isListed($0) && !present.contains($0.uid) }
    var change = InventoryChange()
    for object in gone { change.merge(remove(Kind.self, object.uid)) }
    for object in listed { change.merge(apply(object)) }
    return change
  }

  mutating func apply<Kind: CachedKind>(_ object: Kind) -> InventoryChange {
    let before = self[keyPath: Kind.place].updateValue(object, forKey: object.uid)
    return before == object ? InventoryChange() : Kind.changed(from: before, to: object, in: &self)
  }

  mutating func remove<Kind: CachedKind>(_ kind: Kind.Type, _ uid: String) -> InventoryChange {
    guard let before = self[keyPath: Kind.place].removeValue(forKey: uid) else { return InventoryChange() }
    return Kind.changed(from: before, to: nil, in: &self)
  }
}

/// A kind of object that the cache keeps by uid.
protocol CachedKind: Hashable, Sendable {
  var uid: String { get }
  static var place: WritableKeyPath<NamespaceCache, [String: Self]> { get }
  /// What else follows from a change; called after it was made.
  static func changed(from before: Self?, to after: Self?, in cache: inout NamespaceCache) -> InventoryChange
}

extension CachedPod: CachedKind {
  static var place: WritableKeyPath<NamespaceCache, [String: Self]> { \.pods }

  static func changed(from before: Self?, to after: Self?, in cache: inout NamespaceCache) -> InventoryChange {
    guard let after else {
      if let before { cache.forget(before) }
      return InventoryChange(removed: before.map { [$0.uid] } ?? [])
    }
    cache.note(after)
    return InventoryChange(touched: [after.uid])
  }
}

extension CachedWorkload: CachedKind {
  static var place: WritableKeyPath<NamespaceCache, [String: Self]> { \.workloads }

  static func changed(from before: Self?, to after: Self?, in cache: inout NamespaceCache) -> InventoryChange {
    guard let after else {
      var change = InventoryChange(removed: before.map { [$0.uid] } ?? [])
      if let before, before.owner != nil { change.merge(cache.podsOwned(by: before.uid)) }
      return change
    }
    var change = InventoryChange(touched: [after.uid])
    // The pods of a Job may have been seen before it, and belong to its CronJob.
    if before?.owner != after.owner { change.merge(cache.podsOwned(by: after.uid)) }
    return change
  }
}

extension CachedReplicaSet: CachedKind {
  static var place: WritableKeyPath<NamespaceCache, [String: Self]> { \.replicaSets }

  /// The pods of a ReplicaSet that was not known before get their workload with it, and lose it with it.
  static func changed(from before: Self?, to after: Self?, in cache: inout NamespaceCache) -> InventoryChange {
    guard let after else {
      guard let before else { return InventoryChange() }
      cache.seenAvailable.remove(before.uid)
      return cache.podsOwned(by: before.uid)
    }
    if after.available > 0 { cache.seenAvailable.insert(after.uid) }
    return before?.owner == after.owner && before != nil ? InventoryChange() : cache.podsOwned(by: after.uid)
  }
}

extension NamespaceCache {
  fileprivate mutating func note(_ pod: CachedPod) {
    if pod.mayShowSignal { troubledPods.insert(pod.uid) } else { troubledPods.remove(pod.uid) }
  }

  fileprivate mutating func forget(_ pod: CachedPod) {
    troubledPods.remove(pod.uid)
    if let owner = workload(of: pod) { gone.note(pod.uid, of: owner) }
  }

  fileprivate func podsOwned(by owner: String) -> InventoryChange {
    InventoryChange(touched: Set(pods.values.lazy.filter { $0.owner?.uid == owner }.map(\.uid)))
  }
}

extension NamespaceCache {
  /// The workload at the end of the pod's owner chain; `nil` for a bare pod, and while its ReplicaSet is not known yet.
  func workload(of pod: CachedPod) -> CachedOwner? {
    guard let owner = pod.owner else { return nil }
    switch owner.kind {
    case "ReplicaSet": return replicaSets[owner.uid].map { $0.owner ?? owner }
    case JobKind.type.kind: return workloads[owner.uid]?.owner ?? owner
    default: return owner
    }
  }

  /// Also of a pod that is gone, for some time.
  func workload(ofPod uid: String) -> CachedOwner? { pods[uid].map { workload(of: $0) } ?? gone.owner(of: uid) }

  func pods(ofWorkload uid: String) -> [CachedPod] {
    var owners: Set<String> = [uid]
    for set in replicaSets.values where set.owner?.uid == uid { owners.insert(set.uid) }
    for job in workloads.values where job.owner?.uid == uid { owners.insert(job.uid) }
    return pods.values.filter { $0.owner.map { owners.contains($0.uid) } ?? false }
  }

  func workload(_ name: WorkloadName) -> CachedWorkload? {
    workloads.values.first { $0.kind == name.kind && $0.name == name.name }
  }

  /// Whether this agent has seen an available pod of that ReplicaSet: such a revision once worked.
  func wasSeenAvailable(replicaSet uid: String) -> Bool { seenAvailable.contains(uid) }

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

extension CachedPod {
  fileprivate var mayShowSignal: Bool { deletionDue != nil || unschedulable != nil || !containers.isEmpty }
}

/// Whose the newest pods were that are gone: an observation after a pod's deletion asks for it.
private struct GonePods: Sendable {
  private static let limit = 256

  private var owners: [String: CachedOwner] = [:]
  private var order: [String] = []

  mutating func note(_ uid: String, of owner: CachedOwner) {
    guard owners.updateValue(owner, forKey: uid) == nil else { return }
    order.append(uid)
    guard order.count > Self.limit else { return }
    for uid in order.prefix(Self.limit / 2) { owners[uid] = nil }
    order.removeFirst(Self.limit / 2)
  }

  func owner(of uid: String) -> CachedOwner? { owners[uid] }
}
