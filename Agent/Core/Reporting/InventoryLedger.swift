import Wire

/// What the control plane knows of the namespace, and what it must be told next: a snapshot after each hello, then deltas
/// without a gap. Pure.
struct InventoryLedger: Sendable {
  private let boot: String
  private var revision: Int64 = 0
  private var needsSnapshot = true
  private var pending = NamespaceCache.Change()
  /// The changes in a report that is under way, told again if it is not acknowledged.
  private var underWay: NamespaceCache.Change?

  init(boot: String) { self.boot = boot }

  mutating func note(_ change: NamespaceCache.Change) {
    guard !needsSnapshot || underWay != nil else { return }
    for uid in change.touched { pending.touch(uid) }
    for uid in change.removed { pending.remove(uid) }
  }

  /// Also for a new session: nothing that was under way counts.
  mutating func snapshotNeeded() {
    needsSnapshot = true
    pending = NamespaceCache.Change()
    underWay = nil
  }

  /// `nil` when nothing changed or a report is under way.
  mutating func next(from cache: NamespaceCache) -> InventoryReport? {
    guard underWay == nil, needsSnapshot || !pending.isEmpty else { return nil }
    revision += 1
    if needsSnapshot {
      underWay = NamespaceCache.Change()
      pending = NamespaceCache.Change()
      return InventoryReport(
        boot: boot, revision: revision, snapshot: true,
        workloads: cache.workloads.keys.compactMap { cache.summary(ofWorkload: $0) }.sorted { $0.name < $1.name },
        pods: cache.pods.keys.compactMap { cache.summary(ofPod: $0) }.sorted { $0.name < $1.name }, removed: [])
    }
    let change = pending
    underWay = change
    pending = NamespaceCache.Change()
    return InventoryReport(
      boot: boot, revision: revision, snapshot: false,
      workloads: change.touched.compactMap { cache.summary(ofWorkload: $0) }.sorted { $0.name < $1.name },
      pods: change.touched.compactMap { cache.summary(ofPod: $0) }.sorted { $0.name < $1.name },
      removed: change.removed.sorted())
  }

  mutating func acknowledged(_ revision: Int64) {
    guard revision == self.revision, underWay != nil else { return }
    underWay = nil
    needsSnapshot = false
  }
}
