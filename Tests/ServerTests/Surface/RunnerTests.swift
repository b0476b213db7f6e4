import Foundation
import Pipeline
import Store
import Synchronization
import Testing
import Wire

@Suite("The runner")
struct RunnerTests {
  private static let opening = Opening(
    alert: Alert(
      status: .firing, labels: ["alertname": "NodeNotReady", "severity": "critical"], annotations: [:],
      startsAt: Timestamp(seconds: 1), fingerprint: "f"), subject: Subject(namespace: "", workload: nil, pods: []))

  private func withRunner(
    _ store: some IncidentStore, _ notifier: some Notifier, _ body: @Sendable (Runner) async throws -> Void
  ) async throws {
    let runner = Runner(
      pipeline: Pipeline(), seams: .init(store: store, model: nil, notifier: notifier, audience: [], abilities: { _ in nil }),
      clock: SystemWallClock(), reportTrouble: { _ in })
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await runner.run() }
      defer { group.cancelAll() }
      try await body(runner)
    }
  }

  private func withStore(_ body: @Sendable (SQLiteIncidentStore) async throws -> Void) async throws {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("runner-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let store = try SQLiteIncidentStore(path: directory + "/incidents.db")
    try await body(store)
    try await store.close()
  }

  @Test("sends a mail once, even when the note that it was sent cannot be stored at first")
  func mailOnce() async throws {
    try await withStore { store in
      let notifier = CountingNotifier()
      let failing = FailingStore(store, completions: 2)
      try await withRunner(failing, notifier) { runner in
        _ = try await runner.take(AlertDelivery(firing: [Self.opening], resolved: []))
        try await eventually {
          try await store.timeline(of: 1, after: 0, limit: 100).contains { $0.entry.stage == .notification }
        }
      }
      #expect(notifier.sent.withLock { $0 } == 1)
      let note = try await store.timeline(of: 1, after: 0, limit: 100).last { $0.entry.stage == .notification }
      #expect(note?.entry.summary.contains("possibly sent") == true)
    }
  }

  @Test("holds back, after a start, the conclusion that nobody answered")
  func grace() async throws {
    try await withStore { store in
      let long = Timestamp(milliseconds: SystemWallClock().now.milliseconds - 600_000)
      let subject = Subject(namespace: "shop", workload: nil, pods: ["checkout-1"])
      let opening = Opening(alert: Self.opening.alert, subject: subject)
      _ = try await store.take(AlertDelivery(firing: [opening], resolved: []), through: Pipeline(), at: long)
      try await withRunner(store, CountingNotifier()) { _ in
        try await eventually {
          try await store.dueIntents(at: SystemWallClock().now, limit: 10).isEmpty
        }
      }
      #expect(try await store.incident(1)?.state == .gathering, "an agent that comes back can still answer")
    }
  }
}
