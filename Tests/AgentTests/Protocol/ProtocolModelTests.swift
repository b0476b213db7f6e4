import struct Simulator.SeededGenerator
import Testing

@testable import AgentCore

/// Every order of events within the bounds that `ProtocolWorld` names, through the product's own gate, act machine, journal and settlement.
@Suite("The command protocol, checked exhaustively")
struct ProtocolModelTests {
  @Test(
    "Never two effects, none after expiry, revocation or a higher epoch, no effect that was told as none, always an end",
    arguments: [false, true])
  func holds(_ isRestored: Bool) {
    var setting = ProtocolWorld.Setting()
    setting.isRestored = isRestored
    let finding = ProtocolExplorer.explore(setting)
    print(
      "command protocol, \(isRestored ? "a restored backup" : "one database"): \(finding.states) states, \(finding.moves) moves")
    #expect(finding.violation == nil, "\(finding.violation.map { "\($0.what): \($0.story.joined(separator: " → "))" } ?? "")")
    #expect(finding.stuck == 0, "-1: the bound on states was met")
    #expect(finding.states > 1000)
  }

  @Test(
    "100,000 deliveries, shuffled, repeated, late or lost, with restarts of either side: at most one effect each, always an end")
  func deliveries() {
    var random = SeededGenerator(seed: 5)
    var (deliveries, commands) = (0, 0)
    var endings: [String: Int] = [:]
    while deliveries < 100_000 {
      var world = ProtocolWorld(.init(isRestored: Bool.random(using: &random), restarts: 3))
      commands += 1
      for _ in 0..<Int.random(in: 20...400, using: &random) {
        // Whatever is in the network comes more often than anything else happens.
        let choices = world.choices
        let arrivals = choices.filter { $0.name.hasPrefix("the agent receives") }
        let isArrival = !arrivals.isEmpty && Int.random(in: 0..<4, using: &random) > 0
        guard let choice = (isArrival ? arrivals : choices).randomElement(using: &random) else { break }
        choice.move(&world)
        if choice.name.hasPrefix("the agent receives") { deliveries += 1 }
        if let objection = world.objection { return _ = Issue.record("command \(commands): \(objection)") }
      }
      // Time goes on: whoever still waits hears of a result, or gives up and tells a person.
      while !world.isEnded {
        let last = world.choices.first { $0.name.hasPrefix("control plane") && !$0.name.contains("delivers") }
        guard let next = last ?? world.choices.first(where: { $0.name == "two minutes pass" || $0.name == "the agent goes on" })
        else { return _ = Issue.record("command \(commands) never ends") }
        next.move(&world)
      }
      endings["\(world.outboxes[0])", default: 0] += 1
    }
    print("\(deliveries) deliveries of \(commands) commands: \(endings.sorted { $0.key < $1.key })")
  }

  @Test("A rule that is left out is found, with a story that shows why it is there", arguments: ProtocolWorld.Mutation.allCases)
  func mutations(_ mutation: ProtocolWorld.Mutation) throws {
    var setting = ProtocolWorld.Setting()
    setting.mutation = mutation
    let violation = try #require(ProtocolExplorer.explore(setting).violation, "nothing was found")
    print("\(mutation): \(violation.what): \(violation.story.joined(separator: " → "))")
  }
}
