import Testing
import Wire

@testable import AgentCore

@Suite("The inventory")
struct InventoryTests {
  private func pod(
    _ name: String, owner: CachedOwner? = CachedOwner(kind: "ReplicaSet", name: "rs-1", uid: "rs-1"), ready: Bool = true
  ) -> CachedPod { .sample(name, owner: owner, ready: ready) }

  private let workload = CachedWorkload.sample()
  private let set = CachedReplicaSet(uid: "rs-1", owner: .web, available: 1)

  @Test("A pod belongs to the workload at the end of its owner chain, also when the ReplicaSet is seen after it")
  func ownerChain() {
    var cache = NamespaceCache()
    _ = cache.apply(pod("a"))
    #expect(cache.summary(ofPod: "uid-a")?.workload == nil)
    let change = cache.apply(set)
    #expect(change.touched == ["uid-a"])
    #expect(cache.summary(ofPod: "uid-a")?.workload == WorkloadName(kind: "Deployment", name: "web"))
    #expect(cache.pods(ofWorkload: "d-1").map(\.name) == ["a"])
  }

  @Test("A pod of another controller belongs to that, one without to nothing")
  func otherOwners() {
    var cache = NamespaceCache()
    _ = cache.apply(pod("d", owner: CachedOwner(kind: "DaemonSet", name: "logship", uid: "ds")))
    _ = cache.apply(pod("bare", owner: nil))
    #expect(cache.summary(ofPod: "uid-d")?.workload == WorkloadName(kind: "DaemonSet", name: "logship"))
    #expect(cache.summary(ofPod: "uid-bare")?.workload == nil)
  }

  @Test("A pod loses its workload with the ReplicaSet, and a Job's pod belongs to the CronJob")
  func chainsThatChange() {
    var cache = NamespaceCache()
    _ = cache.apply(set)
    _ = cache.apply(pod("a"))
    #expect(cache.wasSeenAvailable(replicaSet: "rs-1"))
    let lost = cache.remove(CachedReplicaSet.self, "rs-1")
    #expect(lost.touched == ["uid-a"] && cache.summary(ofPod: "uid-a")?.workload == nil)
    #expect(!cache.wasSeenAvailable(replicaSet: "rs-1"))
    let cron = CachedOwner(kind: "CronJob", name: "nightly", uid: "cj")
    _ = cache.apply(pod("j", owner: CachedOwner(kind: "Job", name: "nightly-1", uid: "job-1")))
    #expect(cache.summary(ofPod: "uid-j")?.workload == WorkloadName(kind: "Job", name: "nightly-1"))
    let change = cache.apply(CachedWorkload.sample(uid: "job-1", kind: "Job", name: "nightly-1", owner: cron))
    #expect(change.touched == ["job-1", "uid-j"])
    #expect(cache.summary(ofPod: "uid-j")?.workload == WorkloadName(kind: "CronJob", name: "nightly"))
  }

  @Test("A ReplicaSet that only changes its numbers does not touch its pods")
  func quietReplicaSets() {
    var cache = NamespaceCache()
    _ = cache.apply(set)
    _ = cache.apply(pod("a"))
    #expect(cache.apply(CachedReplicaSet(uid: "rs-1", owner: .web, available: 2)).isEmpty)
  }

  @Test("A list of one kind leaves the workloads of the others alone")
  func listsByKind() {
    var cache = NamespaceCache()
    _ = cache.apply(workload)
    let daemon = CachedWorkload.sample(uid: "ds-1", kind: "DaemonSet", name: "logship")
    #expect(cache.replace([daemon]) { $0.kind == "DaemonSet" }.touched == ["ds-1"])
    #expect(cache.replace([CachedWorkload]()) { $0.kind == "DaemonSet" }.removed == ["ds-1"])
    #expect(Set(cache.workloads.keys) == ["d-1"])
  }

  @Test("What did not change is not reported, and a list removes what is gone")
  func changes() {
    var cache = NamespaceCache()
    let changes = [
      cache.replace([pod("a"), pod("b")]), cache.apply(pod("a")), cache.apply(pod("a", ready: false)),
      cache.replace([pod("a", ready: false), pod("c")]), cache.remove(CachedPod.self, "uid-c"),
      cache.remove(CachedPod.self, "uid-c"),
    ]
    #expect(
      changes == [
        .init(touched: ["uid-a", "uid-b"]), .init(), .init(touched: ["uid-a"]),
        .init(touched: ["uid-c"], removed: ["uid-b"]), .init(removed: ["uid-c"]), .init(),
      ])
  }

  @Test("A snapshot first, then deltas without a gap, then silence")
  func reports() throws {
    var cache = NamespaceCache()
    var ledger = InventoryLedger(boot: "b")
    ledger.note(cache.apply(pod("a")))
    ledger.note(cache.apply(workload))
    let first = ledger.next(from: cache)
    let snapshot = try #require(first)
    #expect(snapshot.snapshot && snapshot.revision == 1)
    #expect(snapshot.pods.map(\.name) == ["a"] && snapshot.workloads.map(\.name) == ["web"])
    let whileUnderWay = ledger.next(from: cache)
    #expect(whileUnderWay == nil, "one report at a time")
    ledger.note(cache.apply(pod("b")))
    ledger.acknowledged(1)
    ledger.note(cache.remove(CachedPod.self, "uid-a"))
    let second = ledger.next(from: cache)
    let delta = try #require(second)
    #expect(!delta.snapshot && delta.revision == 2)
    #expect(delta.pods.map(\.name) == ["b"] && delta.removed == ["uid-a"])
    ledger.acknowledged(2)
    let silence = ledger.next(from: cache)
    #expect(silence == nil)
  }

  @Test("After a lost session everything is told again")
  func newSession() throws {
    var cache = NamespaceCache()
    var ledger = InventoryLedger(boot: "b")
    ledger.note(cache.apply(pod("a")))
    _ = ledger.next(from: cache)
    ledger.snapshotNeeded()
    let next = ledger.next(from: cache)
    let again = try #require(next)
    #expect(again.snapshot && again.revision == 2 && again.pods.count == 1)
  }
}

@Suite("An observation")
struct ObservationTests {
  private let start = Timestamp(seconds: 1_000_000)
  private let target = Target(apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "web", uid: "d-1")
  private let subject = ObservationSubject.workload(.web)

  private func health(_ ready: Int = 2, restarts: [String: Int] = ["a": 0, "b": 0]) -> WorkloadHealth {
    WorkloadHealth(desired: 2, ready: ready, restarts: restarts, troubles: ready == 2 ? [] : ["pod b is not ready"])
  }

  private func state(stability: Int = 30, deadline: Int64 = 300) -> ObservationState {
    ObservationState(
      ObserveRequest(target: target, stabilitySeconds: stability, deadline: start + .seconds(deadline)), of: subject,
      from: start)
  }

  @Test("Healthy for the whole window is stable, and not a moment before")
  func stable() {
    var state = state()
    state.update(health(), at: start)
    state.update(health(), at: start + .milliseconds(29_999))
    #expect(state.result == nil)
    #expect(state.nextLook == start + .seconds(30))
    state.update(health(), at: start + .seconds(30))
    #expect(state.result?.ending == .stable)
    #expect(state.result?.healthySince == start)
  }

  @Test("A relapse or a restart within the window begins it again")
  func relapse() {
    var state = state()
    state.update(health(), at: start)
    state.update(health(1), at: start + .seconds(20))
    state.update(health(), at: start + .seconds(21))
    state.update(health(restarts: ["a": 1, "b": 0]), at: start + .seconds(40))
    state.update(health(restarts: ["a": 1, "b": 0]), at: start + .seconds(69))
    #expect(state.result == nil)
    state.update(health(restarts: ["a": 1, "b": 0]), at: start + .seconds(70))
    #expect(state.result?.ending == .stable)
    #expect(state.result?.restarts == 1)
    #expect(state.result?.healthySince == start + .seconds(40))
  }

  @Test("A pod that appears with restarts brings them with it; what restarted before does not count")
  func newPods() {
    var state = state()
    state.update(health(restarts: ["a": 7]), at: start)
    state.update(health(restarts: ["a": 7, "c": 2]), at: start + .seconds(1))
    state.update(health(restarts: ["c": 2]), at: start + .seconds(40))
    #expect(state.result?.restarts == 2)
  }

  @Test("The deadline ends it with what was wrong")
  func deadline() {
    var state = state(deadline: 60)
    state.update(health(1), at: start)
    state.update(health(1), at: start + .seconds(60))
    #expect(state.result?.ending == .deadline)
    #expect(state.result?.troubles == ["pod b is not ready"])
    #expect(state.result?.healthySince == nil)
  }

  @Test("A window that would end after the deadline is no stability")
  func windowAfterDeadline() {
    var state = state(stability: 30, deadline: 20)
    state.update(health(), at: start)
    state.update(health(), at: start + .seconds(40))
    #expect(state.result?.ending == .deadline)
  }

  @Test("A target that is gone ends it at once")
  func gone() {
    var state = state()
    state.update(health(), at: start)
    state.update(nil, at: start + .seconds(1))
    #expect(state.result?.ending == .targetGone)
  }
}
