/// Why an exchange, or the delivery of a mail, failed.
///
/// No case carries a credential, a header value or a URL: the messages are libcurl's or a server's, shortened to one
/// line of at most 512 characters, and URLs with user information are refused before libcurl sees them.
public enum HTTPError: Error, Sendable, Equatable {
  /// The request, or the mail, cannot be sent as it is. The text says what was wrong and what is expected.
  case invalidRequest(String)
  /// The file of `Credential.bearerFile` could not be read, or holds no usable token.
  case credentialUnreadable(String)
  /// The client has as many exchanges under way as its configuration allows.
  case overloaded(limit: Int)
  /// The host name did not resolve, or no connection was made.
  case connect(String)
  /// The TLS handshake failed: certificate, host name, protocol version, or a TLS file that could not be read.
  case tls(String)
  /// A deadline passed; the value says which.
  case timedOut(Deadline)
  /// The task that waited was cancelled. The exchange has ended; the server may or may not have acted on the request.
  case cancelled
  /// The client was shut down.
  case closed
  /// Status line and headers, interim responses and trailers included, went over `Configuration.headLimit`.
  case headTooLarge
  /// The response body has more than `limit` bytes.
  case bodyTooLarge(limit: Int)
  /// A line of the response body has more than `limit` bytes.
  case lineTooLong(limit: Int)
  /// The mail relay answered with a code of 400 or above (RFC 5321, section 4.2): 4xx may succeed later, 5xx will not.
  case mailRefused(code: Int, message: String)
  /// The whole mail was handed over and the relay's answer did not come: it may have been accepted. Every other error of a mail means
  /// that it was not.
  case mailUnconfirmed(String)
  /// Anything else that libcurl reports, such as a connection that ended in the middle of a body.
  /// `code` is the `CURLcode`.
  case transfer(code: Int, message: String)

  /// Which deadline of a request passed.
  public enum Deadline: String, Sendable, Equatable {
    /// Waiting for one of the connections that `Configuration.maxConnectionsPerHost` allows; the time is that of
    /// the whole exchange.
    case queue
    /// Name resolution, TCP and TLS handshake: `connectDeadline`.
    case connect
    /// No byte for as long as `idleDeadline`.
    case idle
    /// The whole exchange, body included: `deadline`.
    case exchange
  }

  /// Whether the same request may well succeed when it is sent again after a pause.
  ///
  /// This says nothing about whether repeating is safe: after a `timedOut` or `transfer` the server may have acted.
  public var isTransient: Bool {
    switch self {
    case .connect, .timedOut, .transfer, .overloaded: true
    case .mailRefused(let code, _): (400..<500).contains(code)
    case .credentialUnreadable: true  // a projected token may be about to appear
    case .invalidRequest, .tls, .cancelled, .closed, .headTooLarge, .bodyTooLarge, .lineTooLong, .mailUnconfirmed: false
    }
  }
}

extension HTTPError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .invalidRequest(let reason): "invalid request: \(reason)"
    case .credentialUnreadable(let reason): "credential not readable: \(reason)"
    case .overloaded(let limit): "\(limit) exchanges are under way already, which is this client's limit"
    case .connect(let message): "no connection: \(message)"
    case .tls(let message): "TLS failed: \(message)"
    case .timedOut(.queue): "timed out while waiting for a free connection to the host"
    case .timedOut(.connect): "timed out while connecting"
    case .timedOut(.idle): "timed out: no byte arrived within the idle deadline"
    case .timedOut(.exchange): "timed out: the exchange did not end within its deadline"
    case .cancelled: "cancelled"
    case .closed: "the client is shut down"
    case .headTooLarge: "the response head is larger than the limit"
    case .bodyTooLarge(let limit): "the response body is larger than \(limit) bytes"
    case .lineTooLong(let limit): "a line of the response body is longer than \(limit) bytes"
    case .mailRefused(let code, let message): "the mail relay refused with \(code): \(message)"
    case .mailUnconfirmed(let reason): "the mail was handed over, and the relay did not confirm it: \(reason)"
    case .transfer(let code, let message): "transfer failed (libcurl \(code)): \(message)"
    }
  }
}
