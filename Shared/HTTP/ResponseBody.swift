/// The body of one response, in the parts in which it arrives.
///
/// For a single consumer: parts that one iterator took are not seen by another. Reading slowly holds the server back
/// once `Configuration.bodyBufferLimit` bytes wait here. Letting go of the response, its body and all iterators ends the
/// exchange: over HTTP/1.1 the connection is closed, over HTTP/2 the stream is reset.
public struct ResponseBody: AsyncSequence, Sendable {
  public typealias Element = [UInt8]
  public typealias Failure = HTTPError

  private let reader: BodyReader
  /// A response to HEAD, a 204 and a 304 have no body, whatever their Content-Length says (RFC 9112, section 6.3).
  let isEmptyByDefinition: Bool

  init(_ exchange: Exchange, client: HTTPClient, isEmptyByDefinition: Bool) {
    reader = BodyReader(source: exchange, client: client)
    self.isEmptyByDefinition = isEmptyByDefinition
  }

  /// A body that is made in this process, for an ``HTTPTransport`` without a network: its parts, none of them empty, as they come.
  /// - Parameter onEnd: called when nobody reads any more; it must end the stream.
  public init(parts: AsyncStream<[UInt8]>, onEnd: @escaping @Sendable () -> Void) {
    reader = BodyReader(source: LocalBody(parts, onEnd: onEnd), client: nil)
    isEmptyByDefinition = false
  }

  public struct AsyncIterator: AsyncIteratorProtocol {
    private let reader: BodyReader

    fileprivate init(_ reader: BodyReader) { self.reader = reader }

    /// The next part, never empty; nil at the end of a complete body.
    ///
    /// - Throws: what ended the exchange, after the parts that had arrived before; `.cancelled` when the task is cancelled.
    public mutating func next() async throws(HTTPError) -> [UInt8]? {
      try await next(isolation: #isolation)
    }

    public mutating func next(isolation actor: isolated (any Actor)?) async throws(HTTPError) -> [UInt8]? {
      try await reader.source.nextPart(isolation: actor)
    }
  }

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(reader) }

  /// The body as lines that end with a line feed, which is not part of the line; a last line may lack it. This is how
  /// Kubernetes sends watch events and logs.
  ///
  /// - Parameter limit: the most bytes of a line; a longer one throws `.lineTooLong(limit:)` and ends the exchange.
  public func lines(limit: Int) -> BodyLines { BodyLines(body: self, limit: limit) }

  /// Ends the exchange now; the next read throws `.cancelled`.
  func end() { reader.source.cancel() }
}

/// Ends the exchange when the last value that could read its body is gone, and keeps the client alive until then.
private final class BodyReader: Sendable {
  let source: any BodySource
  private let client: HTTPClient?

  init(source: any BodySource, client: HTTPClient?) {
    self.source = source
    self.client = client
  }

  deinit { source.cancel() }
}
