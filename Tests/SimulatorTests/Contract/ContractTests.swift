import Testing

@testable import Simulator

/// The API server is held against its recordings: every exchange is played that the table does not leave out with a reason.
@Suite("The contract of the Kubernetes API", .serialized, .enabled(if: Recordings.isPresent))
struct ContractTests {
  @Test("The simulator answers as the recorded API server did", arguments: Recordings.files)
  func simulator(file: String) async throws {
    try await SimulatedContractServer.run { server in
      var player = try ContractPlayer(server, file: file)
      try await player.playAll()
    }
  }

  @Test("The table names only exchanges that exist, and leaves few out")
  func table() throws {
    let exchanges = try Recordings.files.flatMap(Recordings.load)
    let names = Set(exchanges.map(\.identity))
    #expect(ContractTable.rules.keys.filter { !names.contains($0) }.isEmpty)
    let played = exchanges.filter { !ContractTable.rule(for: $0).isLeftOut }.count
    #expect(played >= 500, "\(played) of \(exchanges.count)")
  }
}
