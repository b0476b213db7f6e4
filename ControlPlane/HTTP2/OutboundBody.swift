import HTTPTypes
import NIOCore

/// The body of a response between its handler and the peer. nghttp2 pulls from it as the peer's windows allow.
///
/// The end of the stream travels on the last data frame whenever it is known by then: because the handler has finished,
/// or because the announced length is reached. An end in an empty frame of its own is left for bodies of unknown
/// length whose end comes late: libcurl 7.88 has done with a body of known length at its last byte, and resets a stream
/// that has not ended by then.
final class OutboundBody {
  private var queue = CircularBuffer<ByteBuffer>(initialCapacity: 2)
  private(set) var queuedBytes = 0
  /// Bytes still to be pulled of a body of known length.
  private(set) var remaining: Int?
  /// Bytes that may still be written to a body of known length.
  private var writable: Int?
  private let expectsTrailers: Bool
  private(set) var trailers: HTTPFields?
  private(set) var isFinished = false
  /// nghttp2 was told to wait, and has to be woken when there is more.
  private var isDeferred = false
  private var writers: [EventLoopPromise<Void>] = []
  /// When bytes last moved, or came to an empty queue.
  private(set) var progress: NIODeadline
  private let capacity: Int
  /// The end of the stream was handed to the connection.
  var isSent = false

  /// - Parameters:
  ///   - length: as announced, if it was.
  ///   - expectsTrailers: the head announces trailers, so the last byte may not be the end.
  init(length: Int?, expectsTrailers: Bool, capacity: Int, now: NIODeadline) {
    remaining = length
    writable = length
    self.expectsTrailers = expectsTrailers
    self.capacity = capacity
    progress = now
  }

  /// A complete body.
  convenience init(whole body: ByteBuffer, trailers: HTTPFields?, now: NIODeadline) {
    self.init(length: body.readableBytes, expectsTrailers: false, capacity: 0, now: now)
    queue.append(body)
    queuedBytes = body.readableBytes
    self.trailers = trailers
    isFinished = true
  }

  /// Nothing has been and will be written.
  var isEmpty: Bool { isFinished && queuedBytes == 0 && trailers?.isEmpty ?? true }

  /// Whether the peer keeps us from sending.
  func isStalled(since deadline: NIODeadline) -> Bool { queuedBytes > 0 && progress < deadline }

  /// Queues bytes; throws when they exceed the announced length.
  func write(_ part: ByteBuffer, now: NIODeadline) throws(StreamError) {
    guard part.readableBytes > 0 else { return }
    if let writable {
      guard part.readableBytes <= writable else { throw .responseTooLong }
      self.writable = writable - part.readableBytes
    }
    if queuedBytes == 0 { progress = now }
    queue.append(part)
    queuedBytes += part.readableBytes
  }

  /// Nil when the handler may go on writing, otherwise what it waits for.
  func room(on loop: any EventLoop) -> EventLoopFuture<Void>? {
    guard queuedBytes >= capacity else { return nil }
    let promise = loop.makePromise(of: Void.self)
    writers.append(promise)
    return promise.futureResult
  }

  /// Ends the body. False when bytes of the announced length are missing.
  func finish(_ trailers: HTTPFields?) -> Bool {
    if isFinished { return true }
    guard (writable ?? 0) == 0 else { return false }
    isFinished = true
    self.trailers = trailers
    return true
  }

  /// Whether nghttp2 waits for a call to go on; asked once.
  func takeDeferred() -> Bool {
    defer { isDeferred = false }
    return isDeferred
  }

  /// Ends all waiting for room.
  func failWriters(_ error: any Error) {
    let waiting = writers
    writers = []
    for writer in waiting { writer.fail(error) }
  }

  enum Pulled: Equatable {
    /// There may be more.
    case bytes(Int)
    /// The last bytes; the stream ends, after trailers if there are any.
    case last(Int)
    case nothingYet
  }

  /// Moves bytes to the peer.
  func pull(into target: UnsafeMutableRawBufferPointer, now: NIODeadline) -> Pulled {
    let count = copy(into: target)
    if count > 0 { progress = now }
    remaining = remaining.map { $0 - count }
    if queuedBytes < max(1, capacity / 2) { releaseWriters() }
    guard queuedBytes == 0 else { return .bytes(count) }
    if isFinished || (remaining == 0 && !expectsTrailers) {
      isFinished = true
      return .last(count)
    }
    if count > 0 { return .bytes(count) }
    isDeferred = true
    return .nothingYet
  }

  private func copy(into target: UnsafeMutableRawBufferPointer) -> Int {
    var count = 0
    while count < target.count, !queue.isEmpty {
      let first = queue.startIndex
      let step = min(target.count - count, queue[first].readableBytes)
      queue[first].readWithUnsafeReadableBytes { source in
        UnsafeMutableRawBufferPointer(rebasing: target[count..<(count + step)])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[..<step]))
        return step
      }
      count += step
      if queue[first].readableBytes == 0 { queue.removeFirst() }
    }
    queuedBytes -= count
    return count
  }

  private func releaseWriters() {
    let waiting = writers
    writers = []
    for writer in waiting { writer.succeed() }
  }
}
