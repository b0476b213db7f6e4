import Wire

/// Who this agent is: what a command must be addressed to.
public struct AgentIdentity: Sendable, Hashable {
  public let cluster: String
  public let namespace: String
  /// Made once at the agent's start.
  public let boot: String

  public init(cluster: String, namespace: String, boot: String) {
    self.cluster = cluster
    self.namespace = namespace
    self.boot = boot
  }

  /// `system:serviceaccount:NAMESPACE:ai-sre-agent`
  public var agent: String { Command.agentIdentity(namespace: namespace) }

  /// 128 random bits in hexadecimal.
  public static func newBoot() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<2).map { _ in
      let digits = String(generator.next() as UInt64, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}
