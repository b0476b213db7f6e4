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

  @Test("It counts for the workload's rest, is to become a precedent, and nothing else follows from it")
  func remembering() async throws {
    try await TemporaryStore.opened { store, _ in
      try await store.remember(Self.act(.seconds(420)))
      try await store.remember(Self.act(.seconds(7 * 86_400), verified: false))
      let history = try await store.history(of: Self.workload, in: "shop", except: 0, at: Self.now)
      #expect(history == WorkloadHistory(lastVerifiedAt: Self.now - .seconds(420), actedAt: [Self.now - .seconds(420)]))
      #expect(try await store.dueIntents(at: Self.now, limit: 10).map(\.intent) == [.remember, .remember])
      #expect(try await store.openCommands(for: "shop", after: 0, at: Self.now - .seconds(500), limit: 10).isEmpty)
      #expect(try await store.judgedIncidents(after: 0, limit: 10).map(\.verification?.verified) == [true, false])
    }
  }
}
