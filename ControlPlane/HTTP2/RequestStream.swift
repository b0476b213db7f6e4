public import Hummingbird
import HTTPTypes
import NIOCore

/// The HTTP/2 stream of a request that a handler is working on. Its one use is to park the request, so that the
/// handler can end while the stream waits.
public struct RequestStream: Sendable {
  let handle: StreamHandle

  /// Parks the request. Return what this returns: it stands in for a response and is never sent.
  ///
  /// ```
  /// return stream.park(with: link) { parked in link.wait(parked, as: agent) }
  /// ```
  /// - Parameters:
  ///   - parking: told when the peer closes the stream, and asked at shutdown.
  ///   - register: called on the event loop with the parked stream, before `parking` can hear of it. Not called when
  ///     the stream is closed already.
  public func park(with parking: any StreamParking, _ register: @escaping @Sendable (ParkedStream) -> Void) -> Response {
    handle.onLoop { connection, id in connection.park(id, with: parking, register) }
    return Response(status: .accepted)
  }
}

/// A request context that receives the HTTP/2 stream of its request.
public protocol StreamRequestContext: RequestContext {
  /// Set before the responder is called; nil over HTTP/1.
  var stream: RequestStream? { get set }
}
