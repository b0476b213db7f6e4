import Foundation
import HTTP
import Kubernetes
import Logging
import Signing
import Simulator
import Support
import Wire

@testable import AgentCore

/// A simulated cluster with one Deployment in the namespace `shop`, and the agent's way to it.
struct ClusterFixture: Sendable {
  let cluster: SimulatedCluster
  let http: HTTPClient
  let client: KubernetesClient
  /// With every right.
  let administrator: KubernetesClient
  let clock = SystemWallClock()
  let logger = Logger(label: "agent-tests") { _ in SwiftLogNoOpLogHandler() }

  static let namespace = SignedCommands.namespace

  static func with(
    speed: Double = 30, manifests: String = checkout, _ body: (ClusterFixture) async throws -> Void
  ) async throws {
    var configuration = SimulatedCluster.Configuration()
    configuration.clock = .running(speed: speed)
    configuration.seeds = try ManifestLoader.seeds(yaml: manifests)
    configuration.agentNamespaces = [namespace]
    try await withSimulatedCluster(configuration) { cluster in
      let directory = FileManager.default.temporaryDirectory.appending(path: "agent-" + UUID().uuidString)
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: directory) }
      let authority = directory.appending(path: "ca.pem")
      try cluster.caCertificate.write(to: authority, atomically: true, encoding: .utf8)
      let tls = TLSConfiguration(caFile: authority.path())
      let http = HTTPClient(configuration: .init(tls: tls))
      let token = try await cluster.token(namespace: namespace, account: "ai-sre-agent")
      let client = KubernetesClient(
        configuration: ClusterConfiguration(server: cluster.url, tls: tls, credential: .bearer(token), namespace: namespace),
        http: http, userAgent: "agent-tests")
      let administrator = KubernetesClient(
        configuration: ClusterConfiguration(
          server: cluster.url, tls: tls, credential: .bearer(cluster.adminToken), namespace: namespace),
        http: http, userAgent: "agent-tests")
      try await body(ClusterFixture(cluster: cluster, http: http, client: client, administrator: administrator))
      await http.shutdown()
    }
  }

  static let checkout = """
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: checkout
      namespace: shop
      labels: {app: checkout}
      annotations: {simulator.ai-sre.dev/age: 2h}
    spec:
      replicas: 2
      selector: {matchLabels: {app: checkout}}
      template:
        metadata: {labels: {app: checkout}}
        spec:
          containers:
          - name: app
            image: shop/checkout:2.4.1
            env: [{name: DB_URL, value: "postgres://shop@db:5432/shop"}, {name: LOG_LEVEL, value: info}]
            resources: {limits: {memory: 128Mi}}
    """

  func deployment(_ name: String = "checkout") async throws -> Deployment {
    try await client.get(named: name, namespace: Self.namespace)
  }

  func order() async throws -> Order {
    let deployment = try await deployment()
    return SignedCommands.restart(
      uid: deployment.metadata.uid, digest: TemplateDigest.of(deployment.spec.template))
  }

  var journal: JournalStore { JournalStore(client: client, namespace: Self.namespace, clock: clock) }

  var runner: ActRunner {
    ActRunner(
      client: client, scope: Self.namespace, actions: Set(Action.allCases), journal: journal,
      rules: LocalRulesReader(client: client, namespace: Self.namespace), running: RunningActs(), board: ProgressBoard(),
      executor: nil, clock: clock, logger: logger)
  }

  var settlement: IntentSettlement {
    IntentSettlement(client: client, journal: journal, clock: clock, logger: logger)
  }

  /// How often the Deployment's template was really changed by a patch.
  func effectivePatches() async throws -> Int {
    let created = 1
    return Int(try await deployment().metadata.generation ?? 0) - created
  }

  func setGuard(_ data: [String: String]) async throws {
    let text = data.map { "  \($0.key): \"\($0.value)\"" }.joined(separator: "\n")
    let manifest = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ai-sre-guard, namespace: shop}\ndata:\n\(text)\n"
    try await cluster.apply(ManifestLoader.seeds(yaml: manifest).map(\.object))
  }

  /// The moment in the cluster, whose clock may be faster than ours.
  var wallNow: Wire.Timestamp {
    get async { Wire.Timestamp(milliseconds: await cluster.now.nanoseconds / 1_000_000) }
  }

  func agent(
    _ link: any ControlPlaneLink, root: SignedCommands, healthFile: String? = nil, clock: any WallClock = SystemWallClock()
  ) -> Agent {
    Agent(
      Agent.Configuration(
        scope: .namespace(Self.namespace), actions: ActCatalogue.byDefault, cluster: nil, root: root.root.verificationKey,
        healthFile: healthFile.map { HealthFile(path: $0) }, version: "test"),
      client: client, link: link, clock: clock, logger: logger)
  }
}
