import Foundation
import Synchronization

extension HTTPTests {
  /// A TCP server on 127.0.0.1 that does with each connection exactly what a test says, on a thread per connection.
  final class RawServer: Sendable {
    let port: Int
    private let listener: CInt
    private let open = Mutex<(connections: [RawConnection], count: Int)>(([], 0))

    /// Connections accepted so far.
    var accepted: Int { open.withLock { $0.count } }

    var url: String { "http://127.0.0.1:\(port)" }

    init(_ serve: @escaping @Sendable (RawConnection) -> Void) throws {
      let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
      self.listener = listener
      port = try Self.listen(on: listener)
      Thread.detachNewThread { [weak self] in
        while true {
          let socket = accept(listener, nil, nil)
          guard socket >= 0 else {
            Glibc.close(listener)
            return
          }
          guard let connection = self?.add(socket) else {
            Glibc.close(socket)
            continue
          }
          Thread.detachNewThread {
            serve(connection)
            connection.close()
          }
        }
      }
    }

    /// Listens no more and cuts all connections. The accepting thread closes the listener, so that it never calls `accept`
    /// with a number that means another socket by then.
    func stop() {
      shutdown(listener, CInt(SHUT_RDWR))
      for connection in open.withLock({ $0.connections }) { connection.cut() }
    }

    private func add(_ socket: CInt) -> RawConnection {
      open.withLock { open in
        open.count += 1
        let connection = RawConnection(socket: socket, number: open.count)
        open.connections.append(connection)
        return connection
      }
    }

    private static func listen(on socket: CInt) throws -> Int {
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = inet_addr("127.0.0.1")
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      let result = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(socket, $0, size) == 0 && Glibc.listen(socket, 512) == 0 && getsockname(socket, $0, &size) == 0
        }
      }
      guard result else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
      return Int(UInt16(bigEndian: address.sin_port))
    }
  }

  struct RawRequest: Sendable {
    let line: String
    let headers: [String: String]
    let body: [UInt8]
    var path: String { line.split(separator: " ").dropFirst().first.map(String.init) ?? "" }
  }

  /// One connection of a `RawServer`. Reads and writes block, for ten seconds at most.
  final class RawConnection: Sendable {
    /// 1 for the first that the server accepted.
    let number: Int
    private let socket: CInt
    private let isOpen = Mutex(true)
    private let unread = Mutex<[UInt8]>([])

    init(socket: CInt, number: Int) {
      self.socket = socket
      self.number = number
      var limit = timeval(tv_sec: 10, tv_usec: 0)
      setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
      setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    /// The next request with its body; nil when the client has closed.
    func readRequest() -> RawRequest? {
      var bytes = unread.withLock { $0 }
      let end = Array("\r\n\r\n".utf8)
      var headEnd: Int?
      while true {
        headEnd = bytes.count < 4 ? nil : (0...(bytes.count - 4)).first { Array(bytes[$0..<($0 + 4)]) == end }
        if headEnd != nil { break }
        guard let more = read() else { return nil }
        bytes += more
      }
      guard let headEnd else { return nil }
      let lines = String(decoding: bytes[..<headEnd], as: UTF8.self).components(separatedBy: "\r\n")
      var headers: [String: String] = [:]
      for line in lines.dropFirst() {
        guard let colon = line.firstIndex(of: ":") else { continue }
        headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
      }
      let length = headers["content-length"].flatMap { Int($0) } ?? 0
      while bytes.count < headEnd + 4 + length {
        guard let more = read() else { return nil }
        bytes += more
      }
      let rest = Array(bytes[(headEnd + 4 + length)...])
      unread.withLock { $0 = rest }
      return RawRequest(line: lines[0], headers: headers, body: Array(bytes[(headEnd + 4)..<(headEnd + 4 + length)]))
    }

    /// The next bytes, as many as asked for, or fewer when the client has closed.
    func readBytes(_ count: Int) -> [UInt8] {
      var bytes = unread.withLock { $0 }
      while bytes.count < count, let more = read() { bytes += more }
      let rest = Array(bytes.dropFirst(count))
      unread.withLock { $0 = rest }
      return Array(bytes.prefix(count))
    }

    /// The next line without its CRLF; nil when the client has closed.
    func readLine() -> String? {
      var bytes = unread.withLock { $0 }
      while true {
        if let end = bytes.firstIndex(of: 0x0A) {
          let rest = Array(bytes[(end + 1)...])
          unread.withLock { $0 = rest }
          return String(decoding: bytes[..<end].filter { $0 != 0x0D }, as: UTF8.self)
        }
        guard let more = read() else { return nil }
        bytes += more
      }
    }

    /// False when the client has closed.
    @discardableResult
    func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool {
      var sent = 0
      while sent < bytes.count {
        let part = bytes[sent...].withUnsafeBytes { send(socket, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
        guard part > 0 else { return false }
        sent += part
      }
      return true
    }

    @discardableResult
    func respond(_ body: String, headers: String = "") -> Bool {
      write("HTTP/1.1 200 OK\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    /// Whether the client closes, or resets, the connection within ten seconds.
    func clientCloses() -> Bool {
      while true {
        var byte: UInt8 = 0
        let size = recv(socket, &byte, 1, 0)
        if size == 0 || (size < 0 && errno == ECONNRESET) { return true }
        if size < 0 { return false }
      }
    }

    /// Limits how much the kernel takes for a client that does not read.
    func limitSendBuffer(to size: CInt) {
      var size = size
      setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<CInt>.size))
    }

    /// Limits how much a client can send that is not read here.
    func limitReceiveBuffer(to size: CInt) {
      var size = size
      setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<CInt>.size))
    }

    func close() {
      isOpen.withLock { isOpen in
        if isOpen { Glibc.close(socket) }
        isOpen = false
      }
    }

    func cut() {
      isOpen.withLock { isOpen in
        if isOpen { shutdown(socket, CInt(SHUT_RDWR)) }
      }
    }

    private func read() -> [UInt8]? {
      var buffer = [UInt8](repeating: 0, count: 16 * 1024)
      let size = recv(socket, &buffer, buffer.count, 0)
      return size > 0 ? Array(buffer[..<size]) : nil
    }
  }

  /// Runs a server for as long as `body` takes.
  static func withServer(
    _ serve: @escaping @Sendable (RawConnection) -> Void, _ body: (RawServer) async throws -> Void
  ) async throws {
    let server = try RawServer(serve)
    defer { server.stop() }
    try await body(server)
  }

  /// Runs a server that answers every request of every connection.
  static func withServer(
    answering answer: @escaping @Sendable (RawRequest, RawConnection) -> Void, _ body: (RawServer) async throws -> Void
  ) async throws {
    try await withServer(
      { connection in
        while let request = connection.readRequest() { answer(request, connection) }
      }, body)
  }
}
