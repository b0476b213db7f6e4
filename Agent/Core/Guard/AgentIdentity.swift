import Wire

/// Who this agent is: what a command must be addressed to.
public struct AgentIdentity: Sendable, Hashable {
  public let cluster: String
  public let scope: AgentScope
  /// Made once at the agent's start.
  public let boot: String

  public init(cluster: String, scope: AgentScope, boot: String) {
    self.cluster = cluster
    self.scope = scope
    self.boot = boot
  }

  public init(cluster: String, namespace: String, boot: String) {
    self.init(cluster: cluster, scope: .namespace(namespace), boot: boot)
  }

  /// What commands must name: the namespace, or ``Command/clusterScope``.
  public var namespace: String { scope.name }

  /// `system:serviceaccount:NAMESPACE:ai-sre-agent`, or the cluster agent's name.
  public var agent: String {
    switch scope {
    case .namespace(let name): Command.agentIdentity(namespace: name)
    case .cluster(let home): Command.clusterAgentIdentity(home: home)
    }
  }

  /// 128 random bits in hexadecimal.
  public static func newBoot() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<2).map { _ in
      let digits = String(generator.next() as UInt64, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}
