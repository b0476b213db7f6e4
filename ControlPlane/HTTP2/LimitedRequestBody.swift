import HummingbirdCore
import NIOCore

/// Whether a request body was read to its end.
final class BodyProgress: Sendable {
  private let complete: Locked<Bool>

  init(isComplete: Bool) {
    complete = Locked(isComplete)
  }

  var isComplete: Bool { complete.withLock { $0 } }

  func finish() { complete.withLock { $0 = true } }
}

/// A request body of HTTP/1 under the limits of the listener, which the HTTP/2 side keeps in `InboundBody`. The deadline
/// is looked at as bytes arrive; a client that sends none is ended by the idle timeout of the channel.
struct LimitedRequestBody: AsyncSequence, Sendable {
  typealias Element = ByteBuffer
  let body: RequestBody
  let limit: Int
  let deadline: ContinuousClock.Instant
  let progress: BodyProgress

  struct AsyncIterator: AsyncIteratorProtocol {
    var bytes: RequestBody.AsyncIterator
    let body: LimitedRequestBody
    var count = 0

    mutating func next() async throws -> ByteBuffer? {
      guard let part = try await bytes.next() else {
        body.progress.finish()
        return nil
      }
      count += part.readableBytes
      if count > body.limit { throw StreamError.bodyTooLarge(limit: body.limit) }
      if ContinuousClock.now > body.deadline { throw StreamError.requestTimedOut }
      return part
    }
  }

  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(bytes: body.makeAsyncIterator(), body: self) }
}
