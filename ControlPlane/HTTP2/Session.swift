import CNghttp2

/// The errors of HTTP/2 that this server sends (RFC 9113 section 7).
enum SessionError {
  case noError
  case internalError
  case refusedStream
  case cancel
  case enhanceYourCalm

  var code: UInt32 {
    switch self {
    case .noError: NGHTTP2_NO_ERROR.rawValue
    case .internalError: NGHTTP2_INTERNAL_ERROR.rawValue
    case .refusedStream: NGHTTP2_REFUSED_STREAM.rawValue
    case .cancel: NGHTTP2_CANCEL.rawValue
    case .enhanceYourCalm: NGHTTP2_ENHANCE_YOUR_CALM.rawValue
    }
  }
}

/// Owns one server session of libnghttp2 and gives its calls Swift types. Knows nothing of requests.
///
/// libnghttp2 keeps an unretained pointer to the connection; the connection owns this object and holds it during
/// every call, so the pointer is good whenever a callback runs. Return codes that are dropped here mean "the stream or
/// session is gone", which the connection learns by other means.
final class Session {
  private let raw: OpaquePointer

  /// Nil when memory is exhausted.
  init?(of connection: Connection, _ limits: HTTPLimits) {
    guard let callbacks = SessionCallbacks.make() else { return nil }
    defer { nghttp2_session_callbacks_del(callbacks) }
    var options: OpaquePointer?
    guard nghttp2_option_new(&options) == 0, let options else { return nil }
    defer { nghttp2_option_del(options) }
    Self.configure(options, limits)
    var session: OpaquePointer?
    let user = Unmanaged.passUnretained(connection).toOpaque()
    guard nghttp2_session_server_new2(&session, callbacks, user, options) == 0, let session else { return nil }
    raw = session
    submitSettings(limits)
  }

  deinit { nghttp2_session_del(raw) }

  private static func configure(_ options: OpaquePointer, _ limits: HTTPLimits) {
    // The windows are opened by `consume`, when a handler has taken the bytes.
    nghttp2_option_set_no_auto_window_update(options, 1)
    // Closed streams are of no use without a priority tree.
    nghttp2_option_set_no_closed_streams(options, 1)
    nghttp2_option_set_server_fallback_rfc7540_priorities(options, 0)
    // No table of sent fields per connection: it would cost 4 KB for a few bytes less in short answers.
    nghttp2_option_set_max_deflate_dynamic_table_size(options, 0)
    nghttp2_option_set_max_outbound_ack(options, limits.maxQueuedAcknowledgements)
    let resets = limits.resetFrames
    nghttp2_option_set_stream_reset_rate_limit(options, UInt64(max(1, resets.burst)), UInt64(max(1, resets.perSecond)))
  }

  private func submitSettings(_ limits: HTTPLimits) {
    let settings = [
      setting(NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.maxConcurrentStreams),
      setting(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, limits.maxBufferedBytesPerStream),
      setting(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, limits.maxHeaderListBytes),
      setting(NGHTTP2_SETTINGS_HEADER_TABLE_SIZE, 1024),
      setting(NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1),
    ]
    nghttp2_submit_settings(raw, UInt8(NGHTTP2_FLAG_NONE.rawValue), settings, settings.count)
    let window = Int32(clamping: limits.maxBufferedBytesPerConnection)
    nghttp2_session_set_local_window_size(raw, UInt8(NGHTTP2_FLAG_NONE.rawValue), 0, window)
  }

  private func setting(_ id: nghttp2_settings_id, _ value: Int) -> nghttp2_settings_entry {
    nghttp2_settings_entry(settings_id: CInt(id.rawValue), value: UInt32(clamping: value))
  }

  /// Takes bytes from the peer; the callbacks run meanwhile. False when the session cannot go on.
  func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let base = bytes.baseAddress else { return true }
    return nghttp2_session_mem_recv(raw, base.assumingMemoryBound(to: UInt8.self), bytes.count) >= 0
  }

  enum Output {
    /// Valid until the next call.
    case bytes(UnsafeBufferPointer<UInt8>)
    case nothing
    case failed
  }

  /// The next bytes for the peer.
  func nextOutput() -> Output {
    var start: UnsafePointer<UInt8>?
    let count = nghttp2_session_mem_send(raw, &start)
    if count < 0 { return .failed }
    guard count > 0, let start else { return .nothing }
    return .bytes(UnsafeBufferPointer(start: start, count: count))
  }

  var wantsInput: Bool { nghttp2_session_want_read(raw) != 0 }
  var wantsOutput: Bool { nghttp2_session_want_write(raw) != 0 }

  /// A response head; with `hasBody`, `SessionCallbacks` asks the connection for the body.
  func respond(_ id: Int32, _ fields: [(name: String, value: String)], hasBody: Bool) {
    ResponseHead.withNameValues(fields) { pairs, count in
      if hasBody {
        var provider = SessionCallbacks.bodyProvider
        _ = nghttp2_submit_response(raw, id, pairs, count, &provider)
      } else {
        _ = nghttp2_submit_response(raw, id, pairs, count, nil)
      }
    }
  }

  func submitTrailers(_ id: Int32, _ fields: [(name: String, value: String)]) {
    _ = ResponseHead.withNameValues(fields) { pairs, count in nghttp2_submit_trailer(raw, id, pairs, count) }
  }

  /// Asks for the body of a stream again, after it had nothing to give.
  func resume(_ id: Int32) { nghttp2_session_resume_data(raw, id) }

  func reset(_ id: Int32, _ error: SessionError) {
    nghttp2_submit_rst_stream(raw, UInt8(NGHTTP2_FLAG_NONE.rawValue), id, error.code)
  }

  /// Gives back window of stream and connection for bytes that were taken.
  func consume(_ id: Int32, _ count: Int) {
    if count > 0 { nghttp2_session_consume(raw, id, count) }
  }

  /// Gives back window of the connection alone: the peer should not send more on this stream.
  func consumeConnection(_ count: Int) {
    if count > 0 { nghttp2_session_consume_connection(raw, count) }
  }

  /// Gives back window of the stream for bytes whose window of the connection was given back before.
  func consumeStream(_ id: Int32, _ count: Int) {
    if count > 0 { nghttp2_session_consume_stream(raw, id, count) }
  }

  /// Whether the peer has still to end its side of the stream.
  func isReceiving(_ id: Int32) -> Bool { nghttp2_session_get_stream_remote_close(raw, id) == 0 }

  /// First half of a graceful end: no new streams, please; those on their way are still served.
  func announceShutdown() {
    nghttp2_submit_shutdown_notice(raw)
    nghttp2_submit_ping(raw, UInt8(NGHTTP2_FLAG_NONE.rawValue), nil)
  }

  /// Second half: streams up to the last one seen are finished, later ones ignored.
  func goAway() {
    let last = nghttp2_session_get_last_proc_stream_id(raw)
    nghttp2_submit_goaway(raw, UInt8(NGHTTP2_FLAG_NONE.rawValue), last, SessionError.noError.code, nil, 0)
  }

  /// GOAWAY, after which nothing is read or written any more.
  func terminate(_ error: SessionError) { nghttp2_session_terminate_session(raw, error.code) }
}
