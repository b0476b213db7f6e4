import NIOCore
import Synchronization

/// The open connections, so that they can be cut, and whom their certificates stand for.
final class ConnectionRegistry: Sendable {
  private struct Connection {
    let channel: any Channel
    let identity: Identity?
  }

  private let connections = Mutex<[ObjectIdentifier: Connection]>([:])

  /// Whom the connection's client certificate stands for. The first call notes the connection until it closes.
  func identity(of channel: any Channel) async -> Identity? {
    let key = ObjectIdentifier(channel)
    if let known = connections.withLock({ $0[key] }) { return known.identity }
    let connection = Connection(channel: channel, identity: await ClientCertificate.identity(of: channel))
    connections.withLock { $0[key] = connection }
    channel.closeFuture.whenComplete { _ in
      _ = self.connections.withLock { $0.removeValue(forKey: key) }
    }
    return connection.identity
  }

  /// Closes every connection at once, but for one.
  func cutAll(except spared: (any Channel)? = nil) {
    for channel in connections.withLock({ $0.values.map(\.channel) }) where channel !== spared {
      channel.close(mode: .all, promise: nil)
    }
  }
}
