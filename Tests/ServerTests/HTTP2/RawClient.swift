import Foundation
import Glibc

/// An HTTP/2 client of bare frames over TCP, for what no well-behaved client does.
///
/// Each call runs on a queue of its own, because it blocks; the queue also makes the calls one at a time.
final class RawClient: @unchecked Sendable {
  // Safe: `socket` never changes, and `buffer` and `consumed` are touched on `queue` alone.
  private let socket: CInt
  private let queue = DispatchQueue(label: "raw client")
  private var buffer: [UInt8] = []
  private var consumed = 0

  struct Frame: Equatable {
    let type: UInt8
    let flags: UInt8
    let stream: UInt32
    let payload: [UInt8]

    var endsStream: Bool { flags & 1 != 0 && (type == FrameType.data || type == FrameType.headers) }
    /// The error code of RST_STREAM and GOAWAY.
    var errorCode: UInt32? {
      let bytes = type == FrameType.goAway ? payload.dropFirst(4).prefix(4) : payload.prefix(4)
      return bytes.count == 4 ? bytes.reduce(0) { $0 << 8 | UInt32($1) } : nil
    }

    /// The status of a response's HEADERS, of which it is the first field after updates of the table's size (RFC 7541).
    var responseStatus: Int? {
      guard type == FrameType.headers else { return nil }
      let block = payload.drop { $0 & 0xE0 == 0x20 }
      guard let first = block.first else { return nil }
      let indexed = [0x88: 200, 0x89: 204, 0x8A: 206, 0x8B: 304, 0x8C: 400, 0x8D: 404, 0x8E: 500]
      if let status = indexed[Int(first)] { return status }
      guard [0x08, 0x18, 0x48].contains(first), let length = block.dropFirst().first else { return nil }
      let value = block.dropFirst(2).prefix(Int(length & 0x7F))
      if length & 0x80 == 0 { return Int(String(decoding: value, as: UTF8.self)) }
      return Self.huffmanDigits(value)
    }

    /// Digits have codes of five bits up to 2, and of six bits from 3 on.
    private static func huffmanDigits(_ bytes: ArraySlice<UInt8>) -> Int? {
      let bits = bytes.flatMap { byte in (0..<8).reversed().map { Int(byte >> $0) & 1 } }
      var (at, number) = (0, 0)
      for _ in 0..<3 {
        guard at + 5 <= bits.count else { return nil }
        let five = bits[at..<(at + 5)].reduce(0) { $0 * 2 + $1 }
        if five <= 2 {
          (at, number) = (at + 5, number * 10 + five)
        } else {
          guard at + 6 <= bits.count else { return nil }
          (at, number) = (at + 6, number * 10 + five * 2 + bits[at + 5] - 0x16)
        }
      }
      return number
    }
  }

  enum FrameType {
    static let data: UInt8 = 0
    static let headers: UInt8 = 1
    static let priority: UInt8 = 2
    static let reset: UInt8 = 3
    static let settings: UInt8 = 4
    static let ping: UInt8 = 6
    static let goAway: UInt8 = 7
    static let windowUpdate: UInt8 = 8
    static let continuation: UInt8 = 9
  }

  enum ErrorCode {
    static let protocolError: UInt32 = 1
    static let refusedStream: UInt32 = 7
    static let enhanceYourCalm: UInt32 = 11
  }

  struct Failure: Error {
    let what: String
  }

  init(port: Int) throws {
    socket = Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    guard socket >= 0 else { throw Failure(what: "socket") }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let connected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { throw Failure(what: "connect") }
  }

  deinit { close(socket) }

  private func onQueue<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Swift.Result { try body() }) }
    }
  }

  /// The preface and SETTINGS, and `more` with them.
  func open(settings: [(UInt16, UInt32)] = [], with more: [UInt8] = []) async throws {
    let payload = settings.flatMap { id, value in Self.bytes(UInt32(id), 2) + Self.bytes(value, 4) }
    try await send(Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + Self.frame(FrameType.settings, 0, 0, payload) + more)
  }

  /// Sends bytes; throws when the server has closed, or does not take them within the deadline.
  func send(_ bytes: [UInt8], seconds: Double = 5) async throws {
    try await onQueue { [socket] in
      var sent = 0
      let end = Date().addingTimeInterval(seconds)
      while sent < bytes.count {
        var poll = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
        guard Glibc.poll(&poll, 1, CInt(max(0, end.timeIntervalSinceNow * 1000))) == 1 else {
          throw Failure(what: "the server does not read")
        }
        let count = bytes.withUnsafeBytes { buffer in
          Glibc.send(
            socket, UnsafeRawBufferPointer(rebasing: buffer[sent...]).baseAddress, min(bytes.count - sent, 16_384),
            CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT))
        }
        if count < 0, errno == EAGAIN { continue }
        guard count > 0 else { throw Failure(what: "closed by the server") }
        sent += count
      }
    }
  }

  /// The next frame; nil at the end of the connection.
  func next(seconds: Double = 5) async throws -> Frame? {
    try await onQueue { [self] in
      let end = Date().addingTimeInterval(seconds)
      while true {
        if let frame = takeFrame() { return frame }
        var poll = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        guard Glibc.poll(&poll, 1, CInt(max(0, end.timeIntervalSinceNow * 1000))) == 1 else {
          throw Failure(what: "no frame in time")
        }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(socket, &chunk, chunk.count, 0)
        guard count > 0 else { return nil }
        buffer.removeFirst(consumed)
        consumed = 0
        buffer += chunk[..<count]
      }
    }
  }

  private func takeFrame() -> Frame? {
    let start = buffer[consumed...]
    guard start.count >= 9 else { return nil }
    let head = Array(start.prefix(9))
    let length = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
    guard start.count >= 9 + length else { return nil }
    let stream = head[5...].reduce(0) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
    let payload = Array(start.dropFirst(9).prefix(length))
    consumed += 9 + length
    return Frame(type: head[3], flags: head[4], stream: stream, payload: payload)
  }

  /// The first frame that fits; nil when the connection ends before.
  func first(seconds: Double = 5, where matches: (Frame) -> Bool) async throws -> Frame? {
    while let frame = try await next(seconds: seconds) {
      if matches(frame) { return frame }
    }
    return nil
  }

  /// Reads until the server closes. Returns what it sent.
  func untilClosed(seconds: Double = 5) async throws -> [Frame] {
    var frames: [Frame] = []
    while let frame = try await next(seconds: seconds) { frames.append(frame) }
    return frames
  }

  static func frame(_ type: UInt8, _ flags: UInt8, _ stream: UInt32, _ payload: [UInt8] = []) -> [UInt8] {
    bytes(UInt32(payload.count), 3) + [type, flags] + bytes(stream, 4) + payload
  }

  static func bytes(_ value: UInt32, _ count: Int) -> [UInt8] {
    (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> UInt32($0 * 8)) }
  }

  /// HEADERS with END_HEADERS.
  static func headers(
    _ stream: UInt32, _ method: String = "GET", _ path: String, endsStream: Bool = true, _ more: [(String, String)] = []
  ) -> [UInt8] {
    let fields = [(":method", method), (":scheme", "http"), (":authority", "localhost"), (":path", path)] + more
    return frame(FrameType.headers, endsStream ? 5 : 4, stream, block(fields))
  }

  /// A header block of literals that are not indexed, without Huffman coding.
  static func block(_ fields: [(String, String)]) -> [UInt8] {
    fields.flatMap { name, value in [0x00] + string(name) + string(value) }
  }

  private static func string(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    if bytes.count < 127 { return [UInt8(bytes.count)] + bytes }
    var (rest, length) = (bytes.count - 127, [UInt8(127)])
    while rest >= 128 {
      length.append(UInt8(rest % 128) | 0x80)
      rest /= 128
    }
    return length + [UInt8(rest)] + bytes
  }

  static func reset(_ stream: UInt32, code: UInt32 = 8) -> [UInt8] { frame(FrameType.reset, 0, stream, bytes(code, 4)) }
}
