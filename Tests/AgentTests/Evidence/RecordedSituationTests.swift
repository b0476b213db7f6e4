import Foundation
import Redaction
import Simulator
import Testing
import Wire

@testable import AgentCore

@Suite("Evidence of recorded situations", .serialized, .enabled(if: !StillScenario.names.isEmpty))
struct RecordedSituationTests {
  @Test("Each situation gives a bundle within its bounds, of which nothing was refused", arguments: StillScenario.names)
  func bundle(_ id: String) async throws {
    let scenario = try StillScenario(id)
    let evidence = try await scenario.gather(scenario.request)
    let bytes = try WireJSON.encode(evidence)
    #expect(bytes.count <= LinkLimits.result)
    #expect(Set(evidence.facts.map(\.id)).count == evidence.facts.count)
    #expect(try WireJSON.decode(Evidence.self, from: bytes, limit: LinkLimits.result) == evidence)
    #expect(evidence.omissions.allSatisfy { $0.why != "forbidden" && $0.why != "no answer in time" }, "\(evidence.omissions)")
    if let directory = ProcessInfo.processInfo.environment["EVIDENCE_DIRECTORY"] {
      try Data(bytes).write(to: URL(filePath: directory).appending(path: id + ".json"))
    }
  }

  @Test("Log lines of the recorded situations are kept as they are", arguments: StillScenario.names)
  func ordinaryLines(_ id: String) async throws {
    let scenario = try StillScenario(id)
    let evidence = try await scenario.gather(scenario.request)
    let logs = evidence.all { if case .log(let fact) = $0 { fact } else { nil } }
    #expect(!logs.flatMap(\.lines).contains { $0.contains(Redactor.mark) })
  }

  @Test(
    "The workload is found from whatever the alert names",
    arguments: [
      ("net-selector-mismatch", "Deployment/leave-api"), ("store-pv-filling", "StatefulSet/readings-db"),
      ("work-migration-job-failed", "Job/plans-migrate-v118"), ("work-cronjob-next-run-ok", "CronJob/usage-export"),
      ("work-daemonset-stale-subpath", "DaemonSet/log-collector"), ("cpu-hpa-maxed-quota-free", "Deployment/seat-hold"),
      ("hyg-stale-pod-uid", "Deployment/fare-alerts"), ("cpu-one-hot-replica", "Deployment/pdf-render"),
    ])
  func workload(_ id: String, _ expected: String) async throws {
    let scenario = try StillScenario(id)
    let found = try await scenario.gather(scenario.request).workload?.target
    #expect(found.map { "\($0.kind)/\($0.name)" } == expected)
  }

  @Test("The cluster agent tells of the node that is named, who cordoned it and how the others are")
  func nodes() async throws {
    let evidence = try await StillScenario("node-cordoned-maintenance").gather(
      GatherRequest(pods: [], workload: nil, objects: ["Node/worker-2", "Node/gone"]), cluster: true)
    let nodes = evidence.all { if case .node(let fact) = $0 { fact } else { nil } }
    #expect(nodes.first?.name == "worker-2" && nodes.first?.unschedulable == true && nodes.count == 3)
    #expect(nodes.first?.cordonedAt != nil && nodes.first?.cordonedBy != nil)
    #expect(evidence.omissions.contains { $0.what == "nodes/gone" })
  }

  @Test("A secret in any field of any object is found in none of the evidence", arguments: StillScenario.names)
  func planted(_ id: String) async throws {
    var scenario = try StillScenario(id)
    var secrets = PlantedSecrets()
    scenario.objects = scenario.objects.map { secrets.plant(in: $0) }
    scenario.logs = scenario.logs.mapValues { log in
      StillCluster.Log(current: log.current.map { secrets.plant(in: $0) }, previous: log.previous.map { secrets.plant(in: $0) })
    }
    let evidence = try await scenario.gather(scenario.request)
    let text = String(decoding: try WireJSON.encode(evidence), as: UTF8.self)
    #expect(secrets.count > 20)
    #expect(
      !text.contains(PlantedSecrets.mark),
      "\(text.firstRange(of: PlantedSecrets.mark).map { text[..<$0.lowerBound].suffix(300) } ?? "")")
    #expect(!evidence.facts.isEmpty, "the evidence is still there")
  }
}

/// Puts a secret into every text of an object that is no name, time, amount or word of Kubernetes.
struct PlantedSecrets {
  /// In the middle of each secret, so that half of one is found too.
  static let mark = "P14nt"
  private(set) var count = 0

  private static let texts: Set<String> = [
    "message", "reason", "value", "path", "mountPath", "subPath", "manager", "schedule", "host", "component", "cause",
    "reportingComponent", "description", "refreshInterval", "targetRevision",
  ]
  private static let maps: Set<String> = ["annotations"]
  private static let lists: Set<String> = ["command", "args"]

  private mutating func secret() -> String {
    count += 1
    return "ghp_Zq7x\(Self.mark)Wm4Tb9Lc2Rv6Nd8Ks3Yh5Gf0\(100 + count % 900)"
  }

  mutating func plant(in log: String) -> String {
    log.split(separator: "\n").map { "\($0) password=\(secret())" }.joined(separator: "\n") + "\n"
  }

  mutating func plant(in value: Simulator.JSONValue, under key: String = "", in parent: String = "") -> Simulator.JSONValue {
    if let text = value.string {
      let isText = Self.texts.contains(key) || Self.maps.contains(parent) || Self.lists.contains(key)
      // A revision number stays one.
      guard isText, Int(text) == nil, !key.hasPrefix("ai-sre.dev/") else { return value }
      return .string("\(text) \(secret())")
    }
    if let items = value.array { return .array(items.map { plant(in: $0, under: key, in: parent) }) }
    guard let object = value.object else { return value }
    var planted = value
    for (name, member) in object { planted[name] = plant(in: member, under: name, in: key) }
    return planted
  }
}
