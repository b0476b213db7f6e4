import CCurl
import Glibc

/// Why a WebSocket brought no, or not all, messages.
public enum WebSocketError: Error, Sendable, Equatable {
  /// The upgrade was never asked for: no connection, or no request that could be sent.
  case notConnected(HTTPError)
  /// The server answered with something else than an upgrade. `body` is at most 64 KiB.
  case refused(status: Int, body: [UInt8])
  /// It was asked for, and what came of it is not, or not wholly, known.
  case broken(String)
}

extension HTTPClient {
  /// Opens a WebSocket, takes its messages until either side ends it, and gives back what they came to. It sends nothing itself.
  ///
  /// It has a thread and a connection of its own for as long as it takes, at most the request's deadline.
  ///
  /// - Parameters:
  ///   - request: a GET without a body; its deadline must be set.
  ///   - messageLimit: bytes of one message.
  ///   - receive: takes each message in turn; false ends the socket.
  public func webSocket<State: Sendable>(
    _ request: ClientRequest, subprotocol: String, messageLimit: Int, into initial: State,
    receive: @escaping @Sendable (inout State, [UInt8]) -> Bool
  ) async throws(WebSocketError) -> State {
    guard !Task.isCancelled else { throw .notConnected(.cancelled) }
    let exchange = WebSocketExchange<State>()
    let configuration = self.configuration
    let thread = OwnedThread {
      var state = initial
      do throws(WebSocketError) {
        let session = try WebSocketSession(request, subprotocol: subprotocol, configuration) { exchange.isAbandoned }
        try session.run(messageLimit: messageLimit) { receive(&state, $0) }
        exchange.end(.success(state))
      } catch {
        exchange.end(.failure(error))
      }
    }
    guard thread != nil else {
      throw .notConnected(.transfer(code: Int(CURLE_FAILED_INIT.rawValue), message: "no thread for the socket"))
    }
    return try await exchange.awaitEnd()
  }
}

/// One WebSocket over a connection that libcurl makes (`CURLOPT_CONNECT_ONLY`); libcurl 7.88 speaks the protocol itself only
/// when it was built to, which Debian's is not. Blocks: runs on a thread of its own.
final class WebSocketSession {
  private let easy: EasyHandle
  private let handshake: WebSocketHandshake
  private let opening: [UInt8]
  private let deadline: MonotonicTime
  private let isAbandoned: () -> Bool

  private static let headLimit = 64 * 1024
  /// How long a wait for the socket lasts before deadline and abandonment are looked at.
  private static let tick: CInt = 100

  init(
    _ request: ClientRequest, subprotocol: String, _ configuration: HTTPClient.Configuration, isAbandoned: @escaping () -> Bool
  ) throws(WebSocketError) {
    guard CurlLibrary.isReady, let easy = EasyHandle() else {
      throw .notConnected(HTTPError(curl: CURLE_OUT_OF_MEMORY, message: curlText(CURLE_OUT_OF_MEMORY)))
    }
    handshake = WebSocketHandshake(subprotocol: subprotocol)
    do {
      let prepared = try PreparedRequest(request)
      // What libcurl would remove is not there to begin with.
      let lines = prepared.headerLines.filter { !$0.hasSuffix(":") && !$0.hasSuffix(";") }
      let rest = request.url.dropFirst(prepared.origin.scheme.count + 3)
      let path = rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? "/"
      opening = handshake.request(path: path, host: "\(prepared.origin.host):\(prepared.origin.port)", headers: lines)
      deadline = prepared.startedAt + (prepared.deadline ?? .seconds(60))
    } catch {
      throw .notConnected(error)
    }
    self.easy = easy
    self.isAbandoned = isAbandoned
    easy.set(CURLOPT_URL, request.url)
    easy.set(CURLOPT_PROTOCOLS_STR, "http,https")
    easy.set(CURLOPT_CONNECT_ONLY, 1)
    easy.set(CURLOPT_HTTP_VERSION, ccurl_http_version_1_1)
    easy.set(CURLOPT_CONNECTTIMEOUT_MS, request.connectDeadline.curlMilliseconds)
    easy.set(configuration.tls)
    easy.setProxy(usesEnvironment: configuration.usesProxyEnvironment)
    SocketLiveness.set(on: easy)
  }

  func run(messageLimit: Int, _ receive: ([UInt8]) -> Bool) throws(WebSocketError) {
    if let failure = easy.failure { throw .notConnected(easy.error(failure)) }
    let connected = curl_easy_perform(easy.pointer)
    guard connected == CURLE_OK else { throw .notConnected(easy.error(connected)) }
    guard !isAbandoned() else { throw .notConnected(.cancelled) }
    try send(opening)
    var reader = WebSocketReader(limit: messageLimit)
    var rest = try readHead()
    while true {
      do throws(WebSocketFault) {
        for event in try reader.receive(rest) {
          switch event {
          case .message(let bytes):
            guard receive(bytes) else { return close() }
          case .ping(let payload): sendFrame(.pong, payload)
          case .close: return close()
          }
        }
      } catch {
        throw .broken(error.text)
      }
      guard let more = try read() else { throw .broken("the connection ended before the socket was closed") }
      rest = more
    }
  }

  /// - Returns: what came after the head.
  private func readHead() throws(WebSocketError) -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      if let end = Self.headEnd(bytes) {
        let head = Self.parse(bytes[..<end])
        guard head.status == 101 else { throw .refused(status: head.status, body: try readBody(bytes[end...], head)) }
        if let objection = handshake.objection(to: head) { throw .broken(objection) }
        return Array(bytes[end...])
      }
      guard bytes.count <= Self.headLimit else { throw .broken("the response head is larger than the limit") }
      guard let more = try read() else { throw .broken("the connection ended before the server answered") }
      bytes.append(contentsOf: more)
    }
  }

  private func readBody(_ first: ArraySlice<UInt8>, _ head: ResponseHead) throws(WebSocketError) -> [UInt8] {
    let length = min(head.headers["Content-Length"].flatMap { Int($0) } ?? 0, Self.headLimit)
    var body = Array(first)
    while body.count < length, let more = try read() { body.append(contentsOf: more) }
    return Array(body.prefix(length))
  }

  private static func headEnd(_ bytes: [UInt8]) -> Int? {
    guard bytes.count >= 4 else { return nil }
    return (0...(bytes.count - 4)).first { Array(bytes[$0..<($0 + 4)]) == [13, 10, 13, 10] }.map { $0 + 4 }
  }

  private static func parse(_ bytes: ArraySlice<UInt8>) -> ResponseHead {
    var builder = ResponseHeadBuilder(limit: headLimit + 4096)
    for line in bytes.split(separator: 10, omittingEmptySubsequences: false) where !line.isEmpty {
      _ = Array(line).withUnsafeBytes { builder.add($0) }
    }
    return builder.head
  }
}

// The socket.
extension WebSocketSession {
  private func close() { sendFrame(.close, [0x03, 0xE8]) }

  /// What cannot be sent any more is no loss: the server's next word, or its silence, tells.
  private func sendFrame(_ opcode: WebSocketFrame.Opcode, _ payload: [UInt8]) {
    try? send(WebSocketFrame(opcode: opcode, payload: payload).encoded(mask: WebSocketFrame.newMask()))
  }

  private func send(_ bytes: [UInt8]) throws(WebSocketError) {
    var sent = 0
    while sent < bytes.count {
      var count = 0
      let code = bytes[sent...].withUnsafeBytes { curl_easy_send(easy.pointer, $0.baseAddress, $0.count, &count) }
      sent += count
      if code == CURLE_AGAIN { try wait(for: CShort(POLLOUT)) } else if code != CURLE_OK { throw .broken(curlText(code)) }
    }
  }

  /// - Returns: nil at the end of the stream.
  private func read() throws(WebSocketError) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 16 * 1024)
    while true {
      var count = 0
      let code = buffer.withUnsafeMutableBytes { curl_easy_recv(easy.pointer, $0.baseAddress, $0.count, &count) }
      if code == CURLE_OK { return count == 0 ? nil : Array(buffer[..<count]) }
      guard code == CURLE_AGAIN else { throw .broken(curlText(code)) }
      try wait(for: CShort(POLLIN))
    }
  }

  private func wait(for events: CShort) throws(WebSocketError) {
    guard !isAbandoned() else { throw .broken("cancelled") }
    guard MonotonicTime.now < deadline else { throw .broken("it did not end in time") }
    var descriptor = pollfd(fd: CInt(easy.long(CURLINFO_LASTSOCKET)), events: events, revents: 0)
    _ = poll(&descriptor, 1, Self.tick)
  }
}

/// What the asking task and the socket's thread share: how it ended.
private final class WebSocketExchange<Value: Sendable>: Sendable {
  private struct Shared: Sendable {
    var end: Result<Value, WebSocketError>?
    var waiter: CheckedContinuation<Result<Value, WebSocketError>, Never>?
  }

  private let shared = Locked(Shared())

  var isAbandoned: Bool { shared.withLock { $0.end != nil } }

  func awaitEnd() async throws(WebSocketError) -> Value {
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let known = shared.withLock { shared in
          if shared.end == nil { shared.waiter = continuation }
          return shared.end
        }
        if let known { continuation.resume(returning: known) }
      }
    } onCancel: {
      end(.failure(.broken("cancelled")))
    }
    return try result.get()
  }

  /// The first end wins.
  func end(_ end: Result<Value, WebSocketError>) {
    let waiter = shared.withLock { shared -> CheckedContinuation<Result<Value, WebSocketError>, Never>? in
      guard shared.end == nil else { return nil }
      shared.end = end
      defer { shared.waiter = nil }
      return shared.waiter
    }
    waiter?.resume(returning: end)
  }
}
