import CNghttp2

/// The functions that libnghttp2 calls. Each finds its connection and hands over values; none throws, and none traps on
/// what a peer sends.
enum SessionCallbacks {
  /// A new set, to be freed by the caller; sessions copy it. Nil when memory is exhausted.
  static func make() -> OpaquePointer? {
    var made: OpaquePointer?
    guard nghttp2_session_callbacks_new(&made) == 0, let callbacks = made else { return nil }
    nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks) { _, header, user in
      guard let connection = owner(user), let header else { return failure }
      return code(connection.frameBegins(type: header.pointee.type))
    }
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) { _, frame, user in
      guard let connection = owner(user), let frame else { return failure }
      let isRequest = frame.pointee.headers.cat == NGHTTP2_HCAT_REQUEST
      return code(connection.headersBegin(frame.pointee.hd.stream_id, isRequest: isRequest))
    }
    nghttp2_session_callbacks_set_on_header_callback(callbacks) { _, _, name, nameCount, value, valueCount, _, user in
      guard let connection = owner(user) else { return failure }
      return code(
        connection.header(
          UnsafeBufferPointer(start: name, count: nameCount), UnsafeBufferPointer(start: value, count: valueCount)))
    }
    nghttp2_session_callbacks_set_on_invalid_header_callback(callbacks) { _, _, _, _, _, _, _, user in
      guard let connection = owner(user) else { return failure }
      return code(connection.invalidHeader())
    }
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, user in
      guard let connection = owner(user), let frame else { return failure }
      let header = frame.pointee.hd
      return code(
        connection.frameReceived(type: header.type, flags: header.flags, header.stream_id, length: header.length))
    }
    nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(callbacks) { _, _, _, user in
      guard let connection = owner(user) else { return failure }
      return code(connection.frameRefused())
    }
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) { _, _, id, bytes, count, user in
      guard let connection = owner(user) else { return failure }
      connection.dataReceived(id, UnsafeRawBufferPointer(start: bytes, count: count))
      return 0
    }
    nghttp2_session_callbacks_set_on_frame_send_callback(callbacks) { _, frame, user in
      guard let connection = owner(user), let frame else { return failure }
      let header = frame.pointee.hd
      connection.frameSent(type: header.type, flags: header.flags, header.stream_id)
      return 0
    }
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { _, id, error, user in
      guard let connection = owner(user) else { return failure }
      connection.streamClosed(id, cleanly: error == NGHTTP2_NO_ERROR.rawValue)
      return 0
    }
    return callbacks
  }

  /// Pulls the body of a response.
  static var bodyProvider: nghttp2_data_provider {
    var provider = nghttp2_data_provider()
    provider.read_callback = { _, id, target, room, flags, _, user in
      guard let connection = owner(user), let target, let flags else {
        return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
      }
      switch connection.pullBody(id, into: UnsafeMutableRawBufferPointer(start: target, count: room)) {
      case .bytes(let count): return count
      case .last(let count):
        flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue
        return count
      case .lastBeforeTrailers(let count):
        flags.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue | NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue
        return count
      case .nothingYet: return Int(NGHTTP2_ERR_DEFERRED.rawValue)
      case .streamIsGone: return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
      }
    }
    return provider
  }
}

private var failure: CInt { CInt(NGHTTP2_ERR_CALLBACK_FAILURE.rawValue) }

/// True goes on; false ends the connection.
private func code(_ goOn: Bool) -> CInt { goOn ? 0 : failure }

private func owner(_ user: UnsafeMutableRawPointer?) -> Connection? {
  user.map { Unmanaged<Connection>.fromOpaque($0).takeUnretainedValue() }
}
