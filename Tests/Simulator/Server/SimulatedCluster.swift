import Crypto
import Foundation
import Hummingbird
import HummingbirdTLS
public import Logging
import NIOCore
import NIOSSL

/// A Kubernetes cluster in memory, served over HTTPS on the loopback.
///
/// Nothing of it is shared with the programs under test. Behaviour follows the recordings of a real API server.
public final class SimulatedCluster: Sendable {
  /// How a cluster is made.
  public struct Configuration: Sendable {
    /// 0 takes a free port.
    public var port = 0
    public var clock = SimulatorClock.running(speed: 1)
    /// The moment at which the cluster starts; `nil` is now.
    public var start: Timestamp?
    public var timing = Timing()
    /// Seeds names and uids: the same cluster again with the same number.
    public var randomSeed: UInt64 = 1
    /// At least so many nodes; more when the seeds' pods would not fit.
    public var nodes = 3
    /// Age of the nodes and system objects in seconds.
    public var age = 30.0 * 86_400
    /// What is there from the start.
    public var seeds: [Seed] = []
    /// Namespaces in which an agent's account, Role and RoleBinding are made, beside those of the seeds.
    public var agentNamespaces: [String] = []
    /// Real seconds between the bookmarks of a watch.
    public var bookmarkInterval = 60.0
    /// How many changes of one type a watch can be resumed over.
    public var watchHistoryLimit = 10_000
    public var logger = Logger(label: "simulator") { _ in SwiftLogNoOpLogHandler() }

    /// The configuration of an ordinary cluster of three nodes.
    public init() {}
  }

  /// The administrator's token: an opaque one, member of system:masters.
  public let adminToken: String
  let core: ClusterCore
  private let host: ServerHost

  private init(core: ClusterCore, host: ServerHost, adminToken: String) {
    self.core = core
    self.host = host
    self.adminToken = adminToken
  }

  /// A cluster that stands still. It answers ``respond(to:)`` at once; ``listen(port:)`` puts it on a socket.
  public convenience init(still cluster: StillCluster) throws {
    let (token, authenticator) = Self.administrator()
    let core = ClusterCore(world: try World(still: cluster), clock: .manual, authenticator: authenticator)
    self.init(core: core, host: ServerHost(), adminToken: token)
  }

  /// The certificate of the CA that signs the server's, as PEM.
  public var caCertificate: String { get throws { try host.authority.pem } }

  /// A cluster that lives and is on no socket yet: ``respond(to:)`` answers, ``listen(port:)`` serves.
  public convenience init(_ configuration: Configuration) throws {
    let host = ServerHost(bookmarkInterval: configuration.bookmarkInterval, logger: configuration.logger)
    let (token, authenticator) = Self.administrator()
    let core = ClusterCore(
      world: try Self.makeWorld(configuration, rootCertificate: try host.authority.pem), clock: configuration.clock,
      authenticator: authenticator)
    self.init(core: core, host: host, adminToken: token)
  }

  /// A client certificate of the cluster's CA and its key, as PEM: the API takes who shows it for this user in these groups.
  public func clientCertificate(user: String, groups: [String] = []) throws -> (certificate: String, key: String) {
    try host.authority.issueClient(user: user, groups: groups)
  }

  /// Starts a cluster; it answers when this returns.
  public static func start(_ configuration: Configuration = Configuration()) async throws -> SimulatedCluster {
    let cluster = try SimulatedCluster(configuration)
    try await cluster.listen(port: configuration.port)
    return cluster
  }

  private static func administrator() -> (token: String, Authenticator) {
    let token =
      "admin-"
      + SymmetricKey(size: .bits256).withUnsafeBytes { Data($0).base64EncodedString() }
      .replacing("/", with: "_").replacing("+", with: "-").replacing("=", with: "")
    var authenticator = Authenticator()
    authenticator.opaque[token] = Identity(username: "kubernetes-admin", groups: ["system:masters", "system:authenticated"])
    return (token, authenticator)
  }

  /// Serves the API on a port of the loopback, 0 takes a free one; returns when connections are accepted.
  public func listen(port: Int = 0) async throws { try await host.start(core, port: port) }

  private static func makeWorld(_ configuration: Configuration, rootCertificate: String) throws -> World {
    let present = configuration.start ?? Timestamp(seconds: Date().timeIntervalSince1970)
    let agents = Set(configuration.agentNamespaces).sorted().flatMap(SystemSeed.agent).map { Seed($0, age: configuration.age) }
    let nodes = max(configuration.nodes, NodeSeed.count(for: configuration.seeds.map(\.object)))
    let seeds = SystemSeed.seeds(nodes: nodes, age: configuration.age) + agents + configuration.seeds
    let oldest = seeds.map(\.age).max() ?? 0
    var world = World(now: present - oldest, seed: configuration.randomSeed, timing: configuration.timing)
    world.rootCertificate = rootCertificate
    world.store.historyLimit = configuration.watchHistoryLimit
    try world.simulatePast(seeds, until: present)
    _ = world.takeOutbox()
    return world
  }

  /// `https://127.0.0.1:PORT`.
  public var url: String { "https://127.0.0.1:\(port)" }

  /// The port that the API is served on.
  public var port: Int { host.port }

  /// Stops serving and ends everything.
  public func stop() async {
    await core.stop()
    await host.stop()
  }

  /// Cuts every connection; the port stays open.
  public func cutConnections() { host.cutConnections() }

  /// Stops the API server: connections are cut, new ones are refused. The cluster lives on.
  public func stopServer() async {
    await core.closeWatches()
    await host.stop()
  }

  /// Serves again on the same port. With `forgettingHistory`, as after a real restart, older watches are Expired.
  public func startServer(forgettingHistory: Bool = true) async throws {
    if forgettingHistory { await core.dropHistory(of: nil) }
    try await host.start(core, port: host.port)
  }

  /// Makes the next matching requests fail. Gives back an id for ``removeFailure(_:)``.
  @discardableResult
  public func fail(_ failure: APIFailure) async -> String { await core.add(failure) }

  /// Removes a failure, or all.
  public func removeFailure(_ id: String? = nil) async { await core.removeFailure(id) }

  /// How many requests have met a failure that was set.
  public var failuresMet: Int { get async { await core.failuresMet } }

  /// Forgets the changes that watches could be resumed over: they are Expired then.
  public func dropWatchHistory() async { await core.dropHistory(of: nil) }

  /// How many watches are open.
  public var openWatches: Int { get async { await core.openWatches } }

  /// The recorded requests that match, oldest first.
  public func requests(_ query: RequestQuery = RequestQuery()) async -> [RecordedRequest] { await core.requests(query) }

  /// Forgets all recorded requests.
  public func clearRequests() async { await core.clearRequests() }

  /// The moment in the cluster.
  public var now: Timestamp { get async { await core.now } }

  /// Lets seconds pass on a manual clock, doing everything that is due on the way.
  public func advance(by seconds: Double) async { await core.advance(by: seconds) }

  /// Puts a fault in force. Gives back its id.
  @discardableResult
  public func inject(_ fault: Fault) async -> String { await core.inject(fault) }

  /// Ends a fault: containers are healthy from their next start.
  public func removeFault(_ id: String) async { _ = await core.removeFaults { entry, _ in entry == id } }

  /// Ends every fault.
  public func removeAllFaults() async { _ = await core.removeFaults { _, _ in true } }

  /// Changes what a node's kubelet does. Gives back whether there is such a node.
  @discardableResult
  public func setNode(_ name: String, _ state: NodeState) async -> Bool { await core.setNode(name, state) }

  /// Whether somebody answers for metrics.k8s.io.
  public func setMetrics(_ server: MetricsServer) async { await core.setMetrics(server) }

  /// Creates objects, or merges them into those that exist, as an administrator would.
  public func apply(_ objects: [JSONValue]) async throws { try await core.seed(objects.map { Seed($0) }) }

  /// Makes the account, Role and RoleBinding of an agent in a namespace.
  public func addAgent(namespace: String) async throws { try await apply(SystemSeed.agent(namespace: namespace)) }

  /// The objects of a type by its plural and group, sorted by namespace and name: `objects("deployments", group: "apps")`.
  public func objects(_ plural: String, group: String = "", namespace: String? = nil) async -> [JSONValue] {
    await core.objects(plural, group, namespace: namespace)
  }

  /// One object, `nil` when there is none.
  public func object(_ plural: String, group: String = "", namespace: String = "", _ name: String) async -> JSONValue? {
    await core.object(plural, group, ObjectKey(namespace: namespace, name: name))
  }

  /// A token of a ServiceAccount; without audiences it is for the API server itself. `seconds` is its real lifetime.
  public func token(
    namespace: String, account: String, audiences: [String] = [], seconds: Double = 3600
  ) async throws -> String {
    do {
      return try await core.token(
        namespace: namespace, account: account, audiences: audiences.isEmpty ? [TokenIssuer.ownAudience] : audiences,
        seconds: seconds)
    } catch {
      throw SeedError(description: error.message)
    }
  }

  /// Moves the present of tokens forward, so that those issued before expire.
  public func expireTokens(by seconds: Double) async { await core.advanceTokens(by: seconds) }
}

/// Starts a cluster, runs the body with it, and stops it whatever happens.
public func withSimulatedCluster<Result>(
  _ configuration: SimulatedCluster.Configuration = .init(), _ body: (SimulatedCluster) async throws -> Result
) async throws -> Result {
  let cluster = try await SimulatedCluster.start(configuration)
  do {
    let result = try await body(cluster)
    await cluster.stop()
    return result
  } catch {
    await cluster.stop()
    throw error
  }
}
