import NIOCore

/// The body of a request between the peer and its handler. Holds at most one HTTP/2 window: bytes leave the window only
/// when the handler takes them.
struct InboundBody {
  private enum End {
    case open
    case complete
    case failed(StreamError)
  }

  private var buffer = ByteBuffer()
  private var received = 0
  private var end: End
  private var reader: EventLoopPromise<ByteBuffer?>?
  /// Bytes dropped after a failure. Their window of the stream stays shut until the response has been given.
  private(set) var dropped = 0

  init(complete: Bool) {
    end = complete ? .complete : .open
  }

  /// Bytes that the handler has not taken.
  var buffered: Int { buffer.readableBytes }

  var isOpen: Bool { if case .open = end { true } else { false } }

  /// What becomes of bytes from the peer.
  enum Received: Equatable {
    /// A waiting handler has them.
    case taken
    case buffered
    /// They, and what was buffered, are dropped: this many bytes.
    case dropped(Int)
  }

  /// Takes bytes from the peer.
  mutating func receive(_ bytes: UnsafeRawBufferPointer, limit: Int) -> Received {
    received += bytes.count
    if isOpen, received > limit {
      let buffered = fail(.bodyTooLarge(limit: limit))
      dropped += bytes.count
      return .dropped(buffered + bytes.count)
    }
    guard isOpen else {
      dropped += bytes.count
      return .dropped(bytes.count)
    }
    guard let reader else {
      buffer.writeBytes(bytes)
      return .buffered
    }
    self.reader = nil
    reader.succeed(ByteBuffer(bytes: bytes))
    return .taken
  }

  /// The peer ended the request.
  mutating func complete() {
    guard isOpen else { return }
    end = .complete
    reader?.succeed(nil)
    reader = nil
  }

  /// Fails this read and all later ones. Returns how many buffered bytes are dropped.
  mutating func fail(_ error: StreamError) -> Int {
    guard isOpen else { return 0 }
    end = .failed(error)
    reader?.fail(error)
    reader = nil
    let count = buffer.readableBytes
    buffer = ByteBuffer()
    dropped += count
    return count
  }

  enum Read {
    case bytes(ByteBuffer)
    case end
    case failure(any Error)
    case wait(EventLoopFuture<ByteBuffer?>)
  }

  /// What the handler gets next.
  mutating func read(on loop: any EventLoop) -> Read {
    if case .failed(let error) = end { return .failure(error) }
    if buffer.readableBytes > 0 {
      defer { buffer = ByteBuffer() }
      return .bytes(buffer)
    }
    if case .complete = end { return .end }
    let promise = loop.makePromise(of: ByteBuffer?.self)
    reader?.fail(CancellationError())
    reader = promise
    return .wait(promise.futureResult)
  }

  /// The waiting handler was cancelled.
  mutating func cancelRead() {
    reader?.fail(CancellationError())
    reader = nil
  }
}

/// The body of a request as its handler reads it.
struct RequestBodySequence: AsyncSequence, Sendable {
  typealias Element = ByteBuffer
  let handle: StreamHandle

  struct AsyncIterator: AsyncIteratorProtocol {
    let handle: StreamHandle

    func next() async throws -> ByteBuffer? {
      try await withTaskCancellationHandler {
        try await handle.wait { connection, id in connection.readBody(id) }
      } onCancel: {
        handle.onLoop { connection, id in connection.cancelRead(id) }
      }
    }
  }

  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(handle: handle) }
}
