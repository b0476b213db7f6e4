import CCurl

/// An HTTP/1.1 and HTTP/2 client, and a sender of mail.
///
/// One thread of its own runs all HTTP exchanges of a client over a pool of connections; every mail gets a thread for as
/// long as it takes. A client may be used from any number of tasks, and there may be any number of clients. Cookies,
/// redirects, response decompression and `.netrc` are not supported, on purpose.
public final class HTTPClient: Sendable {
  /// The limits of a client.
  public struct Configuration: Sendable {
    public var tls: TLSConfiguration
    /// Connections to one scheme, host and port at a time, idle ones included; further exchanges wait for one, within
    /// their deadline. Over HTTP/2 many exchanges share a connection. Only requests with
    /// `ClientRequest.ProtocolVersion.automatic` count; the others have connections of their own.
    public var maxConnectionsPerHost: Int
    /// Exchanges under way or waiting; above this `send` throws `.overloaded(limit:)`.
    public var maxConcurrentRequests: Int
    /// Mails under way, each of which has a thread; above this `send` throws `.overloaded(limit:)`.
    public var maxConcurrentMails: Int
    /// Bytes of one response body that wait for their reader before the server is held back. libcurl adds up to one
    /// read of 16 KiB (over HTTP/2 up to its window of 32 MiB).
    public var bodyBufferLimit: Int
    /// Bytes of one response's status lines, headers and trailers.
    public var headLimit: Int
    /// Whether `http_proxy`, `https_proxy` and `no_proxy` of the environment are followed. Off, because traffic inside a
    /// cluster must not leave it by way of a proxy that was meant for the world outside.
    public var usesProxyEnvironment: Bool

    public init(
      tls: TLSConfiguration = .init(), maxConnectionsPerHost: Int = 4, maxConcurrentRequests: Int = 1024,
      maxConcurrentMails: Int = 8, bodyBufferLimit: Int = 256 * 1024, headLimit: Int = 64 * 1024,
      usesProxyEnvironment: Bool = false
    ) {
      self.tls = tls
      self.maxConnectionsPerHost = maxConnectionsPerHost
      self.maxConcurrentRequests = maxConcurrentRequests
      self.maxConcurrentMails = maxConcurrentMails
      self.bodyBufferLimit = bodyBufferLimit
      self.headLimit = headLimit
      self.usesProxyEnvironment = usesProxyEnvironment
    }
  }

  let configuration: Configuration
  /// nil when the system had no memory, descriptors or thread to start with.
  private let loop: (inbox: LoopInbox, thread: OwnedThread)?
  private let mails: MailDispatch

  public init(configuration: Configuration = .init()) {
    self.configuration = configuration
    mails = MailDispatch(configuration: configuration)
    loop = Self.startLoop(configuration)
  }

  /// Without `shutdown` the last reference ends the client too, and nobody waits for it.
  deinit { loop?.inbox.stop() }

  /// Sends a request.
  ///
  /// - Returns: the response as soon as its head has arrived, whatever its status.
  /// - Throws: `.cancelled` when the task is cancelled, also later while the body is read; the exchange ends then.
  public func send(_ request: ClientRequest) async throws(HTTPError) -> ClientResponse {
    guard !Task.isCancelled else { throw .cancelled }
    guard let loop else { throw Self.noLoop }
    let prepared = try PreparedRequest(request)
    let exchange = try loop.inbox.start(prepared, bufferLimit: configuration.bodyBufferLimit)
    let head = try await exchange.awaitHead()
    let isEmpty = request.method == .head || head.status == 204 || head.status == 304
    let body = ResponseBody(exchange, client: self, isEmptyByDefinition: isEmpty)
    return ClientResponse(status: head.status, headers: head.headers, body: body)
  }

  /// Hands a mail to a relay.
  ///
  /// Returns after the relay answered the content with success, and has therefore taken responsibility for it. One refused
  /// recipient refuses the mail for all.
  ///
  /// - Throws: `.mailRefused(code:message:)` with the relay's words. After `.cancelled` and `.timedOut` the relay may or may
  ///   not have taken the mail.
  public func send(_ mail: Mail, through relay: MailRelay) async throws(HTTPError) {
    try await mails.send(mail, through: relay)
  }

  /// Ends all exchanges and mails with `.closed` and waits until the client's threads have ended, which takes up to
  /// some seconds when a mail is under way and no time otherwise. Bytes of responses that arrived completely can
  /// still be read. May be called more than once.
  public func shutdown() async {
    loop?.inbox.stop()
    await mails.close()
    guard let loop else { return }
    await loop.inbox.awaitEnd()
    loop.thread.join()
  }
}

extension HTTPClient {
  private static let noLoop = HTTPError.transfer(
    code: Int(CURLE_FAILED_INIT.rawValue), message: "the client could not start: no memory, descriptors or threads")

  private static func startLoop(_ configuration: Configuration) -> (inbox: LoopInbox, thread: OwnedThread)? {
    guard CurlLibrary.isReady, let multi = curl_multi_init() else { return nil }
    // A multi handle that came without its wake-up sockets would sleep through every command.
    guard curl_multi_wakeup(multi) == CURLM_OK else {
      curl_multi_cleanup(multi)
      return nil
    }
    _ = ccurl_multi_set_long(multi, CURLMOPT_PIPELINING, ccurl_multiplex)
    _ = ccurl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, max(1, configuration.maxConnectionsPerHost))
    let inbox = LoopInbox(multi: multi, limit: configuration.maxConcurrentRequests)
    let thread = OwnedThread { inbox.runLoop(configuration) }
    guard let thread else {
      curl_multi_cleanup(multi)
      return nil
    }
    return (inbox, thread)
  }
}

/// libcurl as a whole: set up once in a process, before anything else of it is called.
enum CurlLibrary {
  static let isReady = curl_global_init(ccurl_global_default) == CURLE_OK
}
