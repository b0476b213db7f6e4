import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOSSL
import Support
import Synchronization
import Testing

@testable import HTTP2

struct TestContext: StreamRequestContext {
  var coreContext: CoreRequestContextStorage
  var stream: RequestStream?

  init(source: Source) {
    coreContext = .init(source: source)
  }
}

/// A server on a port of its own for the length of a closure. Ends with a graceful shutdown, which must end in time.
struct TestServer: Sendable {
  let port: Int
  let probe: Probe
  private let stop: @Sendable () async throws -> Void

  static func run<Result: Sendable>(
    _ mode: ServingMode = .plainHTTP2, limits: HTTPLimits = HTTPLimits(), parking: (any StreamParking)? = nil,
    handlersOnEventLoop: Bool = true, _ body: @Sendable (TestServer) async throws -> Result
  ) async throws -> Result {
    let probe = Probe()
    let logger = Logger(label: "test") { _ in ProbeLogHandler(probe: probe) }
    let channel = NegotiatingChannel(
      mode, responder: TestRoutes.responder(probe, parking), limits: limits, parking: parking,
      handlersOnEventLoop: handlersOnEventLoop, logger: logger)
    let (ports, running) = AsyncStream.makeStream(of: Int.self)
    let server = Server(
      childChannelSetup: channel,
      configuration: ServerConfiguration(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { channel in running.yield(channel.localAddress?.port ?? 0) },
      eventLoopGroup: EventLoopGroupProvider.singleton.eventLoopGroup, logger: logger)
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await server.run() }
      var port = 0
      for await first in ports {
        port = first
        break
      }
      let test = TestServer(port: port, probe: probe) { try await server.shutdownGracefully() }
      let result: Result
      do {
        result = try await body(test)
      } catch {
        try? await test.shutDown()
        throw error
      }
      try await test.shutDown()
      try await group.waitForAll()
      return result
    }
  }

  /// Ends the server gracefully; may be called more than once.
  func shutDown() async throws { try await stop() }

  func url(_ path: String, scheme: String = "http", host: String = "127.0.0.1") -> String {
    "\(scheme)://\(host):\(port)\(path)"
  }
}

/// What handlers saw, for tests to wait for.
final class Probe: Sendable {
  private let events = Mutex<[String]>([])

  func note(_ event: String) { events.withLock { $0.append(event) } }

  func count(_ event: String) -> Int { events.withLock { $0.count { $0 == event } } }

  func contains(_ text: String) -> Bool { events.withLock { $0.contains { $0.contains(text) } } }

  /// Waits until an event has come `count` times.
  func wait(for event: String, count: Int = 1, within deadline: Duration = .seconds(10)) async throws {
    try await eventually("\(event) × \(count)", within: deadline) { self.count(event) >= count }
  }
}

struct Overdue: Error {
  let what: String
}

/// Waits for a condition with a deadline.
func eventually(_ what: String, within deadline: Duration = .seconds(10), _ condition: () throws -> Bool) async throws {
  let end = ContinuousClock.now + deadline
  while try !condition() {
    guard ContinuousClock.now < end else { throw Overdue(what: what) }
    try await Task.sleep(for: .milliseconds(2))
  }
}

/// Puts log messages into a probe as `log: level message metadata`.
struct ProbeLogHandler: LogHandler {
  let probe: Probe
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.debug

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let merged = metadata.merging(event.metadata ?? [:]) { $1 }
    probe.note("log: \(event.level) \(event.message) \(merged)")
  }
}
