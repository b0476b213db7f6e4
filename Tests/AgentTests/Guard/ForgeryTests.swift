import Signing
import struct Simulator.SeededGenerator
import Testing
import Wire

@testable import AgentCore

@Suite("What is not exactly what was signed for this agent is not followed")
struct ForgeryTests {
  private let keys = SignedCommands()

  private func gate(_ namespace: String = SignedCommands.namespace) throws -> CommandGate {
    var gate = CommandGate(
      identity: AgentIdentity(cluster: SignedCommands.cluster, namespace: namespace, boot: keys.boot),
      root: keys.root.verificationKey, epoch: 0)
    try gate.adopt(keySet: keys.keySet())
    return gate
  }

  @Test("1,000 altered envelopes: none is followed, and the genuine one still is")
  func altered() throws {
    var random = SeededGenerator(seed: 20_261_125)
    let command = keys.command(.act(SignedCommands.restart(uid: "u", digest: "d")))
    let genuine = try keys.envelope(command)
    var gate = try gate()
    var followed = 0
    for _ in 0..<1000 {
      var bytes = genuine
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes[Int.random(in: bytes.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random))
      case 2: bytes.insert(UInt8.random(in: 33...126, using: &random), at: Int.random(in: 20..<bytes.count - 20, using: &random))
      case 3: bytes = SigningKey().sign(try command.encoded(), type: ProtocolVersion.commandPayloadType).encoded()
      default:
        let envelope = try Envelope(parsing: genuine, limit: LinkLimits.envelope)
        var payload = envelope.payload
        payload.swapAt(Int.random(in: payload.indices, using: &random), Int.random(in: payload.indices, using: &random))
        bytes = Envelope(payload: payload, payloadType: envelope.payloadType, signatures: envelope.signatures).encoded()
      }
      // What decodes to the very same command, signed as it is, is no forgery: base64 and key ids leave such room.
      if let admitted = try? gate.admit(bytes, now: SystemWallClock().now) {
        #expect(admitted == command)
        followed += 1
        gate = try self.gate()
      }
    }
    #expect(followed < 60, "only what changed no meaning")
    #expect(try gate.admit(genuine, now: SystemWallClock().now) == command)
  }

  @Test("50 × 50 teams: an agent follows the commands of its own team alone")
  func teams() throws {
    let teams = (1...50).map { "team-\($0)" }
    let envelopes = try teams.map { team in
      try keys.envelope(
        keys.command(
          namespace: team, agent: Command.agentIdentity(namespace: team),
          .act(SignedCommands.restart(uid: "u", digest: "d", namespace: team))))
    }
    for (own, team) in teams.enumerated() {
      for (other, envelope) in envelopes.enumerated() {
        var gate = try gate(team)
        let admitted = try? gate.admit(envelope, now: SystemWallClock().now)
        if (admitted != nil) != (own == other) { Issue.record("\(team) and a command of \(teams[other])") }
      }
    }
  }
}
