import Hummingbird
import Pipeline
import Wire

/// `GET /agents`
struct AgentList: Sendable {
  let directory: AgentDirectory
  let ledger: any BlindnessLedger
  let clock: any WallClock

  func register(in routes: RouterGroup<PeopleRequestContext>) {
    routes.get("/agents") { _, _ in
      await answering {
        var spans: [String: [BlindSpan]] = [:]
        for entry in entries { spans[entry.namespace] = try await ledger.blindSpans(of: entry.namespace) }
        return .json(
          .ok, Answer(agents: entries, blindSpans: spans, namespacesWithoutAgent: directory.namespacesWithoutAgent))
      }
    }
  }

  private struct Answer: Encodable {
    let agents: [Entry]
    /// By namespace, newest first: what was not watched, and when.
    let blindSpans: [String: [BlindSpan]]
    /// Nil while no cluster agent has listed them.
    let namespacesWithoutAgent: [NamespaceSummary]?

    enum CodingKeys: String, CodingKey {
      case agents
      case blindSpans = "blind_spans"
      case namespacesWithoutAgent = "namespaces_without_agent"
    }
  }

  var entries: [Entry] {
    let now = clock.now
    return directory.agents.map { session, inventory in
      Entry(
        namespace: session.namespace, version: session.version, boot: session.boot, connectedSince: session.since,
        lastContact: session.lastContact, connected: session.lastContact + SilenceWatch.silence > now,
        workloads: inventory?.workloads.count, pods: inventory?.pods.count,
        podsNotReady: inventory?.pods.filter { !$0.ready }.count, nodes: inventory?.nodes.count, refusals: session.refusals,
        impairments: session.impairments, isBlind: session.blindSpans.contains { $0.to == nil })
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
    /// Of the cluster agent, whose namespace is `*`.
    let nodes: Int?
    let refusals: [String: Int]
    let impairments: [String]
    /// Something is not being watched now, by its own account.
    let isBlind: Bool

    enum CodingKeys: String, CodingKey {
      case namespace, version, boot, connected, workloads, pods, nodes, refusals, impairments
      case isBlind = "blind"
      case connectedSince = "connected_since"
      case lastContact = "last_contact"
      case podsNotReady = "pods_not_ready"
    }
  }
}
