import Wire

/// For what an agent answers.
public enum AgentScope: Sendable, Hashable {
  case namespace(String)
  /// The cluster agent: nodes, and what no namespace holds.
  case cluster

  /// What stands in the place of a namespace in commands, inventories and lists. No namespace can be called `*`.
  public var name: String {
    switch self {
    case .namespace(let name): name
    case .cluster: Command.clusterScope
    }
  }
}
