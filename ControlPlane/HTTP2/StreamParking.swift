public import HTTPTypes
public import NIOCore

/// Holds requests that only have to wait, such as long polls. A waiting request is a *parked stream*: one dictionary
/// entry of its connection, without a task or a timer.
///
/// All methods are called on the event loop of the stream's connection: they must be quick and must not block. For one
/// stream they never run at the same time.
public protocol StreamParking: AnyObject, Sendable {
  /// Asked about each complete request without a body, before any task is made for it.
  ///
  /// Return true to keep the stream; it then stays open until ``ParkedStream/finish(_:_:)``. Return false to have the
  /// request handled as usual. A deadline for the wait is the implementation's own affair.
  func park(_ head: HTTPRequest, on stream: ParkedStream) -> Bool

  /// The peer reset a parked stream or its connection is gone; forget it. Not called for a stream that was finished.
  func parkedStreamClosed(_ stream: ParkedStream)

  /// The server is shutting down: how the stream is answered. It counts as finished. Default: 503 with `Retry-After: 1`.
  func answerOnShutdown(_ stream: ParkedStream) -> ParkedAnswer
}

/// The whole answer to a parked stream.
public struct ParkedAnswer: Sendable {
  public var head: HTTPResponse
  public var body: ByteBuffer?

  public init(head: HTTPResponse, body: ByteBuffer? = nil) {
    self.head = head
    self.body = body
  }
}

extension StreamParking {
  public func park(_ head: HTTPRequest, on stream: ParkedStream) -> Bool { false }

  public func answerOnShutdown(_ stream: ParkedStream) -> ParkedAnswer {
    ParkedAnswer(head: HTTPResponse(status: .serviceUnavailable, headerFields: [.retryAfter: "1"]))
  }
}

/// A stream of an HTTP/2 connection that waits for its answer. May be held, compared and finished from any thread.
public struct ParkedStream: Sendable, Hashable {
  let handle: StreamHandle

  /// Sends the whole response and ends the stream. `content-length` and `date` are added. Does nothing when the
  /// stream is closed or was finished before: whoever comes first wins.
  public func finish(_ head: HTTPResponse, _ body: ByteBuffer? = nil) {
    handle.onLoop { connection, id in
      connection.answerParked(id, Reply(head: head, body: body ?? ByteBuffer()))
    }
  }

  /// The event loop of the connection; ``finish(_:_:)`` on it needs no hop.
  public var eventLoop: any EventLoop { handle.eventLoop }
}
