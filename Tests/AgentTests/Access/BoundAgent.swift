import Foundation
import HTTP
import Kubernetes
import Logging
import Simulator
import Support
import Synchronization
import Wire

@testable import AgentCore

/// An agent whose ServiceAccount is bound to exactly what `sre-agent rbac` prints, in a simulated cluster with something to do
/// for every action.
struct BoundAgent: Sendable {
  let cluster: SimulatedCluster
  let rights: Rights
  let actions: Set<Action>
  /// As the agent's own: it refuses what is not on its list.
  let client: KubernetesClient
  /// With every right.
  let administrator: KubernetesClient
  private let http: HTTPClient
  private let clock = HastyClock()
  private let keys = SignedCommands()

  static func with(_ scope: AgentScope, _ actions: Set<Action>, _ body: (BoundAgent) async throws -> Void) async throws {
    let rights = Rights(scope: scope, actions: actions)
    let account = scope == .namespace(scope.home) ? "ai-sre-agent" : "ai-sre-cluster-agent"
    var configuration = SimulatedCluster.Configuration()
    configuration.clock = .running(speed: 30)
    configuration.seeds = try ManifestLoader.seeds(yaml: manifests + "---\n" + RoleManifest(rights).yaml)
    try await withSimulatedCluster(configuration) { cluster in
      let directory = try WorkingDirectory(prefix: "bound-agent")
      defer { directory.remove() }
      let tls = TLSConfiguration(caFile: try directory.write(try cluster.caCertificate, to: "ca.pem"))
      let http = HTTPClient(configuration: .init(tls: tls))
      func client(_ token: String) -> KubernetesClient {
        KubernetesClient(
          configuration: ClusterConfiguration(server: cluster.url, tls: tls, credential: .bearer(token), namespace: scope.home),
          http: http, userAgent: "agent-tests")
      }
      let agent = BoundAgent(
        cluster: cluster, rights: rights, actions: actions,
        client: client(try await cluster.token(namespace: scope.home, account: account)).restricted(to: rights.permit),
        administrator: client(cluster.adminToken), http: http)
      try await body(agent)
      await http.shutdown()
    }
  }

  private init(
    cluster: SimulatedCluster, rights: Rights, actions: Set<Action>, client: KubernetesClient, administrator: KubernetesClient,
    http: HTTPClient
  ) {
    self.cluster = cluster
    self.rights = rights
    self.actions = actions
    self.client = client
    self.administrator = administrator
    self.http = http
  }

  func run(_ order: Order, running: RunningActs = RunningActs(), board: ProgressBoard = ProgressBoard()) async -> CommandResult? {
    let home = rights.scope.home
    let runner = ActRunner(
      client: client, scope: rights.scope.name, actions: actions,
      journal: JournalStore(client: client, namespace: home, clock: clock),
      rules: LocalRulesReader(client: client, namespace: home), running: running, board: board, executor: nil, clock: clock,
      logger: Logger(label: "agent-tests") { _ in SwiftLogNoOpLogHandler() })
    let command = keys.command(
      id: "cmd-\(AgentIdentity.newBoot())", approvers: ["ada"], for: .seconds(3600), at: clock.now, .act(order))
    return await runner.run(command, order)
  }

  /// The lines of `sre-agent check` that are not ok, of those about rights.
  func missing() async -> Set<String> {
    let check = AgentCheck(
      client: client, rights: rights,
      link: HTTPLink(http: http, server: "https://127.0.0.1:1", tokenFile: "/nowhere", userAgent: "agent-tests"), clock: clock)
    let subjects = Set(rights.all.map(\.subject))
    return Set(await check.run().lines.filter { $0.verdict != .ok }.map(\.subject)).intersection(subjects)
  }

  func offered() async -> Set<Action> {
    Set(await ActOffer(client: client, scope: rights.scope, enabled: actions).actions())
  }
}

extension BoundAgent {
  /// Beside the roles: a Deployment with a past, one to restart, one to delete, one that an autoscaler looks after, and the rest.
  static let manifests =
    deployment("checkout", image: "shop/checkout:1", age: "6h") + deployment("checkout", image: "shop/checkout:2", age: "2h")
    + deployment("cart", image: "shop/cart:1", age: "2h") + deployment("basket", image: "shop/basket:1", age: "2h") + obsolete
    + ["StatefulSet", "DaemonSet"].map { kind in
      """
      ---
      apiVersion: apps/v1
      kind: \(kind)
      metadata: {name: storage, namespace: shop, annotations: {simulator.ai-sre.dev/age: 2h}}
      spec:
        selector: {matchLabels: {app: \(kind)}}
        template:
          metadata: {labels: {app: \(kind)}}
          spec: {containers: [{name: app, image: "shop/storage:1"}]}

      """
    }.joined() + """
      ---
      apiVersion: autoscaling/v2
      kind: HorizontalPodAutoscaler
      metadata: {name: checkout, namespace: shop}
      spec: {minReplicas: 2, maxReplicas: 5, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: checkout}}

      """

  static let obsolete = deployment("obsolete", image: "shop/obsolete:1", age: "2h")

  private static func deployment(_ name: String, image: String, age: String) -> String {
    """
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: \(name), namespace: shop, annotations: {simulator.ai-sre.dev/age: \(age)}}
    spec:
      replicas: 2
      selector: {matchLabels: {app: \(name)}}
      template:
        metadata: {labels: {app: \(name)}}
        spec: {containers: [{name: app, image: "\(image)"}]}

    """
  }
}

extension Right {
  /// As `sre-agent check` names it.
  var subject: String { verbs.map(\.rawValue).joined(separator: ",") + " " + title }
}

/// A clock on which every wait is over at once, and has passed.
final class HastyClock: WallClock {
  private let shift = Mutex(Duration.zero)

  var now: Wire.Timestamp { SystemWallClock().now + shift.withLock { $0 } }

  func sleep(until deadline: Wire.Timestamp, tolerance: Duration?) async throws {
    try Task.checkCancellation()
    let wait = now.duration(to: deadline)
    if wait > .zero { shift.withLock { $0 += wait } }
  }
}
