import FoundationEssentials
import Synchronization

/// Tells scripts where both listeners are, once both listen: `listening.json` in the data directory.
final class ListeningFile: Sendable {
  struct Addresses: Codable, Sendable {
    let console: String
    let agents: String
  }

  private struct Ports {
    var people: Int?
    var agents: Int?
  }

  private let path: String
  private let people: SocketAddress
  private let agents: SocketAddress
  private let isSecure: Bool
  private let whenReady: @Sendable (Addresses) -> Void
  private let ports = Mutex(Ports())

  init(
    path: String, people: SocketAddress, agents: SocketAddress, isSecure: Bool,
    whenReady: @escaping @Sendable (Addresses) -> Void
  ) {
    self.path = path
    self.people = people
    self.agents = agents
    self.isSecure = isSecure
    self.whenReady = whenReady
  }

  func peopleListen(on port: Int?) { note { $0.people = port } }

  func agentsListen(on port: Int?) { note { $0.agents = port } }

  func remove() {
    try? FileManager.default.removeItem(atPath: path)
  }

  private func note(_ change: (inout Ports) -> Void) {
    let known = ports.withLock { ports -> (Int, Int)? in
      change(&ports)
      guard let people = ports.people, let agents = ports.agents else { return nil }
      return (people, agents)
    }
    guard let (peoplePort, agentsPort) = known else { return }
    let addresses = Addresses(
      console: "\(isSecure ? "https" : "http")://\(SocketAddress(host: people.host, port: peoplePort))",
      agents: "https://\(SocketAddress(host: agents.host, port: agentsPort))")
    if let data = try? JSONEncoder().encode(addresses) { try? PrivateFiles.write(data, to: path) }
    whenReady(addresses)
  }
}
