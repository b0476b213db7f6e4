import Foundation
import struct Simulator.SeededGenerator
import Support
import Testing

extension EndToEnd {
  @Suite("Killed at random moments, nothing that was acknowledged is lost and nothing is done twice")
  struct Kills {
    enum Victim: CaseIterable { case controlPlane, agent }

    /// `KILL_RUNS` for more than the few of every test run, `KILL_SEED` to see one again.
    static var seeds: [UInt64] {
      let environment = ProcessInfo.processInfo.environment
      let first = environment["KILL_SEED"].flatMap { UInt64($0) } ?? 1
      let count = environment["KILL_RUNS"].flatMap { UInt64($0) } ?? 20
      return Array(first..<first + max(1, count))
    }

    @Test("Either process, once or twice, at any moment of an incident", .timeLimit(.minutes(120)))
    func killed() async throws {
      for seed in Self.seeds {
        do {
          try await Self.run(seed)
        } catch {
          Issue.record("seed \(seed): \(error)")
        }
      }
    }

    private static func run(_ seed: UInt64) async throws {
      var random = SeededGenerator(seed: seed)
      let kills = (0..<Int.random(in: 1...2, using: &random)).map { _ in
        (Victim.allCases.randomElement(using: &random) ?? .agent, Int.random(in: 0...2500, using: &random))
      }
      try await Stack.run(quick()) { stack in
        let pods = try await stack.breakDown(.checkout)
        async let first = try? stack.alert(.checkout, pods: pods)
        for (victim, milliseconds) in kills.sorted(by: { $0.1 < $1.1 }) {
          try await Task.sleep(for: .milliseconds(milliseconds))
          let process = victim == .agent ? try #require(stack.agents["shop"]).process : stack.controlPlane.process
          await process.kill()
          try await process.start()
        }
        let answer = await first
        if answer?.status == 200 { #expect(try await !stack.console.incidents().isEmpty, "seed \(seed): it was acknowledged") }
        // Alertmanager posts again what was not answered with success.
        if answer?.status != 200 { _ = try await stack.alert(.checkout, pods: pods) }
        let story = try await stack.end(of: stack.onlyIncident(), within: .seconds(60))
        let restarts = try await stack.cluster.restarts(of: "checkout", in: "shop")
        let tale = story.timeline.map { "\($0.stage): \($0.summary)" }.joined(separator: "\n")
        #expect(restarts <= 1, "seed \(seed), \(kills): \(tale)")
        #expect(try await stack.console.incidents().count == 1, "seed \(seed), \(kills)")
        switch story.incident.state {
        case "resolved": #expect(restarts == 1, "seed \(seed), \(kills): \(tale)")
        // `end(of:)` has waited for the message to a person.
        case "escalated": break
        default: Issue.record("seed \(seed), \(kills): \(story.incident.state)\n\(tale)")
        }
      }
    }
  }
}
