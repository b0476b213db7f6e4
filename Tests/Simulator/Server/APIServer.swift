import Hummingbird
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL
import ServiceLifecycle
import Synchronization

/// The listening side: can be stopped and started again on its port.
final class APIServer: Sendable {
  let connections = ConnectionRegistry()
  private let responder: APIResponder
  private let tls: TLSConfiguration
  private let logger: Logger
  private let state = Mutex(State())

  private struct State {
    var port = 0
    var running: Task<Void, any Error>?
    var shutdown: ServiceGroup?
  }

  init(core: ClusterCore, authority: CertificateAuthority, bookmarkInterval: Double, logger: Logger) throws {
    let (certificate, key) = try authority.issueServer()
    var tls = TLSConfiguration.makeServerConfiguration(
      certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8)).map { .certificate($0) },
      privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem)))
    // A client may show a certificate, and then it must be this authority's.
    tls.certificateVerification = .optionalVerification
    tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(authority.pem.utf8)))
    self.tls = tls
    responder = APIResponder(core: core, connections: connections, bookmarkInterval: bookmarkInterval)
    self.logger = logger
  }

  /// The port, once started.
  var port: Int { state.withLock { $0.port } }

  /// Listens; returns when connections are accepted.
  func start(port: Int) async throws {
    let (bound, continuation) = AsyncThrowingStream.makeStream(of: Int.self)
    let application = Application(
      responder: responder, server: try .tls(.http1(), tlsConfiguration: tls),
      configuration: .init(address: .hostname("127.0.0.1", port: port), serverName: nil),
      onServerRunning: { channel in
        continuation.yield(channel.localAddress?.port ?? 0)
        continuation.finish()
      }, logger: logger)
    let group = ServiceGroup(configuration: .init(services: [application], logger: logger))
    let running = Task {
      do {
        try await group.run()
      } catch {
        continuation.finish(throwing: error)
        throw error
      }
    }
    for try await port in bound {
      state.withLock { state in
        state.port = port
        state.running = running
        state.shutdown = group
      }
    }
  }

  /// Closes the port and every connection.
  func stop() async {
    let (running, group) = state.withLock { state in
      defer { (state.running, state.shutdown) = (nil, nil) }
      return (state.running, state.shutdown)
    }
    guard let running, let group else { return }
    await group.triggerGracefulShutdown()
    connections.cutAll()
    running.cancel()
    _ = try? await running.value
  }
}
