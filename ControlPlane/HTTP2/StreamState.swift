import HTTPTypes
import NIOCore

/// What became of a stream whose request was accepted.
enum StreamState {
  /// A handler works on it.
  case live(LiveExchange)
  /// It waits for an answer, and nobody works on it.
  case parked(any StreamParking, isHead: Bool)
  /// The answer is complete, and parts of its body have to be sent.
  case answering(OutboundBody)
  /// The answer has no body.
  case answered
  /// The answer has left, and the peer is still sending the request; `left` more bytes of it are dropped.
  case lingering(left: Int, since: NIODeadline)
}

/// A request between handler and peer.
final class LiveExchange {
  let since: NIODeadline
  let isHead: Bool
  var inbound: InboundBody
  var task: Task<Void, Never>?
  /// A response head that has not been given to nghttp2.
  var unsentHead: HTTPResponse?
  /// Set when the response has begun.
  var outbound: OutboundBody?

  init(_ head: HTTPRequest, complete: Bool, since: NIODeadline) {
    self.since = since
    isHead = head.method == .head
    inbound = InboundBody(complete: complete)
  }
}

/// A whole response.
struct Reply: Sendable {
  var head: HTTPResponse
  var body: ByteBuffer
  var trailers: HTTPFields?

  init(head: HTTPResponse, body: ByteBuffer = ByteBuffer(), trailers: HTTPFields? = nil) {
    self.head = head
    self.body = body
    self.trailers = trailers
  }
}
