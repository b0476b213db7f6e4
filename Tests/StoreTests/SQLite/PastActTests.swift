import Pipeline
import Testing
import Wire

@testable import Store

@Suite("An act of before this database")
struct PastActTests {
  private static let now = Timestamp(seconds: 1_795_345_200)
  private static let workload = WorkloadName(kind: "Deployment", name: "checkout")

  private static func act(_ age: Duration, verified: Bool = true) -> PastAct {
    PastAct(
      alertName: "KubePodCrashLooping", description: "It crashed.",
      subject: Subject(namespace: "shop", workload: workload, pods: ["checkout-1"]), action: .restartDeployment,
      target: Target(apiVersion: "apps/v1", kind: "Deployment", namespace: "shop", name: "checkout", uid: ""), verified: verified,
      at: now - age)
  }

  @Test("It counts for the workload's rest and as a precedent, and nothing follows from it")
  func remembering() async throws {
    try await TemporaryStore.opened { store, _ in
      try await store.remember(Self.act(.seconds(420)))
      try await store.remember(Self.act(.seconds(7 * 86_400), verified: false))
      let history = try await store.history(of: Self.workload, in: "shop", except: 0, at: Self.now)
      #expect(history == WorkloadHistory(lastVerifiedAt: Self.now - .seconds(420), actedAt: [Self.now - .seconds(420)]))
      #expect(try await store.dueIntents(at: Self.now, limit: 10).isEmpty)
      #expect(try await store.openCommands(for: "shop", after: 0, at: Self.now - .seconds(500), limit: 10).isEmpty)
      let alert = Alert(
        status: .firing, labels: ["alertname": "KubePodCrashLooping"], annotations: [:], startsAt: Self.now, fingerprint: "f")
      let subject = Subject(namespace: "shop", workload: Self.workload, pods: [])
      let commit = try await store.take(
        AlertDelivery(firing: [Opening(alert: alert, subject: subject)], resolved: []), through: Pipeline(), at: Self.now)
      let incident = try #require(commit.incidents.first)
      #expect(incident.id == 3)
      #expect(try await store.precedents(for: incident, limit: 5).map(\.verified) == [true, false])
    }
  }
}
