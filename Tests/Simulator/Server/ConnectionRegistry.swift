import NIOCore
import Synchronization

/// The open connections, so that they can be cut.
final class ConnectionRegistry: Sendable {
  private let channels = Mutex<[ObjectIdentifier: any Channel]>([:])

  /// Notes a connection until it closes.
  func add(_ channel: any Channel) {
    let identity = ObjectIdentifier(channel)
    let isNew = channels.withLock { $0.updateValue(channel, forKey: identity) == nil }
    guard isNew else { return }
    channel.closeFuture.whenComplete { _ in
      _ = self.channels.withLock { $0.removeValue(forKey: identity) }
    }
  }

  /// Closes every connection at once, but for one.
  func cutAll(except spared: (any Channel)? = nil) {
    for channel in channels.withLock({ Array($0.values) }) where channel !== spared {
      channel.close(mode: .all, promise: nil)
    }
  }
}
