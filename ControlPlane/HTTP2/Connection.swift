import HTTPTypes
import Logging
import NIOCore

/// What all connections of a listener share.
final class ConnectionServices: Sendable {
  let limits: HTTPLimits
  let exchange: RequestExchange
  let parking: (any StreamParking)?
  let handlersOnEventLoop: Bool
  let logger: Logger

  init(
    limits: HTTPLimits, exchange: RequestExchange, parking: (any StreamParking)?, handlersOnEventLoop: Bool, logger: Logger
  ) {
    self.limits = limits
    self.exchange = exchange
    self.parking = parking
    self.handlersOnEventLoop = handlersOnEventLoop
    self.logger = logger
  }
}

/// One HTTP/2 connection: bytes of the channel to and from libnghttp2, and what became of each stream.
///
/// Confined to its event loop. What the peer sends is handled in `Connection+Receiving`, answers in
/// `Connection+Answering`, time and shutdown in `Connection+Ending`.
final class Connection: ChannelInboundHandler, DeadlineBound {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  enum Phase: Equatable {
    /// Waiting for the client's preface.
    case settingUp(since: NIODeadline)
    case open
    /// A graceful shutdown; `announced` until the last accepted stream is settled.
    case draining(since: NIODeadline, announced: Bool)
    case closed
  }

  /// The header list that is being received; HTTP/2 allows one at a time.
  struct Incoming {
    let id: Int32
    let since: NIODeadline
    let isTrailers: Bool
    var head = RequestHead()
  }

  /// Bytes written to the channel in one piece.
  static let pieceSize = 32 * 1024

  let services: ConnectionServices
  let loopState: LoopState
  private(set) var session: Session?
  private(set) var context: ChannelHandlerContext?
  private(set) var bound: NIOLoopBound<Connection>?
  var streams: [Int32: StreamState] = [:]
  var incoming: Incoming?
  var phase: Phase
  /// Streams whose head waits for the next flush, because by then more may be known about the body.
  var unsentHeads: [Int32] = []
  /// Handlers that have not returned, whatever became of their streams.
  var runningHandlers = 0
  var abandonedStreams: TokenBucket
  var controlFrames: TokenBucket
  var idleSince: NIODeadline
  var blockedSince: NIODeadline?
  private var isReceiving = false
  private var flushIsScheduled = false

  init(_ services: ConnectionServices, _ loopState: LoopState, acceptedAt: NIODeadline) {
    self.services = services
    self.loopState = loopState
    let now = NIODeadline.now()
    phase = .settingUp(since: acceptedAt)
    idleSince = now
    abandonedStreams = TokenBucket(at: now)
    controlFrames = TokenBucket(at: now)
  }

  var limits: HTTPLimits { services.limits }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    session = Session(of: self, limits)
    loopState.watch(self)
    if session == nil { return context.close(promise: nil) }
    if context.channel.isActive { flush() }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    tearDown()
  }

  func channelActive(context: ChannelHandlerContext) {
    flush()
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    tearDown()
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard let session, phase != .closed else { return }
    isReceiving = true
    let isGood = unwrapInboundIn(data).withUnsafeReadableBytes { session.receive($0) }
    isReceiving = false
    if !isGood { abort(.enhanceYourCalm) }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    flush()
    context.fireChannelReadComplete()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    blockedSince = context.channel.isWritable ? nil : .now()
    if context.channel.isWritable { flush() }
    context.fireChannelWritabilityChanged()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is ChannelShouldQuiesceEvent {
      beginDraining()
    } else if case .inputClosed? = event as? ChannelEvent {
      // Nothing can come any more, not even the window updates that answers need.
      context.close(promise: nil)
    } else {
      context.fireUserInboundEventTriggered(event)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    services.logger.debug("HTTP/2 connection failed", metadata: ["error": "\(error)"])
    context.close(promise: nil)
  }

  /// Ends everything: handlers are cancelled, parked streams reported. Safe to call while nghttp2 is on the stack: the
  /// session lives as long as the call that uses it.
  private func tearDown() {
    guard phase != .closed else { return }
    phase = .closed
    for id in Array(streams.keys) { streamClosed(id, cleanly: false) }
    loopState.unwatch(self)
    session = nil
    context = nil
    bound = nil
  }

  /// Sends what there is at the end of this turn of the event loop, so that answers that become ready together leave
  /// in one write.
  func scheduleFlush() {
    guard !isReceiving, !flushIsScheduled, let bound else { return }
    flushIsScheduled = true
    bound.eventLoop.execute {
      let connection = bound.value
      connection.flushIsScheduled = false
      connection.flush()
    }
  }

  /// Moves bytes from nghttp2 to the channel while the channel takes them.
  func flush() {
    guard let context, let session, !isReceiving else { return }
    submitHeads()
    var piece = ByteBuffer()
    pulling: while context.channel.isWritable {
      switch session.nextOutput() {
      case .bytes(let bytes):
        if piece.capacity == 0 { piece = context.channel.allocator.buffer(capacity: bytes.count) }
        piece.writeBytes(bytes)
      case .nothing: break pulling
      case .failed:
        context.close(promise: nil)
        return
      }
      if piece.readableBytes >= Self.pieceSize {
        context.writeAndFlush(wrapOutboundOut(piece), promise: nil)
        piece = ByteBuffer()
      }
    }
    if piece.readableBytes > 0 { context.writeAndFlush(wrapOutboundOut(piece), promise: nil) }
    if phase != .closed, isDone(session) { context.close(promise: nil) }
  }

  private func isDone(_ session: Session) -> Bool {
    if session.wantsOutput { return false }
    if case .draining(_, announced: false) = phase, streams.isEmpty, incoming == nil { return true }
    return !session.wantsInput
  }
}
