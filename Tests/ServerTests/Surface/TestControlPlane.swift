import Foundation
import HTTP
import HTTP2
import Hummingbird
import HummingbirdCore
import Logging
import Pipeline
import ServiceLifecycle
import Signing
import Store
import Support
import Wire

@testable import Server

/// A control plane's both listeners over a real store, for the length of a closure. Tokens of agents are `agent-of-NAMESPACE…`.
struct TestControlPlane: Sendable {
  static let consoleToken = "console-token-of-at-least-32-characters"
  static let webhookToken = "webhook-token-of-at-least-32-characters"
  static let metricsToken = "metrics-token-of-at-least-32-characters"

  let console: String
  let agents: String
  let http: HTTPClient
  let root: VerificationKey
  let store: SQLiteIncidentStore

  static func run(
    settings: PolicySettings = .init(), takesSignals: Bool = true, _ body: @Sendable (TestControlPlane) async throws -> Void
  ) async throws {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("control-plane-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: directory + "/web", withIntermediateDirectories: true)
    try Data("<!doctype html><title>console</title>".utf8).write(to: URL(fileURLWithPath: directory + "/web/index.html"))
    let certificates = try TestCertificates()
    defer {
      certificates.remove()
      try? FileManager.default.removeItem(atPath: directory)
    }
    let wiring = try await Wiring(
      directory: directory, settings: settings, takesSignals: takesSignals, certificates: certificates)
    try await wiring.run(certificates, body)
  }

  func call(
    _ method: ClientRequest.Method, _ path: String, token: String? = consoleToken, json: String? = nil,
    headers: [(name: String, value: String)] = []
  ) async throws -> Answer {
    var request = ClientRequest(method, console + path)
    request.credential = token.map { .bearer($0) }
    request.body = json.map { Array($0.utf8) }
    request.headers = headers
    return try await Answer(http.send(request))
  }

  /// As an agent of a namespace.
  func agentCall(
    _ method: ClientRequest.Method, _ path: String, namespace: String = "shop", message: (some Encodable)? = Hello?.none
  ) async throws -> Answer {
    var request = ClientRequest(method, agents + path)
    request.credential = .bearer("agent-of-\(namespace)")
    request.body = try message.map { try WireJSON.encode($0) }
    return try await Answer(http.send(request))
  }
}

struct Answer: Sendable {
  let status: Int
  let headers: ResponseHeaders
  let bytes: [UInt8]

  init(_ response: ClientResponse) async throws {
    status = response.status
    headers = response.headers
    bytes = try await response.collect(upTo: 1 << 20)
  }

  var text: String { String(decoding: bytes, as: UTF8.self) }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try JSONDecoder().decode(type, from: Data(bytes))
  }
}

private struct KnownAgents: AgentAuthenticator {
  func scope(presenting token: String) async throws(AgentAuthenticationError) -> AgentScope {
    guard token.hasPrefix("agent-of-") else { throw .refused("unknown token") }
    let name = String(token.dropFirst("agent-of-".count))
    return name == Command.clusterScope ? .cluster : .namespace(name)
  }
}

private struct RunnerLoop: Service {
  let runner: Runner
  func run() async throws { await cancelWhenGracefulShutdown { await runner.run() } }
}

/// The parts, wired as the program wires them.
private struct Wiring {
  let store: SQLiteIncidentStore
  let root = SigningKey()
  let runner: Runner
  let dispatch: CommandDispatch
  let feed = LiveFeed()
  let agentRouter = Router(context: AgentRequestContext.self)
  let peopleRouter = Router(context: PeopleRequestContext.self)
  let logger: Logger = {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
  }()

  init(directory: String, settings: PolicySettings, takesSignals: Bool, certificates: TestCertificates) async throws {
    let clock = SystemWallClock()
    let logger = logger
    store = try SQLiteIncidentStore(path: directory + "/incidents.db")
    let agents = AgentDirectory(clock: clock)
    let authenticator = CachedAuthenticator(KnownAgents(), clock: clock)
    let command = SigningKey()
    let keySet = KeySet(version: 1, expiresAt: clock.now.milliseconds / 1000 + 3600, keys: [command.verificationKey])
    let ring = KeyRing(
      keySet: SignedKeySet(version: 1, text: String(decoding: keySet.signed(by: root).encoded(), as: UTF8.self)), keys: [command])
    dispatch = CommandDispatch(
      cluster: "test", clusterAgentHome: "ai-sre", epoch: try await store.beginEpoch(above: 0), store: store,
      signer: SigningOffice(ring: ring, clock: clock), keySet: ring.keySet,
      agents: agents, authenticator: authenticator, clock: clock, logger: logger)
    runner = Runner(
      pipeline: Pipeline(settings: settings),
      seams: .init(store: store, model: nil, notifier: CountingNotifier(), audience: [dispatch, feed], abilities: { _ in nil }),
      clock: clock,
      reportTrouble: { _ in })
    AgentRoutes(
      runner: runner, agents: agents, dispatch: dispatch, authenticator: authenticator, ledger: store,
      takesSignals: takesSignals, clock: clock,
      logger: logger
    ).register(in: agentRouter)
    let metrics = Metrics()
    PeopleRoutes(
      .init(
        archive: store, runner: runner, agents: agents, ledger: store, dispatch: dispatch, feed: feed,
        webhook: WebhookRoute(runner: runner, inventories: { agents.inventories }, metrics: metrics, logger: logger),
        metrics: metrics, health: HealthSource(kubernetes: { true }, model: { false }, automaticAction: true),
        tokens: [
          AccessToken(scope: .console, token: TestControlPlane.consoleToken),
          AccessToken(scope: .webhook, token: TestControlPlane.webhookToken),
          AccessToken(scope: .metrics, token: TestControlPlane.metricsToken),
        ],
        files: try ConsoleFiles(directory: directory + "/web"),
        configuration: [ConfigurationEntry(name: "groq_api_key", value: "set")], testNamespace: "shop",
        testDeployment: "checkout", isSecure: false, allowsBrowsers: true, clock: clock)
    ).register(in: peopleRouter)
  }

  func run(_ certificates: TestCertificates, _ body: @Sendable (TestControlPlane) async throws -> Void) async throws {
    let (ports, announce) = AsyncStream.makeStream(of: (isAgents: Bool, port: Int).self)
    let agentResponder = agentRouter.buildResponder()
    let agentServer = Application(
      responder: agentResponder,
      server: .negotiating(
        .tlsHTTP2Only(try TLSCredentials(try certificates.serverConfiguration())), responder: agentResponder,
        parking: dispatch, logger: logger),
      configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { announce.yield((true, $0.localAddress?.port ?? 0)) }, logger: logger)
    let peopleResponder = peopleRouter.buildResponder()
    let peopleServer = Application(
      responder: peopleResponder, server: .negotiating(.plainHTTP1, responder: peopleResponder, logger: logger),
      configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { announce.yield((false, $0.localAddress?.port ?? 0)) }, logger: logger)
    let group = ServiceGroup(
      services: [RunnerLoop(runner: runner), dispatch, agentServer, peopleServer, feed], logger: logger)
    let http = HTTPClient(configuration: .init(tls: .init(caFile: certificates.authorityPath)))
    let (root, store) = (root.verificationKey, store)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      var known: [Bool: Int] = [:]
      for await (isAgents, port) in ports {
        known[isAgents] = port
        if known.count == 2 { break }
      }
      let test = TestControlPlane(
        console: "http://127.0.0.1:\(known[false] ?? 0)", agents: "https://127.0.0.1:\(known[true] ?? 0)", http: http, root: root,
        store: store)
      let outcome: Result<Void, any Error>
      do {
        outcome = .success(try await body(test))
      } catch {
        outcome = .failure(error)
      }
      await http.shutdown()
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
      try outcome.get()
    }
    try await store.close()
  }
}
