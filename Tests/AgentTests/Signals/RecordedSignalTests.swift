import Testing
import Wire

@testable import AgentCore

/// Pods as a real kubelet and scheduler described them.
@Suite("Signals of recorded pods", .enabled(if: RecordedObjects.arePresent))
struct RecordedSignalTests {
  static let cases: [(name: String, kinds: [Signal.Kind])] = [
    ("healthy", []),
    ("errimagepull", [.imagePullBackOff]),
    ("pull", [.imagePullBackOff]),
    ("crashloop", [.crashLoopBackOff]),
    ("crashloop-just-exited", [.crashLoopBackOff]),
    ("oom", [.crashLoopBackOff, .oomKilled]),
    ("notready", []),
    ("slowstart", []),
    ("nomount", []),
    ("configerror", [.configError]),
    ("secretkey", [.configError]),
    ("initcrash", [.crashLoopBackOff]),
    ("sidecar", [.crashLoopBackOff]),
    ("configerror-healed", []),
    ("cpu", [.unschedulable]),
    ("selector", [.unschedulable]),
    ("volume", [.unschedulable]),
    ("taint", [.unschedulable]),
    ("gated", []),
    ("finalizer-stuck", [.stuckTerminating]),
    ("evicted", []),
  ]

  @Test("A table of illnesses", arguments: cases)
  func table(_ one: (name: String, kinds: [Signal.Kind])) throws {
    let pod = CachedPod(try RecordedObjects.read(WatchedPod.self, "12-pod-faults.json", one.name), sharing: StringPool())
    var cache = NamespaceCache()
    _ = cache.apply(pod)
    let found = SignalFinder.find(in: cache, at: latest(in: pod) + .seconds(120))
    #expect(found.signals.map(\.kind) == one.kinds)
    #expect(found.signals.allSatisfy { !$0.message.isEmpty })
  }

  private func latest(in pod: CachedPod) -> Timestamp {
    let runs = pod.containers.flatMap { container -> [Timestamp?] in
      if case .ended(let run) = container.state { return [run.finishedAt, container.last?.finishedAt] }
      return [container.last?.finishedAt]
    }
    let times = runs + [pod.deletionDue, pod.unschedulable?.since]
    return times.compactMap { $0 }.max() ?? Timestamp(seconds: 1_800_000_000)
  }
}

@Suite("Recorded workloads", .enabled(if: RecordedObjects.arePresent))
struct RecordedWorkloadTests {
  private func cached<Kind: WorkloadKind>(_ kind: Kind.Type, _ file: String, _ name: String) throws -> CachedWorkload {
    CachedWorkload(try RecordedObjects.read(WatchedWorkload<Kind>.self, file, name), sharing: StringPool())
  }

  @Test("A StatefulSet is well when its update is done, and not while it rolls")
  func statefulSets() throws {
    let done = try cached(StatefulSetKind.self, "05-rollouts.json", "statefulset")
    #expect(done.troubles == [] && done.desired > 0 && done.ready == done.desired)
    let rolling = try cached(StatefulSetKind.self, "05-rollouts.json", "statefulset-rolling")
    #expect(!rolling.troubles.isEmpty)
  }

  @Test("A DaemonSet counts nodes")
  func daemonSets() throws {
    let set = try cached(DaemonSetKind.self, "05-rollouts.json", "daemonset")
    #expect(set.troubles == [] && set.desired == 3 && set.ready == 3)
  }

  @Test("A Job that is complete is well with no pod, one that failed says why")
  func jobs() throws {
    let complete = try cached(JobKind.self, "12-pod-faults.json", "job-complete")
    #expect(complete.troubles == [] && complete.desired == 0)
    let failed = try cached(JobKind.self, "12-pod-faults.json", "job-failed")
    #expect(failed.troubles == ["BackoffLimitExceeded: Job has reached the specified backoff limit"])
  }
}
