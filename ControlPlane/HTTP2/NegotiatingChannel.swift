public import Hummingbird
public import HummingbirdCore
public import Logging
public import NIOCore
import NIOSSL
import NIOTLS

/// A listener's connections: ALPN `h2` goes to libnghttp2, HTTP/1.1 to Hummingbird's own channel, and both call one
/// responder.
///
/// ```
/// let responder = router.buildResponder()
/// Application(responder: responder, server: .negotiating(.tls(credentials), responder: responder))
/// ```
public struct NegotiatingChannel: ServerChildChannel {
  enum Negotiated: Sendable {
    case http1(HTTP1Channel, HTTP1Channel.Value, HTTP1Peer)
    case http2
    case refused
  }

  public struct Value: ServerChildChannelValue {
    let negotiated: EventLoopFuture<Negotiated>
    public let channel: any Channel
  }

  private let mode: ServingMode
  private let services: ConnectionServices
  private let loopStates: LoopStates
  private let openConnections = Locked(0)

  /// - Parameters:
  ///   - responder: answers the requests of both versions of HTTP.
  ///   - limits: what a client may take.
  ///   - parking: asked first about each complete HTTP/2 request without a body.
  ///   - handlersOnEventLoop: whether HTTP/2 handlers run on the event loop of their connection, which saves two thread
  ///     hops per request. They must not block then, nor compute for more than a few milliseconds.
  ///   - logger: the base of the loggers in request contexts.
  public init<Responder: HTTPResponder>(
    _ mode: ServingMode, responder: Responder, limits: HTTPLimits = HTTPLimits(), parking: (any StreamParking)? = nil,
    handlersOnEventLoop: Bool = true, logger: Logger
  ) where Responder.Context: RequestContext, Responder.Context.Source == ApplicationRequestContextSource {
    let exchange = RequestExchange(responder, logger: logger) { channel, logger, _ in
      Responder.Context(source: ApplicationRequestContextSource(channel: channel, logger: logger))
    }
    self.init(mode, exchange, limits, parking, handlersOnEventLoop, logger)
  }

  /// As above, for contexts that carry the stream, so that handlers can park it.
  public init<Responder: HTTPResponder>(
    _ mode: ServingMode, responder: Responder, limits: HTTPLimits = HTTPLimits(), parking: (any StreamParking)? = nil,
    handlersOnEventLoop: Bool = true, logger: Logger
  ) where Responder.Context: StreamRequestContext, Responder.Context.Source == ApplicationRequestContextSource {
    let exchange = RequestExchange(responder, logger: logger) { channel, logger, stream in
      var context = Responder.Context(source: ApplicationRequestContextSource(channel: channel, logger: logger))
      context.stream = stream
      return context
    }
    self.init(mode, exchange, limits, parking, handlersOnEventLoop, logger)
  }

  private init(
    _ mode: ServingMode, _ exchange: RequestExchange, _ limits: HTTPLimits, _ parking: (any StreamParking)?,
    _ handlersOnEventLoop: Bool, _ logger: Logger
  ) {
    self.mode = mode
    services = ConnectionServices(
      limits: limits, exchange: exchange, parking: parking, handlersOnEventLoop: handlersOnEventLoop, logger: logger)
    loopStates = LoopStates(sweepInterval: limits.sweepInterval)
  }

  /// Called on the event loop of the new connection. Never fails: NIO would report that to the listening socket.
  public func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    let negotiated: EventLoopFuture<Negotiated>
    if admit(channel) {
      do {
        negotiated = try negotiate(channel)
      } catch {
        logger.error("A connection could not be set up", metadata: ["error.type": "\(type(of: error))"])
        negotiated = refuse(channel)
      }
    } else {
      logger.debug("A connection was refused: \(services.limits.maxConnections) are open")
      negotiated = refuse(channel)
    }
    return channel.eventLoop.makeSucceededFuture(Value(negotiated: negotiated, channel: channel))
  }

  /// Waits for the end of the connection; over HTTP/1, serves it.
  public func handle(value: Value, logger: Logger) async {
    switch try? await value.negotiated.get() {
    case .http1(let http1, let connection, let peer)?: await peer.serve(connection, with: http1, logger: logger)
    case .http2?: try? await value.channel.closeFuture.get()
    case .refused?, nil: break
    }
  }

  private func admit(_ channel: any Channel) -> Bool {
    let limit = services.limits.maxConnections
    let isAdmitted = openConnections.withLock { count in
      guard count < limit else { return false }
      count += 1
      return true
    }
    if isAdmitted {
      channel.closeFuture.whenComplete { [openConnections] _ in openConnections.withLock { $0 -= 1 } }
    }
    return isAdmitted
  }

  private func refuse(_ channel: any Channel) -> EventLoopFuture<Negotiated> {
    channel.close(promise: nil)
    return channel.eventLoop.makeSucceededFuture(.refused)
  }

  private func negotiate(_ channel: any Channel) throws -> EventLoopFuture<Negotiated> {
    switch mode {
    case .plainHTTP1: return startHTTP1(channel)
    case .plainHTTP2:
      try prepare(channel)
      return try startHTTP2(channel, acceptedAt: .now())
    case .tls(let credentials): return try startTLS(channel, credentials.contextForBoth)
    case .tlsHTTP2Only(let credentials): return try startTLS(channel, credentials.contextForHTTP2Only)
    }
  }

  /// Options of a connection that may wait for hours.
  ///
  /// Hummingbird allows half-closure for HTTP/1; neither TLS nor HTTP/2 has any use for it, and a connection whose peer
  /// has gone would wait for a farewell. NIO keeps a receive buffer for each connection, of 2 KB at first and up to 64:
  /// a small one is enough for requests without bodies, and one of 16 KB for those with.
  private func prepare(_ channel: any Channel) throws {
    let options = channel.syncOptions
    try options?.setOption(.allowRemoteHalfClosure, value: false)
    let buffers = AdaptiveRecvByteBufferAllocator(minimum: 256, initial: 512, maximum: 16 * 1024)
    try options?.setOption(.recvAllocator, value: buffers)
  }

  private func startTLS(_ channel: any Channel, _ context: NIOSSLContext) throws -> EventLoopFuture<Negotiated> {
    try prepare(channel)
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandler(NIOSSLServerHandler(context: context))
    let watch = HandshakeWatch(loopStates.state(on: channel.eventLoop), deadline: services.limits.setupDeadline)
    try pipeline.addHandler(watch)
    let acceptedAt = NIODeadline.now()
    let bound = NIOLoopBound((watch, pipeline), eventLoop: channel.eventLoop)
    let negotiation = NIOTypedApplicationProtocolNegotiationHandler<Negotiated> { result in
      let (watch, pipeline) = bound.value
      pipeline.removeHandler(watch, promise: nil)
      return start(result, channel, acceptedAt)
    }
    try pipeline.addHandler(negotiation)
    return negotiation.protocolNegotiationResult
  }

  private func start(_ result: ALPNResult, _ channel: any Channel, _ acceptedAt: NIODeadline) -> EventLoopFuture<Negotiated> {
    switch (mode, result) {
    case (_, .negotiated("h2")):
      do { return try startHTTP2(channel, acceptedAt: acceptedAt) } catch { return refuse(channel) }
    case (.tls, .negotiated("http/1.1")), (.tls, .fallback): return startHTTP1(channel)
    default:
      services.logger.debug("A connection was refused: it did not negotiate HTTP/2")
      return refuse(channel)
    }
  }

  private func startHTTP2(_ channel: any Channel, acceptedAt: NIODeadline) throws -> EventLoopFuture<Negotiated> {
    let connection = Connection(services, loopStates.state(on: channel.eventLoop), acceptedAt: acceptedAt)
    try channel.pipeline.syncOperations.addHandler(connection)
    return channel.eventLoop.makeSucceededFuture(.http2)
  }

  private func startHTTP1(_ channel: any Channel) -> EventLoopFuture<Negotiated> {
    let peer = HTTP1Peer(channel, services)
    let http1 = HTTP1Channel(
      responder: { request, writer, channel in try await peer.respond(to: request, writer, on: channel) },
      configuration: HTTP1Channel.Configuration(
        idleTimeout: TimeAmount(services.limits.idleDeadline),
        httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
          maxHeaderFieldSize: services.limits.maxHeaderListBytes, maxHeaderListSize: services.limits.maxHeaderListBytes,
          maxHeaderFieldCount: services.limits.maxHeaderFields)))
    do { try channel.pipeline.syncOperations.addHandler(HTTP1PeerWatch(peer)) } catch { return refuse(channel) }
    return http1.setup(channel: channel, logger: services.logger).map { .http1(http1, $0, peer) }
  }
}
