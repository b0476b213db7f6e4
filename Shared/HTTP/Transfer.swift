import CCurl
import Glibc

/// One exchange as libcurl runs it. Not Sendable, so that the compiler keeps it on the loop thread.
final class Transfer {
  enum Stage: Equatable {
    /// Waiting for a connection slot; libcurl does not know of it.
    case queued
    case running(lane: Int?)
  }

  let request: PreparedRequest
  let exchange: Exchange
  var stage = Stage.queued
  /// What this side found wrong; more telling than the result code by which libcurl then ends the transfer.
  private(set) var failure: HTTPError?
  private(set) var isPaused = false
  private(set) var headArrived = false
  private let easy: EasyHandle
  private var head: ResponseHeadBuilder
  private var sentBytes = 0
  private var timesSent = 0
  private var lastActivity: MonotonicTime

  init?(_ request: PreparedRequest, _ exchange: Exchange, headLimit: Int) {
    guard let easy = EasyHandle() else { return nil }
    self.easy = easy
    self.request = request
    self.exchange = exchange
    head = ResponseHeadBuilder(limit: headLimit)
    lastActivity = request.startedAt
  }

  var pointer: UnsafeMutableRawPointer { easy.pointer }

  /// The transfer behind a handle that has `CURLOPT_PRIVATE` set by `configure`.
  static func behind(_ easy: UnsafeMutableRawPointer?) -> Transfer? {
    var context: UnsafeMutableRawPointer?
    guard let easy, ccurl_get_pointer(easy, CURLINFO_PRIVATE, &context) == CURLE_OK, let context else { return nil }
    return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
  }
}

// Setting up.
extension Transfer {
  /// Sets every option of the handle.
  ///
  /// - Returns: the option that libcurl did not accept, as an error.
  func configure(_ configuration: HTTPClient.Configuration, lane: Int?) -> HTTPError? {
    lastActivity = .now
    easy.set(CURLOPT_URL, request.url)
    easy.set(CURLOPT_PROTOCOLS_STR, "http,https")
    easy.set(CURLOPT_FOLLOWLOCATION, 0)
    easy.set(CURLOPT_PATH_AS_IS, 1)
    easy.set(CURLOPT_CONNECTTIMEOUT_MS, request.connectDeadline.curlMilliseconds)
    easy.set(configuration.tls)
    easy.setProxy(usesEnvironment: configuration.usesProxyEnvironment)
    SocketLiveness.set(on: easy)
    setVersion()
    if let lane { easy.set(CURLOPT_ADDRESS_SCOPE, lane) }
    setMethodAndBody()
    easy.set(CURLOPT_HTTPHEADER, list: request.headerLines)
    setCallbacks()
    return easy.failure.map(easy.error)
  }

  private func setVersion() {
    switch request.protocolVersion {
    case .automatic where request.origin.scheme == "https":
      easy.set(CURLOPT_HTTP_VERSION, ccurl_http_version_2_over_tls)
      // Rather wait for a connection that is being made, and share it, than make another.
      easy.set(CURLOPT_PIPEWAIT, 1)
    case .automatic, .http1:
      easy.set(CURLOPT_HTTP_VERSION, ccurl_http_version_1_1)
    case .http2PriorKnowledge:
      easy.set(CURLOPT_HTTP_VERSION, ccurl_http_version_2_prior_knowledge)
      // libcurl 7.88 starts HTTP/2 anew on a connection that speaks it already, which ends in a framing error.
      easy.set(CURLOPT_FRESH_CONNECT, 1)
      easy.set(CURLOPT_FORBID_REUSE, 1)
    }
  }

  private func setMethodAndBody() {
    if request.method == .head {
      easy.set(CURLOPT_NOBODY, 1)
    } else if request.body != nil || [.post, .put, .patch].contains(request.method) {
      easy.set(CURLOPT_POST, 1)
      easy.set(CURLOPT_POSTFIELDSIZE_LARGE, offset: request.body?.count ?? 0)
    }
    easy.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
  }

  /// The callbacks get this object unretained: the loop holds it until the handle has left the multi handle, and no
  /// callback runs after that.
  private func setCallbacks() {
    let context = Unmanaged.passUnretained(self).toOpaque()
    easy.set(CURLOPT_PRIVATE, context: context)
    easy.set(CURLOPT_HEADERDATA, context: context)
    easy.set(CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
      Transfer.from(context).received(headerLine: UnsafeRawBufferPointer(start: bytes, count: size * count))
    }
    easy.set(CURLOPT_WRITEDATA, context: context)
    easy.set(CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
      Transfer.from(context).received(body: UnsafeRawBufferPointer(start: bytes, count: size * count))
    }
    easy.set(CURLOPT_READDATA, context: context)
    easy.set(CURLOPT_READFUNCTION) { bytes, size, count, context in
      Transfer.from(context).fill(UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
    }
    easy.set(CURLOPT_SEEKDATA, context: context)
    easy.note(
      ccurl_set_seek_callback(pointer) { context, offset, origin in
        guard origin == SEEK_SET, let position = Int(exactly: offset) else { return CURL_SEEKFUNC_CANTSEEK }
        return Transfer.from(context).rewind(to: position) ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL
      })
    easy.set(CURLOPT_PREREQDATA, context: context)
    easy.note(
      ccurl_set_before_request_callback(pointer) { context, _, _, _, _ in
        Transfer.from(context).maySend() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
      })
  }

  private static func from(_ context: UnsafeMutableRawPointer?) -> Transfer {
    guard let context else { preconditionFailure("libcurl lost the context that setCallbacks gave it") }
    return Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
  }
}

// What libcurl calls.
extension Transfer {
  private func received(headerLine line: UnsafeRawBufferPointer) -> Int {
    lastActivity = .now
    switch head.add(line) {
    case .more: break
    case .complete: deliverHead()
    case .tooLarge:
      failure = .headTooLarge
      return 0
    }
    return line.count
  }

  private func received(body bytes: UnsafeRawBufferPointer) -> Int {
    lastActivity = .now
    deliverHead()
    switch exchange.deliver(bytes) {
    case .taken: return bytes.count
    case .full:
      isPaused = true
      return ccurl_pause_write
    }
  }

  private func deliverHead() {
    guard !headArrived else { return }
    headArrived = true
    exchange.deliver(head.head)
  }

  private func fill(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
    lastActivity = .now
    guard let body = request.body else { return 0 }
    let part = body[sentBytes...].prefix(buffer.count)
    buffer.copyBytes(from: part)
    sentBytes += part.count
    return part.count
  }

  private func rewind(to position: Int) -> Bool {
    guard (0...(request.body?.count ?? 0)).contains(position) else { return false }
    sentBytes = position
    return true
  }

  /// libcurl sends a request again, whatever its method, when a reused connection ends before any byte of the response. A
  /// server may have acted on the first one by then.
  private func maySend() -> Bool {
    timesSent += 1
    guard timesSent > 1, !request.method.isIdempotent else { return true }
    failure = .transfer(
      code: Int(CURLE_GOT_NOTHING.rawValue),
      message: "the connection ended before a response; not sent again, because \(request.method.rawValue) is not idempotent")
    return false
  }
}

// What the loop asks and tells.
extension Transfer {
  var answeredMultiplexed: Bool { easy.long(CURLINFO_HTTP_VERSION) > ccurl_http_version_1_1 }

  /// Lets go of the connection, which libcurl then closes unless other transfers use it.
  ///
  /// - Returns: the connection's local port, which stands for it; nil when no request was sent.
  func giveUpConnection() -> Int? {
    easy.set(CURLOPT_FORBID_REUSE, 1)
    return timesSent > 0 ? easy.long(CURLINFO_LOCAL_PORT) : nil
  }

  func isReading(on connection: Int, to origin: Origin) -> Bool {
    timesSent > 0 && !isPaused && request.origin == origin && easy.long(CURLINFO_LOCAL_PORT) == connection
  }

  /// Switching the pause of sending on and off has no effect of its own but to send the frames that wait.
  func sendQueuedFrames() {
    curl_easy_pause(pointer, CURLPAUSE_SEND)
    curl_easy_pause(pointer, CURLPAUSE_CONT)
  }

  func goOn() {
    guard isPaused else { return }
    isPaused = false
    lastActivity = .now
    curl_easy_pause(pointer, CURLPAUSE_CONT)
  }

  /// How the exchange ended, for the result that libcurl gives.
  func end(_ code: CURLcode) -> Result<Void, HTTPError> {
    if let failure { return .failure(failure) }
    guard code == CURLE_OK else { return .failure(easy.error(code)) }
    guard headArrived else { return .failure(easy.error(CURLE_GOT_NOTHING)) }
    return .success(())
  }

  /// The earliest time at which a deadline can pass; the idle one moves on with every byte.
  var nextDeadline: MonotonicTime {
    var next = request.deadline.map { request.startedAt + $0 } ?? .distantFuture
    if let idle = request.idleDeadline, stage != .queued, !isPaused { next = min(next, lastActivity + idle) }
    return next
  }

  func passedDeadline(at now: MonotonicTime) -> HTTPError.Deadline? {
    guard nextDeadline <= now else { return nil }
    if stage == .queued { return .queue }
    if let deadline = request.deadline, request.startedAt + deadline <= now { return .exchange }
    return .idle
  }
}
