import Foundation
import Testing

@Suite("An agent between a cluster and a control plane that misbehave")
struct ChaosTests {
  /// `SEED` replays one run, `CHAOS_RUNS` makes so many new ones.
  static var seeds: [UInt64] {
    let environment = ProcessInfo.processInfo.environment
    if let seed = environment["SEED"].flatMap({ UInt64($0) }) { return [seed] }
    guard let runs = environment["CHAOS_RUNS"].flatMap({ Int($0) }) else { return [1] }
    return (0..<runs).map { _ in UInt64.random(in: 1...999_999) }
  }

  @Test("After all faults the inventory is the truth, and no command had two effects", arguments: seeds)
  func storm(seed: UInt64) async throws {
    print("chaos: SEED=\(seed)")
    do {
      try await ChaosRun.run(seed: seed)
    } catch {
      Issue.record("SEED=\(seed): \(error)")
    }
  }
}
