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

  @Test("A rule that is left out is found, with a story that shows why it is there", arguments: ProtocolWorld.Mutation.allCases)
  func mutations(_ mutation: ProtocolWorld.Mutation) throws {
    var setting = ProtocolWorld.Setting()
    setting.mutation = mutation
    let violation = try #require(ProtocolExplorer.explore(setting).violation, "nothing was found")
    print("\(mutation): \(violation.what): \(violation.story.joined(separator: " → "))")
  }
}
