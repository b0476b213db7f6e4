import NIOCore

/// Ends a connection whose TLS handshake takes too long, or that is still in it when the server shuts down. Removed once
/// a protocol is agreed on.
final class HandshakeWatch: ChannelInboundHandler, RemovableChannelHandler, DeadlineBound {
  typealias InboundIn = Any
  typealias InboundOut = Any

  private let loopState: LoopState
  private let deadline: NIODeadline
  private var context: ChannelHandlerContext?

  init(_ loopState: LoopState, deadline: Duration) {
    self.loopState = loopState
    self.deadline = .now() + TimeAmount(deadline)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    loopState.watch(self)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    loopState.unwatch(self)
    self.context = nil
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is ChannelShouldQuiesceEvent {
      context.close(promise: nil)
    } else {
      context.fireUserInboundEventTriggered(event)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  func enforceDeadlines(at now: NIODeadline) {
    if now > deadline { context?.close(promise: nil) }
  }
}
