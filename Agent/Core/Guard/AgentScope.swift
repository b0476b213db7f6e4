import Wire

/// What an agent answers for.
public enum AgentScope: Sendable, Hashable {
  /// One team's namespace, where it lives too.
  case namespace(String)
  /// The nodes, and what no namespace holds. It lives in the namespace `home`, whose journal and guard it heeds.
  case cluster(home: String)

  /// As commands and inventory name it.
  public var name: String {
    switch self {
    case .namespace(let name): name
    case .cluster: Command.clusterScope
    }
  }

  /// Where its journal, its kill switch and its freeze are.
  public var home: String {
    switch self {
    case .namespace(let name): name
    case .cluster(let home): home
    }
  }
}

extension AgentScope {
  /// The namespace of list and watch requests; nil for the whole cluster.
  var watchedNamespace: String? {
    switch self {
    case .namespace(let name): name
    case .cluster: nil
    }
  }
}
