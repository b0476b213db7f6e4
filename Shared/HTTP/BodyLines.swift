import Glibc

/// The lines of a response body; see `ResponseBody.lines(limit:)`.
public struct BodyLines: AsyncSequence, Sendable {
  public typealias Element = [UInt8]
  public typealias Failure = HTTPError

  let body: ResponseBody
  let limit: Int

  public struct AsyncIterator: AsyncIteratorProtocol {
    private let body: ResponseBody
    private var parts: ResponseBody.AsyncIterator
    private var splitter: LineSplitter

    fileprivate init(body: ResponseBody, limit: Int) {
      self.body = body
      parts = body.makeAsyncIterator()
      splitter = LineSplitter(limit: limit)
    }

    public mutating func next() async throws(HTTPError) -> [UInt8]? {
      try await next(isolation: #isolation)
    }

    public mutating func next(isolation actor: isolated (any Actor)?) async throws(HTTPError) -> [UInt8]? {
      do {
        while true {
          if let line = try splitter.next() { return line }
          guard let part = try await parts.next(isolation: actor) else { return splitter.rest() }
          splitter.add(part)
        }
      } catch .lineTooLong(let limit) {
        body.end()
        throw .lineTooLong(limit: limit)
      }
    }
  }

  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(body: body, limit: limit) }
}

/// Cuts bytes into lines; each byte is looked at once, however the parts fall.
struct LineSplitter: Sendable {
  private let limit: Int
  private var buffer: [UInt8] = []
  /// Where the current line begins, and up to where it was searched.
  private var start = 0
  private var searched = 0

  init(limit: Int) { self.limit = limit }

  mutating func add(_ part: [UInt8]) {
    if start == buffer.count {
      buffer = part
    } else {
      buffer.removeSubrange(..<start)
      buffer += part
    }
    searched -= start
    start = 0
  }

  /// The next whole line; nil when more bytes are needed.
  mutating func next() throws(HTTPError) -> [UInt8]? {
    guard let end = lineFeed(from: searched) else {
      searched = buffer.count
      guard buffer.count - start <= limit else { throw .lineTooLong(limit: limit) }
      return nil
    }
    guard end - start <= limit else { throw .lineTooLong(limit: limit) }
    defer {
      start = end + 1
      searched = start
    }
    return Array(buffer[start..<end])
  }

  /// What follows the last line feed; nil when there is nothing.
  mutating func rest() -> [UInt8]? {
    guard start < buffer.count else { return nil }
    defer {
      buffer = []
      start = 0
      searched = 0
    }
    return Array(buffer[start...])
  }

  private func lineFeed(from index: Int) -> Int? {
    buffer.withUnsafeBytes { bytes in
      guard index < bytes.count, let base = bytes.baseAddress,
        let found = memchr(base + index, 0x0A, bytes.count - index)
      else { return nil }
      return base.distance(to: UnsafeRawPointer(found))
    }
  }
}
