import HTTP

/// The changes that one watch request brings. It ends when the server ends it, which is normal; resuming is the reader's,
/// from the ``WatchEvent/resourceVersion`` of the last event.
public struct WatchStream<Object: Resource>: AsyncSequence, Sendable {
  public typealias Element = WatchEvent<Object>
  public typealias Failure = KubernetesError

  /// An object has at most 1.5 MiB in etcd; JSON with its escapes takes more.
  static var maximumLineBytes: Int { 8 * 1024 * 1024 }

  let body: ResponseBody

  public struct AsyncIterator: AsyncIteratorProtocol {
    var lines: BodyLines.AsyncIterator

    public mutating func next() async throws(KubernetesError) -> WatchEvent<Object>? {
      try await next(isolation: nil)
    }

    public mutating func next(isolation actor: isolated (any Actor)?) async throws(KubernetesError) -> WatchEvent<Object>? {
      let line: [UInt8]?
      do {
        line = try await lines.next(isolation: actor)
      } catch {
        throw .transport(error)
      }
      return try line.map { (line) throws(KubernetesError) in try WatchEvent(line: line) }
    }
  }

  public func makeAsyncIterator() -> AsyncIterator {
    AsyncIterator(lines: body.lines(limit: Self.maximumLineBytes).makeAsyncIterator())
  }
}

extension KubernetesClient {
  /// Watches from a version that a list or an earlier watch gave, on an HTTP/1.1 connection of its own: curl's HTTP/2 window is
  /// 32 MiB per connection, and a paused stream would hold it.
  public func watch<Object: Resource>(
    _ type: Object.Type = Object.self, namespace: String?, from resourceVersion: String, options: WatchOptions = WatchOptions()
  ) async throws(KubernetesError) -> WatchStream<Object> {
    let path = path(Object.type, namespace: namespace) + options.query(from: resourceVersion).text
    var request = request(.get, path)
    request.protocolVersion = .http1
    request.deadline = nil
    request.idleDeadline = options.idleDeadline
    let response = try await send(request)
    guard response.status == 200 else { throw try await Self.answer(from: response, upTo: 64 * 1024).error }
    return WatchStream(body: response.body)
  }
}
