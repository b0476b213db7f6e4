import Signing
import Testing
import Wire

@testable import AgentCore

@Suite("Which envelopes an agent follows")
struct CommandGateTests {
  let keys = SignedCommands()
  let now = SystemWallClock().now

  private func gate(epoch: Int64 = 0) throws -> CommandGate {
    let identity = AgentIdentity(cluster: SignedCommands.cluster, namespace: SignedCommands.namespace, boot: keys.boot)
    var gate = CommandGate(identity: identity, root: keys.root.verificationKey, epoch: epoch)
    try gate.adopt(keySet: keys.keySet())
    return gate
  }

  private func verdict(_ bytes: [UInt8], by gate: CommandGate) -> Result<Command, EnvelopeRefusal> {
    var gate = gate
    return Result { () throws(EnvelopeRefusal) in try gate.admit(bytes, now: now) }
  }

  private func refusal(_ bytes: [UInt8], by gate: CommandGate? = nil) throws -> EnvelopeRefusal? {
    switch verdict(bytes, by: try gate ?? self.gate()) {
    case .success: nil
    case .failure(let refusal): refusal
    }
  }

  @Test("An authentic, fresh command for this agent passes and is read as it was written")
  func passes() throws {
    let command = keys.command(SignedCommands.gather())
    var gate = try gate()
    let admitted = try gate.admit(keys.envelope(command), now: now)
    #expect(admitted == command)
    #expect(gate.sequence == 1)
    #expect(gate.epoch == 1)
  }

  @Test("A flipped bit anywhere in the envelope is refused, unless it carries no meaning at all")
  func flippedBits() throws {
    let command = keys.command(SignedCommands.gather())
    let bytes = try keys.envelope(command)
    let gate = try gate()
    var passed = 0
    for index in bytes.indices {
      for bit in [0, 5] {
        var altered = bytes
        altered[index] ^= 1 << bit
        switch verdict(altered, by: gate) {
        case .success(let admitted):
          // The unused bits of a last base64 digit: what was signed is the same.
          #expect(admitted == command)
          passed += 1
        case .failure(let refusal):
          #expect([.malformedEnvelope, .badSignature].contains(refusal.reason))
          #expect(refusal.command == nil)
        }
      }
    }
    #expect(passed <= 4)
  }

  struct Case: CustomTestStringConvertible, Sendable {
    let title: String
    let reason: RefusalReason
    /// Whether its sender is told.
    var isAnswered = false
    let envelope: @Sendable (SignedCommands) throws -> [UInt8]
    var testDescription: String { title }
  }

  static let cases: [Case] = [
    Case(title: "more than 64 KiB", reason: .tooLarge) {
      try $0.envelope($0.command(SignedCommands.gather())) + [UInt8](repeating: 32, count: LinkLimits.envelope)
    },
    Case(title: "no envelope", reason: .malformedEnvelope) { _ in Array("{}".utf8) },
    Case(title: "nothing", reason: .malformedEnvelope) { _ in [] },
    Case(title: "a foreign key", reason: .badSignature) {
      try SigningKey().sign($0.command(SignedCommands.gather()).encoded(), type: ProtocolVersion.commandPayloadType).encoded()
    },
    Case(title: "the root key itself", reason: .badSignature) {
      try $0.root.sign($0.command(SignedCommands.gather()).encoded(), type: ProtocolVersion.commandPayloadType).encoded()
    },
    Case(title: "another payload under a genuine signature", reason: .badSignature) { keys in
      let genuine = keys.key.sign(try keys.command(SignedCommands.gather()).encoded(), type: ProtocolVersion.commandPayloadType)
      let other = try keys.command(id: "other", SignedCommands.gather()).encoded()
      return Envelope(payload: other, payloadType: genuine.payloadType, signatures: genuine.signatures).encoded()
    },
    Case(title: "a key set as a command", reason: .wrongType) {
      try $0.envelope($0.command(SignedCommands.gather()), type: KeySet.payloadType)
    },
    Case(title: "signed, but no command", reason: .malformedCommand) {
      $0.key.sign(Array("{}".utf8), type: ProtocolVersion.commandPayloadType).encoded()
    },
    Case(title: "a repeated key", reason: .malformedCommand) { keys in
      let text = String(decoding: try keys.command(SignedCommands.gather()).encoded(), as: UTF8.self)
      return keys.key.sign(
        Array(text.replacing("{\"agent\"", with: "{\"id\":\"x\",\"agent\"").utf8), type: ProtocolVersion.commandPayloadType
      ).encoded()
    },
    Case(title: "an unknown key", reason: .malformedCommand) { keys in
      let text = String(decoding: try keys.command(SignedCommands.gather()).encoded(), as: UTF8.self)
      return keys.key.sign(
        Array(text.replacing("{\"agent\"", with: "{\"force\":true,\"agent\"").utf8), type: ProtocolVersion.commandPayloadType
      ).encoded()
    },
    Case(title: "for another cluster", reason: .wrongAudience) {
      try $0.envelope($0.command(cluster: "other", SignedCommands.gather()))
    },
    Case(title: "for another namespace", reason: .wrongAudience) {
      try $0.envelope($0.command(namespace: "billing", SignedCommands.gather()))
    },
    Case(title: "for another agent", reason: .wrongAudience) {
      try $0.envelope($0.command(agent: "system:serviceaccount:shop:default", SignedCommands.gather()))
    },
    Case(title: "for an earlier life", reason: .wrongBoot) {
      try $0.envelope($0.command(boot: "earlier", SignedCommands.gather()))
    },
    Case(title: "not yet valid", reason: .notYetValid, isAnswered: true) {
      try $0.envelope($0.command(from: .seconds(60), SignedCommands.gather()))
    },
    Case(title: "expired", reason: .expired, isAnswered: true) {
      try $0.envelope($0.command(for: .seconds(-1), SignedCommands.gather()))
    },
  ]

  @Test("What is refused, and for which reason", arguments: cases)
  func refused(_ test: Case) throws {
    let refusal = try #require(try refusal(test.envelope(keys)))
    #expect(refusal.reason == test.reason, "\(refusal.detail)")
    #expect((refusal.command != nil) == test.isAnswered)
  }

  @Test("The same envelope again, or an older sequence, is a replay; also after an expired one")
  func replays() throws {
    var gate = try gate()
    let second = try keys.envelope(keys.command(id: "b", sequence: 2, SignedCommands.gather()))
    _ = try gate.admit(second, now: now)
    #expect(try refusal(second, by: gate)?.reason == .replayed)
    #expect(
      try refusal(keys.envelope(keys.command(id: "a", sequence: 1, SignedCommands.gather())), by: gate)?.reason == .replayed)
    let expired = try keys.envelope(keys.command(id: "c", sequence: 3, for: .seconds(-1), SignedCommands.gather()))
    _ = try? gate.admit(expired, now: now)
    #expect(try refusal(expired, by: gate)?.reason == .replayed)
  }

  @Test("A lower epoch than was ever followed is refused, and one of the journal counts")
  func epochs() throws {
    var gate = try gate(epoch: 5)
    let old = try keys.envelope(keys.command(epoch: 4, SignedCommands.gather()))
    #expect(try refusal(old, by: gate)?.reason == .oldEpoch)
    _ = try gate.admit(keys.envelope(keys.command(epoch: 6, SignedCommands.gather())), now: now)
    let previous = try keys.envelope(keys.command(sequence: 2, epoch: 5, SignedCommands.gather()))
    #expect(try refusal(previous, by: gate)?.reason == .oldEpoch)
  }

  @Test("A higher epoch is followed from any sequence number on, and numbers count anew from there")
  func higherEpoch() throws {
    var gate = try gate()
    func numbered(_ epoch: Int64, _ sequence: Int64) -> Command {
      keys.command(id: "\(epoch)-\(sequence)", sequence: sequence, epoch: epoch, SignedCommands.gather())
    }
    _ = try gate.admit(keys.envelope(numbered(1, 50)), now: now)
    _ = try gate.admit(keys.envelope(numbered(2, 3)), now: now)
    #expect(gate.epoch == 2)
    #expect(gate.sequence == 3)
    #expect(try refusal(keys.envelope(numbered(2, 3)), by: gate)?.reason == .replayed)
    #expect(try refusal(keys.envelope(numbered(2, 2)), by: gate)?.reason == .replayed)
    #expect(try refusal(keys.envelope(numbered(1, 51)), by: gate)?.reason == .oldEpoch)
    #expect(try refusal(keys.envelope(numbered(2, 4)), by: gate) == nil)
    gate.raiseEpoch(to: 3)
    #expect(try refusal(keys.envelope(numbered(2, 4)), by: gate)?.reason == .oldEpoch)
    #expect(try refusal(keys.envelope(numbered(3, 1)), by: gate) == nil)
  }

  @Test("What is refused before it proved to be genuine and for this life moves nothing")
  func forgeriesMoveNothing() throws {
    var gate = try gate()
    let forged = SigningKey().sign(
      try keys.command(sequence: 900, epoch: 900, SignedCommands.gather()).encoded(), type: ProtocolVersion.commandPayloadType)
    _ = try? gate.admit(forged.encoded(), now: now)
    _ = try? gate.admit(keys.envelope(keys.command(sequence: 900, epoch: 900, boot: "x", SignedCommands.gather())), now: now)
    #expect(gate.sequence == 0)
    #expect(gate.epoch == 0)
  }

  @Test("An expired key set lets through what changes nothing, and refuses an act with an answer")
  func expiredKeySet() throws {
    var gate = try gate()
    try gate.adopt(keySet: keys.keySet(version: 2, expiresIn: -1))
    _ = try gate.admit(keys.envelope(keys.command(sequence: 1, SignedCommands.gather())), now: now)
    let order = SignedCommands.restart(uid: "u", digest: nil)
    let refusal = try refusal(keys.envelope(keys.command(sequence: 2, .act(order))), by: gate)
    #expect(refusal?.reason == .keySetExpired && refusal?.command != nil)
    let forged = SignedCommands(root: keys.root)
    #expect(
      try self.refusal(forged.envelope(forged.command(sequence: 3, SignedCommands.gather())), by: gate)?.reason == .badSignature)
  }

  @Test("Without a key set, with an expired one and with a rolled-back one no act is believed")
  func keySets() throws {
    let identity = AgentIdentity(cluster: SignedCommands.cluster, namespace: SignedCommands.namespace, boot: keys.boot)
    let envelope = try keys.envelope(keys.command(.act(SignedCommands.restart(uid: "u", digest: nil))))
    var gate = CommandGate(identity: identity, root: keys.root.verificationKey, epoch: 0)
    #expect(try refusal(envelope, by: gate)?.reason == .badSignature)
    try gate.adopt(keySet: keys.keySet(version: 2, expiresIn: -1))
    #expect(try refusal(envelope, by: gate)?.reason == .keySetExpired)
    do {
      try gate.adopt(keySet: keys.keySet(version: 1))
      Issue.record("a rolled-back key set was adopted")
    } catch {}
    try gate.adopt(keySet: keys.keySet(version: 3))
    #expect(try refusal(envelope, by: gate) == nil)
  }

  @Test("The end of a command's time is exact, its beginning allows for a clock that is a little behind")
  func time() throws {
    let command = keys.command(from: .zero, for: .seconds(10), at: now, SignedCommands.gather())
    let envelope = try keys.envelope(command)
    func passes(at moment: Timestamp) throws -> Bool {
      var gate = try gate()
      return (try? gate.admit(envelope, now: moment)) != nil
    }
    #expect(try passes(at: command.notAfter - .milliseconds(1)))
    #expect(try !passes(at: command.notAfter))
    #expect(try passes(at: command.notBefore - .seconds(4)))
    #expect(try !passes(at: command.notBefore - .seconds(6)))
  }
}
