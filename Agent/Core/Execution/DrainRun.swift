import Kubernetes
import Wire

/// The evictions of a drain: a few at a time, each asking the kill switch first, each waiting for its budget with backoff until
/// the drain's end. Whatever is repeated is harmless: an eviction names its pod's uid, and an evicted pod is not evicted again.
struct DrainRun: Sendable {
  let client: KubernetesClient
  let rules: LocalRulesReader
  let running: RunningActs
  let board: ProgressBoard
  let clock: any WallClock

  /// At a time: enough to keep a node moving, few enough that a stop comes early.
  static let width = 4
  /// What a refused eviction waits for is a pod that becomes ready elsewhere (kubectl: every 5 s).
  static let pauses = (base: Duration.milliseconds(500), cap: Duration.seconds(5))
  /// How often something that is no budget's refusal is tried again.
  static let faultLimit = 5

  func run(_ entry: JournalEntry) async -> DrainEnd {
    let plan = entry.plan ?? []
    let deadline = entry.intendedAt + NodeDrain.duration
    var account = DrainAccount(plan)
    await report(account, entry.command)
    await withTaskGroup(of: (PlannedEviction, Fate).self) { group in
      var waiting = plan[...]
      for pod in waiting.prefix(Self.width) { group.addTask { (pod, await evict(pod, entry.command, until: deadline)) } }
      waiting = waiting.dropFirst(Self.width)
      for await (pod, fate) in group {
        account.note(pod, fate)
        await report(account, entry.command)
        guard account.ending == nil, let next = waiting.popFirst() else { continue }
        group.addTask { (next, await evict(next, entry.command, until: deadline)) }
      }
    }
    return account.end
  }

  /// What became of one pod.
  enum Fate: Sendable, Hashable {
    case gone
    /// It cannot be evicted, and why.
    case refused(String)
    /// The drain ends here.
    case ended(DrainEnd.Ending, String)
  }

  private func evict(_ pod: PlannedEviction, _ command: String, until deadline: Timestamp) async -> Fate {
    var backoff = Backoff(base: Self.pauses.base, cap: Self.pauses.cap)
    var faults = 0
    var last = ""
    while true {
      if let end = await objection(command, last, until: deadline) { return end }
      let request = WriteRequest.evict(pod: pod.name, namespace: pod.namespace, uid: pod.uid)
      do {
        guard try await isThere(pod) else { return .gone }
        _ = try await client.write(request)
        return .gone
      } catch .notFound {
        return .gone
      } catch .conflict {
        // Another pod has the name: the next look tells.
      } catch .tooManyRequests(let status) {
        last = status.message
      } catch {
        if request.isRefusedByBudget(error) { return .refused(error.status?.message ?? "\(error)") }
        faults += 1
        last = error.status?.message ?? "\(error)"
        guard faults < Self.faultLimit else { return .refused(last) }
      }
      try? await clock.sleep(until: min(deadline, clock.now + backoff.failed()), tolerance: nil)
    }
  }

  private func objection(_ command: String, _ last: String, until deadline: Timestamp) async -> Fate? {
    if Task.isCancelled { return .ended(.interrupted, last) }
    if await running.isStopped(command) { return .ended(.stopped, last) }
    guard clock.now < deadline else { return .ended(.deadline, last) }
    if case .refused(_, let detail) = await rules.verdict(now: clock.now) {
      return Task.isCancelled ? .ended(.interrupted, last) : .ended(.guarded(detail), last)
    }
    return nil
  }

  /// A wrong uid in the precondition charges the budget, hence the look before.
  private func isThere(_ pod: PlannedEviction) async throws(KubernetesError) -> Bool {
    let metadata = try await client.metadata(of: Pod.type, named: pod.name, namespace: pod.namespace).metadata
    return metadata.uid == pod.uid && metadata.deletionTimestamp == nil
  }

  private func report(_ account: DrainAccount, _ command: String) async {
    await board.post(
      ActProgress(command: command, done: account.evicted.count, total: account.plan.count, detail: account.line, at: clock.now))
  }
}

/// What has become of a drain's pods so far. Pure.
struct DrainAccount: Sendable {
  let plan: [PlannedEviction]
  private(set) var evicted: [PlannedEviction] = []
  private(set) var refused: [PlannedEviction: String] = [:]
  private(set) var ending: DrainEnd.Ending?

  init(_ plan: [PlannedEviction]) { self.plan = plan }

  mutating func note(_ pod: PlannedEviction, _ fate: DrainRun.Fate) {
    switch fate {
    case .gone: evicted.append(pod)
    case .refused(let reason): refused[pod] = reason
    case .ended(let reason, let detail):
      ending = ending ?? reason
      refused[pod] = detail
    }
  }

  var line: String {
    if let waits = refused.min(by: { $0.key.path < $1.key.path }) { return "\(waits.key.path): \(waits.value)" }
    return evicted.last.map { "evicted \($0.path)" } ?? "the node is cordoned"
  }

  var end: DrainEnd {
    let gone = Set(evicted)
    let left = plan.filter { !gone.contains($0) }
    return DrainEnd(
      ending: ending ?? (left.isEmpty ? .emptied : .stuck), evicted: evicted.map(\.path),
      left: Dictionary(left.map { ($0.path, refused[$0] ?? "") }, uniquingKeysWith: { first, _ in first }))
  }
}
