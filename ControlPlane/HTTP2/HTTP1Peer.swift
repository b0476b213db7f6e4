import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// What Hummingbird's HTTP/1 channel leaves to us, for one connection: the limits on bodies, an end for clients that
/// go on sending a body nobody wants, and the cancellation of a streaming handler whose client has gone.
final class HTTP1Peer: Sendable {
  private struct State: Sendable {
    var inputIsClosed = false
    var isStreaming = false
    var linger: Scheduled<Void>?
  }

  private let services: ConnectionServices
  private let gone: EventLoopPromise<Void>
  private let state = Locked(State())

  init(_ channel: any Channel, _ services: ConnectionServices) {
    self.services = services
    gone = channel.eventLoop.makePromise(of: Void.self)
  }

  deinit { gone.succeed() }

  /// Serves the connection until it ends; cancels the handler when the client is gone.
  func serve(_ connection: HTTP1Channel.Value, with http1: HTTP1Channel, logger: Logger) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await http1.handle(value: connection, logger: logger) }
      group.addTask { try? await self.gone.futureResult.get() }
      await group.next()
      group.cancelAll()
      gone.succeed()
    }
  }

  /// Handles one request.
  func respond(to request: Request, _ writer: consuming ResponseWriter, on channel: any Channel) async throws {
    endLinger()
    let limits = services.limits
    let progress = BodyProgress(isComplete: !Self.hasBody(request.head))
    let body = LimitedRequestBody(
      body: request.body, limit: limits.maxRequestBodyBytes, deadline: .now + limits.requestDeadline, progress: progress)
    var response: Response
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limits.maxRequestBodyBytes {
      response = Response(status: .contentTooLarge)
    } else if request.method == .connect {
      response = Response(status: .notImplemented)
    } else {
      let limited = Request(head: request.head, body: RequestBody(asyncSequence: body))
      response = await services.exchange.respond(limited, channel, nil)
    }
    if request.method == .head { response = response.createHeadResponse() }
    if response.headers[.date] == nil { response.headers[.date] = HTTPDate.format(HTTPDate.secondsNow()) }
    if !progress.isComplete { response.headers[.connection] = "close" }
    streaming(true)
    try await writer.write(response: response.head, body: response.body)
    streaming(false)
    if !progress.isComplete { linger(channel) }
  }

  private static func hasBody(_ head: HTTPRequest) -> Bool {
    if head.headerFields.contains(.transferEncoding) { return true }
    return head.headerFields[.contentLength].map { $0 != "0" } ?? false
  }

  /// Hummingbird reads the rest of the body, which may never end. It gets a while, so that a client that does end it can
  /// read the response, which a close with unread bytes would destroy.
  private func linger(_ channel: any Channel) {
    let timer = channel.eventLoop.scheduleTask(in: .seconds(5)) { channel.close(promise: nil) }
    state.withLock { $0.linger = timer }
    channel.closeFuture.whenComplete { _ in timer.cancel() }
  }

  private func endLinger() {
    state.withLock { state in
      state.linger?.cancel()
      state.linger = nil
    }
  }

  /// A client that closes its side while it reads a stream has gone; one that does so before may only have nothing more
  /// to ask.
  func inputClosed() {
    if state.withLock({ state in
      state.inputIsClosed = true
      return state.isStreaming
    }) {
      gone.succeed()
    }
  }

  private func streaming(_ isStreaming: Bool) {
    if state.withLock({ state in
      state.isStreaming = isStreaming
      return isStreaming && state.inputIsClosed
    }) {
      gone.succeed()
    }
  }

  func connectionClosed() {
    gone.succeed()
  }

  /// The server is shutting down: what is still running after the drain deadline is cut off.
  func drain(_ channel: any Channel) {
    let timer = channel.eventLoop.scheduleTask(in: TimeAmount(services.limits.drainDeadline)) { channel.close(promise: nil) }
    channel.closeFuture.whenComplete { _ in timer.cancel() }
  }
}

/// Tells an ``HTTP1Peer`` what becomes of its channel.
final class HTTP1PeerWatch: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  private let peer: HTTP1Peer

  init(_ peer: HTTP1Peer) {
    self.peer = peer
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .inputClosed? = event as? ChannelEvent { peer.inputClosed() }
    if event is ChannelShouldQuiesceEvent { peer.drain(context.channel) }
    context.fireUserInboundEventTriggered(event)
  }

  func channelInactive(context: ChannelHandlerContext) {
    peer.connectionClosed()
    context.fireChannelInactive()
  }
}
