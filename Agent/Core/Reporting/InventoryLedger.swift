import Wire

/// What the control plane knows of the namespace, and what it must be told next: a snapshot after each hello, then deltas
/// without a gap. Pure.
struct InventoryLedger: Sendable {
  private let boot: String
  private var revision: Int64 = 0
  private var needsSnapshot = true
  private var pending = InventoryChange()
  /// The changes in a report that is under way, told again if it is not acknowledged.
  private var underWay: InventoryChange?

  init(boot: String) { self.boot = boot }

  mutating func note(_ change: InventoryChange) {
    guard !needsSnapshot || underWay != nil else { return }
    pending.merge(change)
  }

  /// Also for a new session: nothing that was under way counts.
  mutating func snapshotNeeded() {
    needsSnapshot = true
    pending = InventoryChange()
    underWay = nil
  }

  /// `nil` when nothing changed or a report is under way.
  mutating func next(from cache: NamespaceCache, _ cluster: ClusterCache = ClusterCache()) -> InventoryReport? {
    guard underWay == nil, needsSnapshot || !pending.isEmpty else { return nil }
    revision += 1
    let change = needsSnapshot ? InventoryChange() : pending
    underWay = change
    pending = InventoryChange()
    func told<Value>(_ all: [String: Value]) -> [String] { needsSnapshot ? all.keys.sorted() : change.touched.sorted() }
    return InventoryReport(
      boot: boot, revision: revision, snapshot: needsSnapshot,
      workloads: told(cache.workloads).compactMap { cache.summary(ofWorkload: $0) },
      pods: told(cache.pods).compactMap { cache.summary(ofPod: $0) }, removed: change.removed.sorted(),
      nodes: told(cluster.nodes).compactMap { cluster.summary(ofNode: $0) },
      namespaces: told(cluster.namespaces).compactMap { cluster.summary(ofNamespace: $0) })
  }

  mutating func acknowledged(_ revision: Int64) {
    guard revision == self.revision, underWay != nil else { return }
    underWay = nil
    needsSnapshot = false
  }
}
