import Wire

/// How a drain ended, and how far it came. An incomplete one is for a person: the node is cordoned, and some pods are gone.
struct DrainEnd: Sendable, Hashable {
  enum Ending: Sendable, Hashable {
    case emptied
    /// A person said so.
    case stopped
    /// The kill switch or a freeze, in its words.
    case guarded(String)
    case deadline
    /// Pods that cannot be evicted, whatever the patience.
    case stuck
    /// The agent was ended; another life goes on or looks back.
    case interrupted
  }

  let ending: Ending
  /// Accepted by the API server, or gone by themselves.
  let evicted: [String]
  /// What is still there, each with its reason.
  let left: [String: String]

  static let namesShown = 20

  var text: String {
    let gone = "\(evicted.count) of \(evicted.count + left.count) pods evicted" + Self.list(evicted)
    guard !left.isEmpty else { return gone }
    let rest = left.sorted { $0.key < $1.key }.map { $0.value.isEmpty ? $0.key : "\($0.key) (\($0.value))" }
    return "\(reason): \(gone); still there" + Self.list(rest) + "; the node stays cordoned"
  }

  private var reason: String {
    switch ending {
    case .emptied: "drained"
    case .stopped: "stopped"
    case .guarded(let detail): detail
    case .deadline: "its time is over"
    case .stuck: "some pods cannot be evicted"
    case .interrupted: "interrupted"
    }
  }

  private static func list(_ names: [String]) -> String {
    guard !names.isEmpty else { return "" }
    let more = names.count > namesShown ? ", …" : ""
    return ": " + names.sorted().prefix(namesShown).joined(separator: ", ") + more
  }
}
