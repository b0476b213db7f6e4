/// One HTTP request. Redirects are never followed: the response is the server's own.
public struct ClientRequest: Sendable {
  public enum Method: String, Sendable, CaseIterable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
    case options = "OPTIONS"

    /// RFC 9110, section 9.2.2. Requests of other methods are sent at most once; an idempotent one is sent again by
    /// libcurl when a kept-alive connection turns out to be dead before any byte of the response.
    public var isIdempotent: Bool { self != .post && self != .patch }
  }

  public enum ProtocolVersion: Sendable, Equatable {
    /// Over TLS what ALPN agrees on, HTTP/2 preferred; without TLS HTTP/1.1.
    case automatic
    /// HTTP/1.1 on a connection of its own, which is not counted in `Configuration.maxConnectionsPerHost` and never
    /// waits for another exchange. For watches, followed logs and other bodies that are read slowly: TCP itself holds
    /// the server back, while libcurl's HTTP/2 window lets 32 MiB pile up in this process.
    case http1
    /// HTTP/2 without TLS and without upgrade. Every request makes a connection, because libcurl 7.88 cannot use one
    /// again.
    case http2PriorKnowledge
  }

  public var method: Method
  /// `http://` or `https://`, percent-encoded, without user information. Sent as it is: dot segments stay.
  public var url: String
  /// Sent in this order. `Content-Length`, `Transfer-Encoding` and `Expect` follow from `body` and are refused here.
  public var headers: [(name: String, value: String)] = []
  public var body: [UInt8]?
  /// For the whole exchange, from the call of `send` to the last byte of the body; nil for watches and followed logs.
  public var deadline: Duration? = .seconds(30)
  /// Ends the exchange when no byte is sent or received for that long, counted from the start of connecting, to the
  /// nanosecond. Time in which the reader of the body holds the server back does not count. For a long poll: longer
  /// than the poll's own wait.
  public var idleDeadline: Duration?
  /// Name resolution, TCP and TLS handshake together; resolution 1 ms.
  public var connectDeadline: Duration = .seconds(10)
  public var credential: Credential?
  public var protocolVersion: ProtocolVersion = .automatic

  public init(_ method: Method, _ url: String) {
    self.method = method
    self.url = url
  }

  /// A GET request.
  public init(_ url: String) { self.init(.get, url) }
}

extension ClientRequest: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Method and URL without query and user information; header values and the body may carry secrets.
  public var description: String {
    let place = url.prefix { $0 != "?" && $0 != "#" }
    guard let at = place.lastIndex(of: "@") else { return "\(method.rawValue) \(HTTPError.oneLine(String(place)))" }
    return "\(method.rawValue) (redacted)\(HTTPError.oneLine(String(place[at...])))"
  }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
