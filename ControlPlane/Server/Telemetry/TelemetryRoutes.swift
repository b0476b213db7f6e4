import Hummingbird
import NIOCore
import Pipeline

/// How the things are that the control plane depends on.
public struct HealthSource: Sendable {
  /// Whether the cluster's API answered last time.
  let kubernetes: @Sendable () -> Bool
  /// Whether a model is configured and answered last time.
  let model: @Sendable () -> Bool
  let automaticAction: Bool

  public init(kubernetes: @escaping @Sendable () -> Bool, model: @escaping @Sendable () -> Bool, automaticAction: Bool) {
    self.kubernetes = kubernetes
    self.model = model
    self.automaticAction = automaticAction
  }
}

/// `GET /health` and `GET /metrics`
struct TelemetryRoutes: Sendable {
  let archive: any IncidentArchive
  let health: HealthSource
  let metrics: Metrics
  let agents: AgentList
  let dispatch: CommandDispatch

  /// The original document's four keys, and whether the database answers. 503 when it does not: nothing could be taken then.
  func healthAnswer() async -> Response {
    let storeAnswers = (try? await archive.checkLiveness()) != nil
    return .json(
      storeAnswers ? .ok : .serviceUnavailable,
      Health(
        status: storeAnswers ? "healthy" : "unhealthy", k8s: health.kubernetes(), groq: health.model(),
        autoAction: health.automaticAction, database: storeAnswers, agents: agents.entries.filter(\.connected).count))
  }

  func metricsAnswer() async -> Response {
    var out = Exposition()
    for counter in Metrics.Counter.allCases {
      out.family(counter.rawValue, "counter", counter.help, [([], Double(metrics.value(of: counter)))])
    }
    if let counts = try? await archive.countsByState() {
      out.family(
        "ai_sre_incidents", "gauge", "Incidents in the database by state.",
        Incident.State.allCases.map { ([("state", $0.rawValue)], Double(counts[$0] ?? 0)) })
    }
    let entries = agents.entries
    out.family(
      "ai_sre_agent_connected", "gauge", "Whether the agent of a namespace was heard of within a long poll.",
      entries.map { ([("namespace", $0.namespace)], $0.connected ? 1 : 0) })
    out.family(
      "ai_sre_agent_blind", "gauge", "Whether something in a namespace is not being watched now.",
      entries.map { ([("namespace", $0.namespace)], $0.isBlind || !$0.connected ? 1 : 0) })
    if let unwatched = agents.directory.namespacesWithoutAgent {
      out.family(
        "ai_sre_namespaces_without_agent", "gauge", "Namespaces of the cluster in which no agent runs.",
        [([], Double(unwatched.count))])
    }
    out.family(
      "ai_sre_agent_refusals_total", "counter", "Envelopes that an agent refused since its start, by reason.",
      entries.flatMap { entry in
        entry.refusals.sorted { $0.key < $1.key }.map {
          ([("namespace", entry.namespace), ("reason", $0.key)], Double($0.value))
        }
      })
    if let head = try? await archive.chainHead() {
      out.family(
        "ai_sre_audit_head_info", "gauge", "The end of the audit timeline: its last entry's number, and its hash as a label.",
        [([("hash", head.hash)], Double(head.sequence))])
    }
    out.family("ai_sre_waiting_polls", "gauge", "Long polls that wait for a command.", [([], Double(dispatch.waitingPolls))])
    return Response(
      status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
      body: .init(byteBuffer: ByteBuffer(string: out.text)))
  }

  private struct Health: Encodable {
    let status: String
    let k8s: Bool
    let groq: Bool
    let autoAction: Bool
    let database: Bool
    let agents: Int

    enum CodingKeys: String, CodingKey {
      case status, k8s, groq, database, agents
      case autoAction = "auto_action"
    }
  }
}
