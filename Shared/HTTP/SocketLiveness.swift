import CCurl
import Glibc

/// How fast a connection whose peer vanished without a word is found out.
///
/// A long poll or a watch sends nothing for minutes, and a multiplexed HTTP/2 connection outlives the exchanges that time
/// out on it: without this, request after request goes into a dead connection until the kernel gives up after 15
/// minutes.
enum SocketLiveness {
  /// Seconds of silence before the first probe, and between probes.
  private static let idleSeconds = 15
  private static let intervalSeconds = 5
  /// The kernel ends a connection when sent data or probes stay unacknowledged for this long (`TCP_USER_TIMEOUT`, RFC 5482).
  private static let unacknowledgedMilliseconds: CUnsignedInt = 30_000

  static func set(on handle: EasyHandle) {
    handle.set(CURLOPT_TCP_KEEPALIVE, 1)
    handle.set(CURLOPT_TCP_KEEPIDLE, idleSeconds)
    handle.set(CURLOPT_TCP_KEEPINTVL, intervalSeconds)
    handle.note(
      ccurl_set_socket_callback(handle.pointer) { _, socket, _ in
        var timeout = SocketLiveness.unacknowledgedMilliseconds
        // A kernel that refuses falls back to its own, longer, time.
        setsockopt(socket, CInt(IPPROTO_TCP), TCP_USER_TIMEOUT, &timeout, socklen_t(MemoryLayout.size(ofValue: timeout)))
        return CInt(CURL_SOCKOPT_OK)
      })
  }
}
