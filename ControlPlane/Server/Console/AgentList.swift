import Hummingbird
import Pipeline
import Wire

/// `GET /agents`
struct AgentList: Sendable {
  /// An agent that was not heard of for longer than a long poll and a reconnect take is gone.
  static let silence = Duration.seconds(75)

  let directory: AgentDirectory
  let clock: any WallClock

  func register(in routes: RouterGroup<PeopleRequestContext>) {
    routes.get("/agents") { _, _ in Response.json(.ok, ["agents": entries]) }
  }

  var entries: [Entry] {
    let now = clock.now
    return directory.agents.map { session, inventory in
      Entry(
        namespace: session.namespace, version: session.version, boot: session.boot, connectedSince: session.since,
        lastContact: session.lastContact, connected: session.lastContact + Self.silence > now,
        workloads: inventory?.workloads.count, pods: inventory?.pods.count,
        podsNotReady: inventory?.pods.filter { !$0.ready }.count, refusals: session.refusals,
        impairments: session.impairments)
    }
  }

  struct Entry: Encodable {
    let namespace: String
    let version: String
    let boot: String
    let connectedSince: Timestamp
    let lastContact: Timestamp
    let connected: Bool
    /// Nil until the agent has sent its inventory.
    let workloads: Int?
    let pods: Int?
    let podsNotReady: Int?
    let refusals: [String: Int]
    let impairments: [String]

    enum CodingKeys: String, CodingKey {
      case namespace, version, boot, connected, workloads, pods, refusals, impairments
      case connectedSince = "connected_since"
      case lastContact = "last_contact"
      case podsNotReady = "pods_not_ready"
    }
  }
}
