import HTTP2
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import Signing
import Support
import Synchronization
import Wire

/// The agent link as the agent sees it, with a test at the other end that decides what comes down: TLS, HTTP/2, the five paths.
final class FakeControlPlane: Sendable {
  static let cluster = "default"
  static let epoch: Int64 = 7

  private struct State {
    var hello: Hello?
    var waiting: [[UInt8]] = []
    var results: [CommandResult] = []
    var refusals: [String: Int] = [:]
  }

  let root = SigningKey()
  let commandKey = SigningKey()
  private let namespace: String
  private let state = Mutex(State())

  private init(namespace: String) { self.namespace = namespace }

  /// Serves for the length of a closure.
  static func run(
    namespace: String, certificates: TestCertificates, _ body: (FakeControlPlane, _ link: String) async throws -> Void
  ) async throws {
    let fake = FakeControlPlane(namespace: namespace)
    let logger = Logger(label: "fake-control-plane") { _ in SwiftLogNoOpLogHandler() }
    let credentials = try TLSCredentials(certificates.serverConfiguration())
    let channel = NegotiatingChannel(.tlsHTTP2Only(credentials), responder: fake.responder, logger: logger)
    let (ports, running) = AsyncStream.makeStream(of: Int.self)
    let server = Server(
      childChannelSetup: channel, configuration: ServerConfiguration(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { channel in running.yield(channel.localAddress?.port ?? 0) },
      eventLoopGroup: EventLoopGroupProvider.singleton.eventLoopGroup, logger: logger)
    async let serving: Void = server.run()
    var port = 0
    for await first in ports {
      port = first
      break
    }
    do {
      try await body(fake, "https://127.0.0.1:\(port)")
    } catch {
      try? await server.shutdownGracefully()
      throw error
    }
    try await server.shutdownGracefully()
    try await serving
  }

  /// The nonce of the agent's present life; nil before its hello.
  var boot: String? { state.withLock { $0.hello?.boot } }
  /// Refused envelopes by reason, as the agent counts them.
  var refusals: [String: Int] { state.withLock(\.refusals) }

  func result(of command: String) -> CommandResult.Outcome? {
    state.withLock { state in state.results.first { $0.command == command }?.outcome }
  }

  /// Sends these lines as the answer of the next poll.
  func send(_ lines: [[UInt8]]) { state.withLock { $0.waiting += lines } }

  private var responder: some HTTPResponder<BasicRequestContext> {
    let router = Router(context: BasicRequestContext.self)
    router.post("/agent/v1/hello") { [self] request, _ in
      let hello = try await Self.decode(Hello.self, request)
      state.withLock { $0.hello = hello }
      return try welcome
    }
    router.get("/agent/v1/commands") { [self] _, _ in try await commands() }
    router.post("/agent/v1/results") { [self] request, _ in
      let result = try await Self.decode(CommandResult.self, request)
      state.withLock { $0.results.append(result) }
      return Response(status: .noContent)
    }
    router.post("/agent/v1/inventory") { _, _ in Response(status: .noContent) }
    router.post("/agent/v1/status") { [self] request, _ in
      let status = try await Self.decode(AgentStatus.self, request)
      state.withLock { $0.refusals = status.refusals }
      return Response(status: .noContent)
    }
    return router.buildResponder()
  }

  private var welcome: Response {
    get throws {
      let expiry = (SystemWallClock().now + .seconds(3600)).milliseconds / 1000
      let keySet = KeySet(version: 1, expiresAt: expiry, keys: [commandKey.verificationKey]).signed(by: root)
      let welcome = Welcome(
        cluster: Self.cluster, namespace: namespace, epoch: Self.epoch, keySet: String(decoding: keySet.encoded(), as: UTF8.self),
        pollSeconds: 5)
      return Response(
        status: .ok, headers: [.contentType: "application/json"],
        body: .init(byteBuffer: ByteBuffer(bytes: try WireJSON.encode(welcome))))
    }
  }

  private func commands() async throws -> Response {
    let end = ContinuousClock.now + .seconds(4)
    while ContinuousClock.now < end {
      let lines = state.withLock { state in
        defer { state.waiting.removeFirst(min(LinkLimits.envelopesPerPoll, state.waiting.count)) }
        return Array(state.waiting.prefix(LinkLimits.envelopesPerPoll))
      }
      if !lines.isEmpty {
        return Response(
          status: .ok, headers: [.contentType: "application/x-ndjson"],
          body: .init(byteBuffer: ByteBuffer(bytes: lines.flatMap { $0 + [0x0A] })))
      }
      try await Task.sleep(for: .milliseconds(5))
    }
    return Response(status: .noContent)
  }

  private static func decode<Message: Decodable>(_ type: Message.Type, _ request: Request) async throws -> Message {
    let body = try await request.body.collect(upTo: LinkLimits.inventory)
    return try WireJSON.decode(type, from: Array(body.readableBytesView), limit: LinkLimits.inventory)
  }
}
