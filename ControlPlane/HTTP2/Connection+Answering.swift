import CNghttp2
import HTTPTypes
import NIOCore

/// Answers: whole ones in one step, others as head, parts and end. All on the event loop.
extension Connection {
  /// The whole response of a handler. It is dropped when the stream was parked meanwhile, or is gone.
  func answerLive(_ id: Int32, _ reply: Reply) {
    guard case .live(let exchange)? = streams[id], exchange.outbound == nil else { return }
    dropInbound(id, exchange)
    submit(id, reply, isHead: exchange.isHead)
    scheduleFlush()
  }

  /// Nobody will read the request any more: the peer may send the rest, and it is dropped.
  func dropInbound(_ id: Int32, _ exchange: LiveExchange) {
    session?.consumeConnection(exchange.inbound.fail(.closed))
    session?.consumeStream(id, exchange.inbound.dropped)
  }

  /// The whole response to a parked stream.
  func answerParked(_ id: Int32, _ reply: Reply) {
    guard case .parked(_, let isHead)? = streams[id] else { return }
    submit(id, reply, isHead: isHead)
    scheduleFlush()
  }

  /// Gives a whole response to nghttp2.
  func submit(_ id: Int32, _ reply: Reply, isHead: Bool) {
    let hasBody = !isHead && ResponseHead.mayHaveBody(reply.head.status)
    // The length of a HEAD's answer is that of GET, which only its handler knows.
    let length = isHead ? nil : reply.body.readableBytes
    let fields = ResponseHead.fields(reply.head, bodyLength: length, date: loopState.date.now())
    let body = OutboundBody(whole: hasBody ? reply.body : ByteBuffer(), trailers: hasBody ? reply.trailers : nil, now: .now())
    streams[id] = body.isEmpty ? .answered : .answering(body)
    session?.respond(id, fields, hasBody: !body.isEmpty)
  }

  /// The head of a response whose body follows in parts. It leaves with the next flush.
  func begin(_ id: Int32, _ head: HTTPResponse, length: Int?) {
    guard case .live(let exchange)? = streams[id], exchange.outbound == nil else { return }
    exchange.unsentHead = head
    exchange.outbound = OutboundBody(
      length: length, expectsTrailers: head.headerFields.contains(.trailer), capacity: limits.maxQueuedResponseBytes,
      now: .now())
    unsentHeads.append(id)
    scheduleFlush()
  }

  /// Queues a part of a body; the future tells when the next one is welcome.
  func write(_ id: Int32, _ part: ByteBuffer) -> Result<EventLoopFuture<Void>?, StreamError> {
    guard case .live(let exchange)? = streams[id], let body = exchange.outbound else { return .failure(.closed) }
    do {
      try body.write(part, now: .now())
    } catch {
      reset(id, .internalError)
      return .failure(error)
    }
    resume(id, body)
    return .success(body.room(on: loopState.loop))
  }

  /// Ends a body. One that is shorter than announced resets the stream, so that the peer does not take it for whole.
  func finish(_ id: Int32, _ trailers: HTTPFields?) {
    guard case .live(let exchange)? = streams[id], let body = exchange.outbound else { return }
    guard body.finish(trailers) else { return reset(id, .internalError) }
    resume(id, body)
  }

  /// The handler is through: what it has not ended is reset.
  func handlerEnded(_ id: Int32) {
    guard case .live(let exchange)? = streams[id] else { return }
    if exchange.outbound?.isFinished != true { reset(id, .internalError) }
  }

  func cancelWrite(_ id: Int32) {
    if case .live(let exchange)? = streams[id] { exchange.outbound?.failWriters(CancellationError()) }
  }

  func reset(_ id: Int32, _ error: SessionError) {
    if case .live(let exchange)? = streams[id], exchange.unsentHead != nil {
      exchange.unsentHead = nil
      unsentHeads.removeAll { $0 == id }
    }
    session?.reset(id, error)
    scheduleFlush()
  }

  private func resume(_ id: Int32, _ body: OutboundBody) {
    if body.takeDeferred() { session?.resume(id) }
    scheduleFlush()
  }

  /// Heads of streamed responses, just before they leave: a body that has ended empty by now needs no data frame.
  func submitHeads() {
    guard !unsentHeads.isEmpty else { return }
    let ids = unsentHeads
    unsentHeads = []
    for id in ids {
      guard case .live(let exchange)? = streams[id], let head = exchange.unsentHead, let body = exchange.outbound else {
        continue
      }
      exchange.unsentHead = nil
      let fields = ResponseHead.fields(head, bodyLength: body.remaining, date: loopState.date.now())
      session?.respond(id, fields, hasBody: !body.isEmpty)
    }
  }

  enum Pull {
    case bytes(Int)
    case last(Int)
    case lastBeforeTrailers(Int)
    case nothingYet
    case streamIsGone
  }

  /// Asked by nghttp2 for body bytes.
  func pullBody(_ id: Int32, into target: UnsafeMutableRawBufferPointer) -> Pull {
    let body: OutboundBody
    switch streams[id] {
    case .answering(let whole): body = whole
    case .live(let exchange):
      guard let outbound = exchange.outbound else { return .streamIsGone }
      body = outbound
    default: return .streamIsGone
    }
    switch body.pull(into: target, now: .now()) {
    case .bytes(let count): return .bytes(count)
    case .nothingYet: return .nothingYet
    case .last(let count):
      guard let trailers = body.trailers.map(ResponseHead.trailers), !trailers.isEmpty else { return .last(count) }
      session?.submitTrailers(id, trailers)
      return .lastBeforeTrailers(count)
    }
  }

  /// A frame has left. A peer that has its whole response while it is still sending the request may finish that, for a
  /// while; then it is told to stop (RFC 9113 section 8.1). Not at once, because libcurl 7.88 forgets the response of a
  /// stream that is reset while it sends.
  func frameSent(type: UInt8, flags: UInt8, _ id: Int32) {
    guard type == UInt8(NGHTTP2_DATA.rawValue) || type == UInt8(NGHTTP2_HEADERS.rawValue),
      flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0, let state = streams[id]
    else { return }
    switch state {
    case .live(let exchange):
      exchange.outbound?.isSent = true
      if session?.isReceiving(id) == true { dropInbound(id, exchange) }
    case .answering(let body): body.isSent = true
    case .parked, .answered, .lingering: break
    }
    if session?.isReceiving(id) == true {
      streams[id] = .lingering(left: limits.maxBufferedBytesPerConnection, since: .now())
    }
  }

  func readBody(_ id: Int32) -> EventLoopFuture<ByteBuffer?> {
    let loop = loopState.loop
    guard case .live(let exchange)? = streams[id] else { return loop.makeFailedFuture(StreamError.closed) }
    switch exchange.inbound.read(on: loop) {
    case .bytes(let bytes):
      session?.consume(id, bytes.readableBytes)
      scheduleFlush()
      return loop.makeSucceededFuture(bytes)
    case .end: return loop.makeSucceededFuture(nil)
    case .failure(let error): return loop.makeFailedFuture(error)
    case .wait(let future): return future
    }
  }

  func cancelRead(_ id: Int32) {
    if case .live(let exchange)? = streams[id] { exchange.inbound.cancelRead() }
  }
}
