/// Where the parts of a response body come from.
protocol BodySource: Sendable {
  /// All bytes that wait, or else the next that arrive; nil at the end of a complete body.
  func nextPart(isolation: isolated (any Actor)?) async throws(HTTPError) -> [UInt8]?
  /// Ends the body: the next read throws `.cancelled`.
  func cancel()
}

extension Exchange: BodySource {}

/// The body of a response that no network brought.
final class LocalBody: BodySource {
  private let parts: AsyncStream<[UInt8]>
  private let onEnd: @Sendable () -> Void
  private let isCancelled = Locked(false)

  init(_ parts: AsyncStream<[UInt8]>, onEnd: @escaping @Sendable () -> Void) {
    self.parts = parts
    self.onEnd = onEnd
  }

  func nextPart(isolation actor: isolated (any Actor)?) async throws(HTTPError) -> [UInt8]? {
    guard !isCancelled.withLock({ $0 }) else { throw .cancelled }
    // The stream keeps its place; an iterator is only a view of it.
    var iterator = parts.makeAsyncIterator()
    let part = await iterator.next(isolation: actor)
    guard !isCancelled.withLock({ $0 }), !Task.isCancelled else { throw .cancelled }
    return part
  }

  func cancel() {
    isCancelled.withLock { $0 = true }
    onEnd()
  }
}
