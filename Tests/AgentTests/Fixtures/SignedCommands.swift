import Signing
import Wire

/// A control plane's keys and what it signs with them.
struct SignedCommands: Sendable {
  static let cluster = "test"
  static let namespace = "shop"

  var root = SigningKey()
  var key = SigningKey()
  var boot = "b00t"

  func keySet(version: Int64 = 1, expiresIn seconds: Int64 = 86_400) -> [UInt8] {
    KeySet(
      version: version, expiresAt: SystemWallClock().now.milliseconds / 1000 + seconds, keys: [key.verificationKey]
    ).signed(by: root).encoded()
  }

  func command(
    id: String = "cmd-1", sequence: Int64 = 1, epoch: Int64 = 1, cluster: String = cluster, namespace: String = namespace,
    agent: String? = nil, boot: String? = nil, approvers: [String] = [], from: Duration = .seconds(-1),
    for lifetime: Duration = .seconds(120),
    at now: Timestamp = SystemWallClock().now, _ task: Command.Task
  ) -> Command {
    Command(
      id: id, cluster: cluster, namespace: namespace, agent: agent ?? Command.agentIdentity(namespace: namespace),
      boot: boot ?? self.boot, epoch: epoch, sequence: sequence, incident: "7", task: task, approvers: approvers,
      notBefore: now + from, notAfter: now + lifetime)
  }

  func envelope(_ command: Command, type: String = ProtocolVersion.commandPayloadType) throws -> [UInt8] {
    key.sign(try command.encoded(), type: type).encoded()
  }

  static func gather(pods: [String] = ["checkout-1"], workload: String? = nil) -> Command.Task {
    .gather(GatherRequest(pods: pods, workload: workload.map { WorkloadName(kind: "Deployment", name: $0) }))
  }

  static func restart(uid: String, digest: String?, name: String = "checkout", namespace: String = namespace) -> Order {
    Order(
      incident: "7", action: .restartDeployment,
      target: Target(apiVersion: "apps/v1", kind: "Deployment", namespace: namespace, name: name, uid: uid),
      preconditions: .init(templateDigest: digest), risk: .medium, verdictDigest: String(repeating: "a", count: 64))
  }
}
