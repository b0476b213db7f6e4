import Foundation
import Pipeline
import Store
import Support
import Synchronization
import Testing
import Wire

/// A memory that fails as often as it is told to.
private final class FailingIndex: PrecedentIndex {
  private let failures: Mutex<Int>
  let remembered = Mutex<[RememberedIncident]>([])

  init(failures: Int) { self.failures = Mutex(failures) }

  private func fail() throws(MemoryError) {
    let fails = failures.withLock { left in
      left -= 1
      return left >= 0
    }
    if fails { throw .timedOut }
  }

  func remember(_ incidents: [RememberedIncident]) async throws(MemoryError) {
    try fail()
    remembered.withLock { $0 += incidents }
  }

  func nearest(
    to embedding: Embedding, of team: String, atLeast similarity: Float, limit: Int
  ) async throws(MemoryError) -> [Recollection] {
    try fail()
    return remembered.withLock { $0 }.filter { $0.team == team }.map {
      Recollection($0, similarity: $0.embedding.similarity(to: embedding))
    }.filter { $0.similarity >= similarity }
  }

  func count() async throws(MemoryError) -> Int { remembered.withLock { $0.count } }
  func forgetAll() async throws(MemoryError) { remembered.withLock { $0 = [] } }
}

@Suite("Past incidents in the run of new ones")
struct MemoryRunTests {
  private static let workload = WorkloadName(kind: "Deployment", name: "checkout")

  private func withRunner(
    _ index: any PrecedentIndex, past: [PastAct] = [], _ body: @Sendable (Runner, SQLiteIncidentStore) async throws -> Void
  ) async throws {
    let directory = try WorkingDirectory(prefix: "memory-run")
    defer { directory.remove() }
    let store = try SQLiteIncidentStore(path: directory.path("incidents.db"))
    for act in past { try await store.remember(act) }
    let runner = Runner(
      pipeline: Pipeline(),
      seams: .init(
        store: store, model: nil, notifier: CountingNotifier(), audience: [], abilities: { _ in nil },
        memory: PrecedentMemory(index)),
      clock: SystemWallClock(), reportTrouble: { _ in })
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await runner.run() }
      defer { group.cancelAll() }
      try await body(runner, store)
    }
    try await store.close()
  }

  private static func pastAct(_ name: String = "checkout") -> PastAct {
    PastAct(
      alertName: "KubePodCrashLooping", description: "It crashed.",
      subject: Subject(namespace: "shop", workload: WorkloadName(kind: "Deployment", name: name), pods: []),
      action: .restartDeployment,
      target: Target(apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: name, uid: ""), verified: true,
      at: SystemWallClock().now - .seconds(86_400))
  }

  /// Opens an incident and answers its question for evidence; the runner decides.
  private static func decide(_ runner: Runner, _ store: SQLiteIncidentStore) async throws -> Incident {
    let now = SystemWallClock().now
    let alert = Alert(
      status: .firing, labels: ["alertname": "KubePodCrashLooping", "severity": "warning"], annotations: [:], startsAt: now,
      fingerprint: "f")
    let subject = Subject(namespace: "shop", workload: workload, pods: [])
    let commit = try await runner.take(AlertDelivery(firing: [Opening(alert: alert, subject: subject)], resolved: []))
    let command = try #require(commit.commands.first).draft.id
    let evidence = Evidence(namespace: "shop", gatheredAt: now, facts: [], omissions: [])
    try await runner.record(
      CommandResult(command: command, kind: .gather, outcome: .evidence(evidence), finishedAt: now), from: "shop")
    let id = try #require(commit.incidents.first).id
    return try await waitFor("a decision", within: .seconds(10)) {
      let incident = try await store.incident(id)
      return incident?.decision == nil ? nil : incident
    }
  }

  @Test("A judged act is remembered, and is a precedent of the next incident of its kind")
  func remembering() async throws {
    let index = FailingIndex(failures: 0)
    try await withRunner(index, past: [Self.pastAct()]) { runner, store in
      try await waitUntil("it is remembered", within: .seconds(10)) { try await index.count() == 1 }
      let remembered = try #require(index.remembered.withLock { $0.first })
      #expect(remembered.team == "shop" && remembered.action == .restartDeployment && remembered.verified)
      #expect(remembered.id.count == 36 && Array(remembered.id)[14] == "8")
      let decision = try #require(try await Self.decide(runner, store).decision)
      #expect(decision.precedents.map(\.incident) == [1])
    }
  }

  @Test("A memory that is down costs its precedents, never the decision, and the incident says so")
  func down() async throws {
    try await withRunner(FailingIndex(failures: 1)) { runner, store in
      let incident = try await Self.decide(runner, store)
      #expect(incident.decision?.precedents.isEmpty == true)
      let story = try await store.timeline(of: incident.id).map(\.entry.summary)
      #expect(story.contains("The memory of past incidents did not answer in time; the decision is made without it."))
    }
  }

  @Test("What the memory does not take is tried again until it does")
  func retrying() async throws {
    let index = FailingIndex(failures: 2)
    try await withRunner(index, past: [Self.pastAct()]) { _, store in
      try await waitUntil("it is remembered", within: .seconds(30)) { try await index.count() == 1 }
      try await waitUntil("the work is done", within: .seconds(5)) {
        try await store.dueIntents(at: SystemWallClock().now + .seconds(3600), limit: 10).isEmpty
      }
    }
  }
}
