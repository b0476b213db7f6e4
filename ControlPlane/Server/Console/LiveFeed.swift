public import Pipeline
public import ServiceLifecycle
import Synchronization

/// Tells every open console what was committed, as server-sent events.
public final class LiveFeed: CommitAudience, Service {
  enum Item: Sendable {
    case commit(Commit)
    /// Keeps proxies and readers from giving up on a quiet stream.
    case heartbeat
  }

  static let heartbeat = Duration.seconds(15)
  /// Items that one reader may be behind; over it its stream ends, and its next connect catches up.
  static let bufferLimit = 1024
  /// Readers at the same time.
  static let readerLimit = 500

  private struct State {
    var next = 0
    var readers: [Int: AsyncStream<Item>.Continuation] = [:]
    var closed = false
  }

  private let state = Mutex(State())

  public init() {}

  public func receive(_ commit: Commit) {
    guard !commit.incidents.isEmpty || !commit.timeline.isEmpty else { return }
    tell(.commit(commit))
  }

  /// Beats until shutdown, and then lets all readers go.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      while (try? await Task.sleep(for: Self.heartbeat)) != nil { self.tell(.heartbeat) }
    }
    close()
  }

  private func tell(_ item: Item) {
    let readers = state.withLock { Array($0.readers.values) }
    for reader in readers {
      if case .dropped = reader.yield(item) { reader.finish() }
    }
  }

  /// Ends all streams, so that a graceful shutdown does not wait for open consoles.
  private func close() {
    let readers = state.withLock { state in
      state.closed = true
      defer { state.readers = [:] }
      return Array(state.readers.values)
    }
    for reader in readers { reader.finish() }
  }

  /// Nil when there are too many readers or the feed is closed.
  func subscribe() -> AsyncStream<Item>? {
    let (stream, continuation) = AsyncStream.makeStream(of: Item.self, bufferingPolicy: .bufferingOldest(Self.bufferLimit))
    let id = state.withLock { state -> Int? in
      guard !state.closed, state.readers.count < Self.readerLimit else { return nil }
      state.next += 1
      state.readers[state.next] = continuation
      return state.next
    }
    guard let id else { return nil }
    continuation.onTermination = { [weak self] _ in
      self?.state.withLock { _ = $0.readers.removeValue(forKey: id) }
    }
    return stream
  }
}
