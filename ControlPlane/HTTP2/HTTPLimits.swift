/// What one listener grants its clients. Every value bounds memory, work or time that a stranger could otherwise take.
///
/// The defaults suit both listeners of the control plane: thousands of agents that each hold one long poll, and a
/// few browsers. They are stricter than RFC 9113 where the known attacks (rapid reset CVE-2023-44487, CONTINUATION
/// flood CVE-2024-28182, ping and settings floods CVE-2019-9512 and 9515, empty frames CVE-2019-9518, zero windows
/// CVE-2019-9517) need it.
public struct HTTPLimits: Sendable, Equatable {
  /// A token bucket: `burst` events at once, refilled at `perSecond`.
  public struct Rate: Sendable, Equatable {
    public var burst: Int
    public var perSecond: Int

    public init(burst: Int, perSecond: Int) {
      self.burst = burst
      self.perSecond = perSecond
    }
  }

  /// Open connections of the listener; one more is closed as soon as it is accepted.
  public var maxConnections = 20_000

  /// `SETTINGS_MAX_CONCURRENT_STREAMS`. Twice as many handlers may still run, since a handler may outlive its stream
  /// until it notices the cancellation; beyond that new streams are refused.
  public var maxConcurrentStreams = 100

  /// Bytes of a header list, counted as RFC 9113 section 6.5.2 does (name + value + 32 each); more is answered 431,
  /// and eight times as much closes the connection.
  public var maxHeaderListBytes = 16 * 1024

  /// Fields of a header list; more is answered 431.
  public var maxHeaderFields = 100

  /// Bytes of a request body that no route may exceed, whatever its own limit; more is answered 413.
  public var maxRequestBodyBytes = 32 * 1024 * 1024

  /// Body bytes held for a handler that has not read them (the HTTP/2 window of a stream).
  public var maxBufferedBytesPerStream = 64 * 1024

  /// Body bytes held for all handlers of a connection (the HTTP/2 window of the connection). Larger than that of a
  /// stream, so that one handler that does not read cannot block the uploads beside it.
  public var maxBufferedBytesPerConnection = 1024 * 1024

  /// Response bytes a stream holds before its handler has to wait for the peer.
  public var maxQueuedResponseBytes = 64 * 1024

  /// Streams that end before they were answered: resets by the peer, and resets that it provoked. Beyond it the
  /// connection is closed with ENHANCE_YOUR_CALM.
  public var abandonedStreams = Rate(burst: 200, perSecond: 20)

  /// RST_STREAM frames of any kind, as libnghttp2 counts them. Far above ``abandonedStreams``, because libcurl 7.88 sends
  /// one after each body of unknown length, for a stream that has ended by then: harmless, and some hundred a second.
  public var resetFrames = Rate(burst: 10_000, perSecond: 2_000)

  /// PING, SETTINGS, PRIORITY and empty DATA frames. Beyond it the connection is closed with ENHANCE_YOUR_CALM.
  public var controlFrames = Rate(burst: 500, perSecond: 50)

  /// Acknowledgements of PING and SETTINGS that may wait for a peer which does not read.
  public var maxQueuedAcknowledgements = 100

  /// From accepting a connection to the end of the TLS handshake and the client's HTTP/2 preface.
  public var setupDeadline: Duration = .seconds(10)

  /// From the first byte of a request's headers to the last of its body.
  public var requestDeadline: Duration = .seconds(60)

  /// How long a connection may stay without any open stream. A parked stream is open.
  public var idleDeadline: Duration = .seconds(120)

  /// How long a response that has bytes to send may make no progress.
  public var stallDeadline: Duration = .seconds(30)

  /// How long live requests may go on after a graceful shutdown began.
  public var drainDeadline: Duration = .seconds(20)

  /// The limits described above.
  public init() {}

  /// How often deadlines are looked at: a quarter of the shortest one, at most once a second. They end that much late.
  var sweepInterval: Duration {
    let shortest = [setupDeadline, requestDeadline, idleDeadline, stallDeadline, drainDeadline].min() ?? .seconds(4)
    return min(max(shortest / 4, .milliseconds(10)), .seconds(1))
  }
}
