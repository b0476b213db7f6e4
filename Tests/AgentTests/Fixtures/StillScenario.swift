import Foundation
import HTTP
import Kubernetes
import Redaction
import Simulator
import Wire

@testable import AgentCore

/// A recorded situation beside the package, as a cluster that stands still.
struct StillScenario: Sendable {
  let id: String
  let now: String
  let agents: [String]
  /// Labels of the first delivery's alerts.
  let alerts: [[String: String]]
  var objects: [Simulator.JSONValue]
  var logs: [String: StillCluster.Log]

  static let directory = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "shared/scenarios")

  static var names: [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: directory.path())) ?? []
    return files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
  }

  init(_ id: String) throws {
    let data = try Data(contentsOf: Self.directory.appending(path: id + ".json"))
    let json = try Simulator.JSONValue(parsing: Array(data))
    self.id = id
    now = json["now"]?.string ?? ""
    agents = json["agents"]?.array?.compactMap(\.string) ?? []
    objects = json["objects"]?.array ?? []
    alerts = (json["deliveries"]?[0]?["body"]?["alerts"]?.array ?? []).map { alert in
      (alert["labels"]?.object.map { Dictionary($0.map { ($0.key, $0.value.string ?? "") }, uniquingKeysWith: { $1 }) }) ?? [:]
    }
    logs = Dictionary(
      (json["logs"]?.object.map(Array.init) ?? []).map { entry in
        (entry.key, StillCluster.Log(current: entry.value["current"]?.string, previous: entry.value["previous"]?.string))
      }, uniquingKeysWith: { $1 })
  }

  /// What the control plane would ask for, in the main.
  var request: GatherRequest {
    var hints: [String] = []
    for labels in alerts {
      for (label, kind) in [
        ("deployment", "Deployment"), ("statefulset", "StatefulSet"), ("daemonset", "DaemonSet"), ("cronjob", "CronJob"),
        ("job_name", "Job"), ("horizontalpodautoscaler", "HorizontalPodAutoscaler"),
        ("persistentvolumeclaim", "PersistentVolumeClaim"), ("service", "Service"), ("node", "Node"),
      ] {
        if let name = labels[label], !hints.contains("\(kind)/\(name)") { hints.append("\(kind)/\(name)") }
      }
    }
    return GatherRequest(pods: Set(alerts.compactMap { $0["pod"] }).sorted(), workload: nil, objects: hints)
  }

  func gather(_ request: GatherRequest, cluster isCluster: Bool = false) async throws -> Evidence {
    guard let moment = Simulator.Timestamp(rfc3339: now), let home = agents.first(where: { $0 != "*" }) else { throw Missing(id) }
    let cluster = try SimulatedCluster(still: StillCluster(objects: objects, logs: logs, now: moment, agentNamespaces: [home]))
    var credential: Credential?
    if !isCluster { credential = .bearer(try await cluster.token(namespace: home, account: "ai-sre-agent")) }
    let client = KubernetesClient(
      configuration: ClusterConfiguration(
        server: "http://still", tls: TLSConfiguration(), credential: credential, namespace: home),
      http: DirectTransport(cluster: cluster), userAgent: "agent-tests")
    let gatherer = EvidenceGatherer(
      client: client, namespace: isCluster ? Command.clusterScope : home, view: LiveNamespace(boot: "b"), redactor: Redactor(),
      clock: SystemWallClock(), time: .seconds(60))
    return await gatherer.gather(request)
  }

  struct Missing: Error {
    let what: String
    init(_ what: String) { self.what = what }
  }
}

/// The way to a cluster in this process.
private struct DirectTransport: HTTPTransport {
  let cluster: SimulatedCluster

  func send(_ request: ClientRequest) async throws(HTTPError) -> ClientResponse {
    var direct = DirectRequest(
      request.method.rawValue, String(request.url.dropFirst("http://still".count)), body: request.body ?? [])
    if case .bearer(let token)? = request.credential { direct.token = token }
    for (name, value) in request.headers where name == "Accept" { direct.accept = value }
    let answer = await cluster.respond(to: direct)
    let (parts, continuation) = AsyncStream.makeStream(of: [UInt8].self)
    continuation.yield(answer.body)
    continuation.finish()
    return ClientResponse(
      status: answer.status, headers: ResponseHeaders(answer.headers), body: ResponseBody(parts: parts) { continuation.finish() })
  }
}

extension Evidence {
  func all<Value>(_ pick: (Fact.Body) -> Value?) -> [Value] { facts.compactMap { pick($0.body) } }

  var workload: WorkloadFact? { all { if case .workload(let fact) = $0 { fact } else { nil } }.first }
}
