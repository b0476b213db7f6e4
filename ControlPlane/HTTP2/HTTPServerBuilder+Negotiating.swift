public import Hummingbird
public import HummingbirdCore
public import Logging

extension HTTPServerBuilder {
  /// A listener for `Application(responder:server:)`.
  ///
  /// Give it the responder of the application: HTTP/2 requests go to it directly, and so do those of HTTP/1.1, with one
  /// implementation of request ids, error mapping and dates. The application's own, and its `serverName`, are not used.
  public static func negotiating<Responder: HTTPResponder>(
    _ mode: ServingMode, responder: Responder, limits: HTTPLimits = HTTPLimits(), parking: (any StreamParking)? = nil,
    handlersOnEventLoop: Bool = true, logger: Logger
  ) -> HTTPServerBuilder
  where Responder.Context: RequestContext, Responder.Context.Source == ApplicationRequestContextSource {
    HTTPServerBuilder { _ in
      NegotiatingChannel(
        mode, responder: responder, limits: limits, parking: parking, handlersOnEventLoop: handlersOnEventLoop,
        logger: logger)
    }
  }

  /// As above, for contexts that carry the stream, so that handlers can park it.
  public static func negotiating<Responder: HTTPResponder>(
    _ mode: ServingMode, responder: Responder, limits: HTTPLimits = HTTPLimits(), parking: (any StreamParking)? = nil,
    handlersOnEventLoop: Bool = true, logger: Logger
  ) -> HTTPServerBuilder
  where Responder.Context: StreamRequestContext, Responder.Context.Source == ApplicationRequestContextSource {
    HTTPServerBuilder { _ in
      NegotiatingChannel(
        mode, responder: responder, limits: limits, parking: parking, handlersOnEventLoop: handlersOnEventLoop,
        logger: logger)
    }
  }
}
