import Logging
import Synchronization

/// The network side of a cluster. The authority and the server are made when they are first needed, so that a cluster without
/// sockets costs no keys.
final class ServerHost: Sendable {
  private let bookmarkInterval: Double
  private let logger: Logger
  private let state = Mutex(State())

  private struct State {
    var authority: CertificateAuthority?
    var server: APIServer?
  }

  init(bookmarkInterval: Double = 60, logger: Logger = Logger(label: "simulator") { _ in SwiftLogNoOpLogHandler() }) {
    self.bookmarkInterval = bookmarkInterval
    self.logger = logger
  }

  var authority: CertificateAuthority {
    get throws { try state.withLock { state in try Self.authority(&state) } }
  }

  /// The port, 0 before the first start.
  var port: Int { state.withLock { $0.server?.port ?? 0 } }

  func start(_ core: ClusterCore, port: Int) async throws {
    let server = try state.withLock { state in
      if let server = state.server { return server }
      let server = try APIServer(
        core: core, authority: try Self.authority(&state), bookmarkInterval: bookmarkInterval, logger: logger)
      state.server = server
      return server
    }
    try await server.start(port: port)
  }

  func stop() async { await state.withLock { $0.server }?.stop() }

  func cutConnections() { state.withLock { $0.server }?.connections.cutAll() }

  private static func authority(_ state: inout State) throws -> CertificateAuthority {
    if let authority = state.authority { return authority }
    let authority = try CertificateAuthority()
    state.authority = authority
    return authority
  }
}
