import HTTP2
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOSSL
import Pipeline
import Server
import Signing
import Store
import Support
import Wire

/// The half of a control plane that brings commands to agents: store, dispatch, and the agents' listener.
struct BenchmarkControlPlane: Sendable {
  let url: String
  let rootKey: VerificationKey
  let stopwatch: Stopwatch
  private let runner: Runner

  /// Serves for the length of a closure.
  static func run<Result: Sendable>(
    in directory: WorkingDirectory, certificates: TestCertificates, _ body: (BenchmarkControlPlane) async throws -> Result
  ) async throws -> Result {
    let clock = SystemWallClock()
    let logger = Logger(label: "benchmark") { _ in SwiftLogNoOpLogHandler() }
    let (root, command) = (SigningKey(), SigningKey())
    let keySet = KeySet(
      version: 1, expiresAt: clock.now.milliseconds / 1000 + 3600, keys: [command.verificationKey]
    ).signed(by: root)
    let ring = KeyRing(
      keySet: SignedKeySet(version: 1, text: String(decoding: keySet.encoded(), as: UTF8.self)), keys: [command])
    let store = try SQLiteIncidentStore(path: directory.path("incidents.db"))
    let agents = AgentDirectory(clock: clock)
    let authenticator = CachedAuthenticator(TokenIsNamespace(), clock: clock)
    let dispatch = CommandDispatch(
      cluster: "benchmark", clusterAgentHome: "ai-sre", epoch: try await store.beginEpoch(above: 0), store: store,
      signer: SigningOffice(ring: ring, clock: clock), keySet: ring.keySet,
      agents: agents, authenticator: authenticator, clock: clock, logger: logger)
    let stopwatch = Stopwatch()
    let runner = Runner(
      pipeline: Pipeline(),
      seams: .init(store: store, model: nil, notifier: Silence(), audience: [stopwatch, dispatch], abilities: { _ in nil }),
      clock: clock, reportTrouble: { print($0) })
    let router = Router(context: AgentRequestContext.self)
    AgentRoutes(
      runner: runner, agents: agents, dispatch: dispatch, authenticator: authenticator, ledger: store,
      clock: clock, logger: logger
    ).register(in: router)
    let channel = NegotiatingChannel(
      .tlsHTTP2Only(try TLSCredentials(certificates.serverConfiguration())), responder: router.buildResponder(),
      parking: dispatch, logger: logger)
    let (ports, running) = AsyncStream.makeStream(of: Int.self)
    let server = Server(
      childChannelSetup: channel, configuration: ServerConfiguration(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { channel in running.yield(channel.localAddress?.port ?? 0) },
      eventLoopGroup: EventLoopGroupProvider.singleton.eventLoopGroup, logger: logger)
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await server.run() }
      group.addTask { try await dispatch.run() }
      defer { group.cancelAll() }
      var port = 0
      for await first in ports {
        port = first
        break
      }
      let plane = BenchmarkControlPlane(
        url: "https://127.0.0.1:\(port)", rootKey: root.verificationKey, stopwatch: stopwatch, runner: runner)
      let result = try await body(plane)
      try await server.shutdownGracefully()
      return result
    }
  }

  /// Opens an incident, whose request for evidence is a command, and waits until its agent has verified that.
  func latency(to namespace: String, number: Int) async throws -> Duration {
    let now = SystemWallClock().now
    let alert = Alert(
      status: .firing,
      labels: ["alertname": "Benchmark", "namespace": namespace, "pod": "pod-\(number)", "deployment": "workload-\(number)"],
      annotations: [:], startsAt: now, fingerprint: "benchmark-\(number)")
    guard let subject = TargetResolution.subject(of: alert, inventories: [:]) else { throw Overdue("a subject", after: .zero) }
    let commit = try await runner.take(AlertDelivery(firing: [Opening(alert: alert, subject: subject)], resolved: []))
    guard let command = commit.commands.first?.draft.id else { throw Overdue("a command", after: .zero) }
    return try await waitFor("command \(command) at \(namespace)", within: .seconds(10), every: .microseconds(200)) {
      stopwatch.time(of: command)
    }
  }
}

/// Lets every agent in under the name that it shows.
private struct TokenIsNamespace: AgentAuthenticator {
  func scope(presenting token: String) async throws(AgentAuthenticationError) -> AgentScope { .namespace(token) }
}

private struct Silence: Notifier {
  func send(_ notification: Notification) async throws(NotifierError) -> String { "" }
}
