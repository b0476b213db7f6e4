import CNghttp2
import HTTPTypes
import Logging
import NIOCore

/// What the peer sends, as libnghttp2 reports it. Returning false ends the connection.
extension Connection {
  private enum FrameType {
    static let data = UInt8(NGHTTP2_DATA.rawValue)
    static let headers = UInt8(NGHTTP2_HEADERS.rawValue)
    static let reset = UInt8(NGHTTP2_RST_STREAM.rawValue)
    static let settings = UInt8(NGHTTP2_SETTINGS.rawValue)
    static let ping = UInt8(NGHTTP2_PING.rawValue)
    static let windowUpdate = UInt8(NGHTTP2_WINDOW_UPDATE.rawValue)
    static let continuation = UInt8(NGHTTP2_CONTINUATION.rawValue)
  }

  func frameBegins(type: UInt8) -> Bool {
    switch type {
    case FrameType.data, FrameType.headers, FrameType.reset, FrameType.windowUpdate, FrameType.continuation: true
    default: controlFrames.spend(limits.controlFrames, at: .now())
    }
  }

  func headersBegin(_ id: Int32, isRequest: Bool) -> Bool {
    incoming = Incoming(id: id, since: .now(), isTrailers: !isRequest)
    return true
  }

  func header(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) -> Bool {
    incoming?.head.add(name, value, limits) ?? true
  }

  /// A field that libnghttp2 would drop in silence.
  func invalidHeader() -> Bool {
    incoming?.head.refuse(.badRequest)
    return true
  }

  func frameRefused() -> Bool {
    abandonedStreams.spend(limits.abandonedStreams, at: .now())
  }

  func frameReceived(type: UInt8, flags: UInt8, _ id: Int32, length: Int) -> Bool {
    let endsStream = flags & UInt8(NGHTTP2_FLAG_END_STREAM.rawValue) != 0
    switch type {
    case FrameType.headers:
      headersComplete(id, endsStream: endsStream)
    case FrameType.data:
      if endsStream {
        completeInbound(id)
      } else if length == 0 {
        return controlFrames.spend(limits.controlFrames, at: .now())
      }
    case FrameType.settings:
      if case .settingUp = phase {
        phase = .open
        idleSince = .now()
      }
    case FrameType.ping:
      if flags & UInt8(NGHTTP2_FLAG_ACK.rawValue) != 0 { settleDraining() }
    default: break
    }
    return true
  }

  private func headersComplete(_ id: Int32, endsStream: Bool) {
    guard let incoming, incoming.id == id else { return }
    self.incoming = nil
    if incoming.isTrailers {
      // Trailers of requests are checked and dropped, as over HTTP/1.
      if endsStream { completeInbound(id) }
      return
    }
    switch incoming.head.verdict(limits) {
    case .refused(let status): refuse(id, status)
    case .accepted(let head): accept(id, head, complete: endsStream, since: incoming.since)
    }
  }

  private func refuse(_ id: Int32, _ status: HTTPResponse.Status) {
    streams[id] = .answered
    submit(id, Reply(head: HTTPResponse(status: status)), isHead: false)
  }

  private func accept(_ id: Int32, _ head: HTTPRequest, complete: Bool, since: NIODeadline) {
    guard let bound else { return }
    let handle = StreamHandle(id, of: bound)
    if complete, let parking = services.parking, park(id, head, with: parking, handle) { return }
    guard runningHandlers < 2 * limits.maxConcurrentStreams else {
      session?.reset(id, .refusedStream)
      return
    }
    let exchange = LiveExchange(head, complete: complete, since: since)
    streams[id] = .live(exchange)
    exchange.task = startHandler(head, complete: complete, handle)
  }

  private func startHandler(_ head: HTTPRequest, complete: Bool, _ handle: StreamHandle) -> Task<Void, Never>? {
    guard let channel = context?.channel else { return nil }
    runningHandlers += 1
    let operation: @Sendable () async -> Void = { [exchange = services.exchange] in
      await exchange.respond(to: head, hasBody: !complete, handle, on: channel)
      handle.onLoop { connection, _ in connection.runningHandlers -= 1 }
    }
    guard services.handlersOnEventLoop else { return Task(operation: operation) }
    return Task(executorPreference: loopState.executor, operation: operation)
  }

  func dataReceived(_ id: Int32, _ bytes: UnsafeRawBufferPointer) {
    switch streams[id] {
    case .live(let exchange):
      switch exchange.inbound.receive(bytes, limit: limits.maxRequestBodyBytes) {
      case .taken: session?.consume(id, bytes.count)
      case .buffered: break
      case .dropped(let count): session?.consumeConnection(count)
      }
    case .lingering(let left, let since):
      if bytes.count > left { session?.reset(id, .noError) }
      streams[id] = .lingering(left: max(0, left - bytes.count), since: since)
      session?.consume(id, bytes.count)
    case .answering, .answered, .parked, nil:
      session?.consume(id, bytes.count)
    }
  }

  private func completeInbound(_ id: Int32) {
    if case .live(let exchange)? = streams[id] { exchange.inbound.complete() }
  }

  func streamClosed(_ id: Int32, cleanly: Bool) {
    if incoming?.id == id { incoming = nil }
    let state = streams.removeValue(forKey: id)
    let isAnswered = settle(state, id)
    if streams.isEmpty { idleSince = .now() }
    if case .lingering? = state { return }
    if phase == .closed || (isAnswered && cleanly) { return }
    if !abandonedStreams.spend(limits.abandonedStreams, at: .now()) {
      services.logger.info("HTTP/2 connection closed: too many abandoned streams")
      session?.terminate(.enhanceYourCalm)
    }
  }

  /// Releases what a closed stream held. True when its answer was complete.
  private func settle(_ state: StreamState?, _ id: Int32) -> Bool {
    switch state {
    case .live(let exchange):
      session?.consumeConnection(exchange.inbound.buffered)
      _ = exchange.inbound.fail(.closed)
      exchange.outbound?.failWriters(StreamError.closed)
      if exchange.outbound?.isSent == true { return true }
      exchange.task?.cancel()
      return false
    case .parked(let parking, _):
      if let bound { parking.parkedStreamClosed(ParkedStream(handle: StreamHandle(id, of: bound))) }
      return false
    case .answering(let body): return body.isSent
    case .answered, .lingering: return true
    case nil: return false
    }
  }
}
