import struct Simulator.SeededGenerator
import Testing
import Wire

@testable import AgentCore

@Suite("The inventory over a link that breaks")
struct InventoryPropertyTests {
  private struct World {
    var cache = NamespaceCache()
    var cluster = ClusterCache()
    var ledger = InventoryLedger(boot: "b")
    var held = HeldInventory()
    var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func change() {
      let number = Int.random(in: 0..<12, using: &random)
      let set = CachedOwner(kind: "ReplicaSet", name: "rs-\(number % 3)", uid: "rs-\(number % 3)")
      let pod = CachedPod.sample("p\(number)", owner: set, ready: .random(using: &random))
      let node = CachedNode(uid: "n\(number % 2)", name: "n\(number % 2)", ready: "True", unschedulable: .random(using: &random))
      let placed = CachedPlacement(uid: pod.uid, namespace: "shop", node: node.name, ready: pod.ready, isOver: false)
      switch Int.random(in: 0..<13, using: &random) {
      case 0...2: ledger.note(cache.apply(pod))
      case 3: ledger.note(cache.remove(CachedPod.self, pod.uid))
      case 4: ledger.note(cache.apply(CachedReplicaSet(uid: set.uid, owner: .web, available: number)))
      case 5: ledger.note(cache.remove(CachedReplicaSet.self, set.uid))
      case 6: ledger.note(cache.apply(CachedWorkload.sample(uid: "d-\(number % 4)", ready: number)))
      case 7: ledger.note(cache.remove(CachedWorkload.self, "d-\(number % 4)"))
      case 8: ledger.note(cluster.apply(node))
      case 9: ledger.note(cluster.removeNode(node.uid))
      case 10: ledger.note(cluster.apply(placed))
      case 11: ledger.note(cluster.removePod(placed.uid))
      default: ledger.note(cache.replace([pod]))
      }
    }

    /// One report, of which any part may be lost.
    mutating func report() {
      guard let report = ledger.next(from: cache, cluster) else { return }
      for _ in 0..<Int.random(in: 0...2, using: &random) { change() }
      switch Int.random(in: 0..<6, using: &random) {
      case 0: ledger.snapshotNeeded()  // The request is lost with its session.
      case 1:  // The answer is lost.
        _ = held.take(report)
        ledger.snapshotNeeded()
      case 2:  // A control plane that has started anew.
        held = HeldInventory()
        if held.take(report) { ledger.acknowledged(report.revision) } else { ledger.snapshotNeeded() }
      default:
        if held.take(report) { ledger.acknowledged(report.revision) } else { ledger.snapshotNeeded() }
      }
    }

    mutating func settle() {
      while let report = ledger.next(from: cache, cluster) {
        if held.take(report) { ledger.acknowledged(report.revision) } else { ledger.snapshotNeeded() }
      }
    }

    var isTrue: Bool {
      held.pods
        == Dictionary(uniqueKeysWithValues: cache.pods.keys.compactMap { uid in cache.summary(ofPod: uid).map { (uid, $0) } })
        && held.workloads
          == Dictionary(
            uniqueKeysWithValues: cache.workloads.keys.compactMap { uid in cache.summary(ofWorkload: uid).map { (uid, $0) } })
        && held.nodes
          == Dictionary(
            uniqueKeysWithValues: cluster.nodes.keys.compactMap { uid in cluster.summary(ofNode: uid).map { (uid, $0) } })
    }
  }

  @Test("Whatever is lost, what is held is the truth in the end", arguments: 0..<200)
  func truth(_ seed: Int) {
    var world = World(seed: UInt64(seed))
    for _ in 0..<60 {
      for _ in 0..<Int.random(in: 0...4, using: &world.random) { world.change() }
      world.report()
    }
    world.settle()
    #expect(world.isTrue)
  }
}
