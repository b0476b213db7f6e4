import Signing
import Wire

/// Makes envelopes, genuine and otherwise, for one life of one agent.
struct EnvelopeForge {
  /// What a command is about, genuine unless a test says otherwise.
  struct Draft {
    var id: String
    var cluster = FakeControlPlane.cluster
    var namespace: String
    var agent: String
    var boot: String
    var epoch = FakeControlPlane.epoch
    var sequence: Int64
    var task: Command.Task
    var notBefore: Timestamp
    var notAfter: Timestamp

    var command: Command {
      Command(
        id: id, cluster: cluster, namespace: namespace, agent: agent, boot: boot, epoch: epoch, sequence: sequence,
        incident: "1", task: task, notBefore: notBefore, notAfter: notAfter)
    }
  }

  let key: SigningKey
  let namespace: String
  let boot: String
  private(set) var sequence: Int64 = 0

  init(key: SigningKey, namespace: String, boot: String) {
    self.key = key
    self.namespace = namespace
    self.boot = boot
  }

  /// A draft that an agent would follow, with the next sequence number.
  mutating func draft(_ task: Command.Task) -> Draft {
    sequence += 1
    let now = SystemWallClock().now
    return Draft(
      id: "1-test-\(sequence)", namespace: namespace, agent: Command.agentIdentity(namespace: namespace), boot: boot,
      sequence: sequence, task: task, notBefore: now, notAfter: now + .seconds(60))
  }

  func sign(_ draft: Draft) throws -> [UInt8] { sign(try draft.command.encoded()) }

  func sign(_ payload: [UInt8], type: String = ProtocolVersion.commandPayloadType, by other: SigningKey? = nil) -> [UInt8] {
    (other ?? key).sign(payload, type: type).encoded()
  }
}
