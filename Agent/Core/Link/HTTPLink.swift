public import HTTP
public import Wire

/// The link over HTTP/2: every request on the one connection that `http` keeps, with the token file read again for each.
public struct HTTPLink: ControlPlaneLink {
  private let http: HTTPClient
  private let server: String
  private let tokenFile: String
  private let userAgent: String

  /// - Parameters:
  ///   - http: with the control plane's certificate authority and one connection per host.
  ///   - server: `https://host:port`; `http://` speaks HTTP/2 without TLS, for tests on loopback.
  ///   - tokenFile: the projected ServiceAccount token with the audience `ai-sre-agent`.
  public init(http: HTTPClient, server: String, tokenFile: String, userAgent: String) {
    self.http = http
    self.server = server.hasSuffix("/") ? String(server.dropLast()) : server
    self.tokenFile = tokenFile
    self.userAgent = userAgent
  }

  public func hello(_ hello: Hello) async throws(LinkFailure) -> Welcome {
    let body = try await post("hello", hello, limit: LinkLimits.message, expecting: 200)
    do {
      return try WireJSON.decode(Welcome.self, from: body, limit: LinkLimits.message)
    } catch {
      throw .message(error)
    }
  }

  public func commands(after sequence: Int64, boot: String, wait: Duration) async throws(LinkFailure) -> [[UInt8]] {
    let seconds = wait.components.seconds
    var request = request(.get, "commands?after=\(sequence)&boot=\(boot)&wait=\(seconds)")
    request.deadline = wait + .seconds(15)
    let answer = try await send(request)
    switch answer.status {
    case 204: return []
    case 200: return try await lines(of: answer)
    default: throw await refusal(answer)
    }
  }

  /// Learns whether the control plane is there and takes the token, and changes nothing: a poll without its parameters is
  /// refused only after the login.
  func probe() async throws(LinkFailure) {
    var request = request(.get, "commands")
    request.deadline = .seconds(10)
    let failure = await refusal(try await send(request))
    guard case .refused(let error) = failure, error.code == .malformed else { throw failure }
  }

  public func deliver(_ result: CommandResult) async throws(LinkFailure) {
    _ = try await post("results", result, limit: LinkLimits.result, expecting: 204)
  }

  public func deliver(_ report: InventoryReport) async throws(LinkFailure) {
    _ = try await post("inventory", report, limit: LinkLimits.inventory, expecting: 204)
  }

  public func deliver(_ status: AgentStatus) async throws(LinkFailure) {
    _ = try await post("status", status, limit: LinkLimits.message, expecting: 204)
  }

  public func deliver(_ report: SignalReport) async throws(LinkFailure) {
    _ = try await post("signals", report, limit: LinkLimits.result, expecting: 204)
  }

  public func deliver(_ progress: ActProgress) async throws(LinkFailure) {
    _ = try await post("progress", progress, limit: LinkLimits.message, expecting: 204)
  }
}

extension HTTPLink {
  private func request(_ method: ClientRequest.Method, _ path: String) -> ClientRequest {
    var request = ClientRequest(method, server + "/agent/v1/" + path)
    request.headers = [("Accept", "application/json, application/x-ndjson"), ("User-Agent", userAgent)]
    request.credential = .bearerFile(tokenFile)
    if server.hasPrefix("http://") { request.protocolVersion = .http2PriorKnowledge }
    return request
  }

  private func post(_ path: String, _ message: some Encodable, limit: Int, expecting status: Int) async throws(LinkFailure)
    -> [UInt8]
  {
    guard let body = try? WireJSON.encode(message) else { throw .message(.malformed("does not encode")) }
    guard body.count <= limit else { throw .message(.tooLarge(limit: limit)) }
    var request = request(.post, path)
    request.headers.append(("Content-Type", "application/json"))
    request.body = body
    let answer = try await send(request)
    guard answer.status == status else { throw await refusal(answer) }
    return try await content(of: answer, limit: LinkLimits.message)
  }

  private func send(_ request: ClientRequest) async throws(LinkFailure) -> ClientResponse {
    do {
      return try await http.send(request)
    } catch {
      throw .transport(error)
    }
  }

  private func content(of answer: ClientResponse, limit: Int) async throws(LinkFailure) -> [UInt8] {
    do {
      return try await answer.collect(upTo: limit)
    } catch {
      throw .transport(error)
    }
  }

  /// One envelope per line. A line that is too long stays, cut to just above the limit, so that it is refused and counted.
  private func lines(of answer: ClientResponse) async throws(LinkFailure) -> [[UInt8]] {
    let limit = LinkLimits.envelopesPerPoll * (LinkLimits.envelope + 1)
    let body = try await content(of: answer, limit: 2 * limit)
    return body.split(separator: UInt8(ascii: "\n")).prefix(LinkLimits.envelopesPerPoll).map {
      Array($0.prefix(LinkLimits.envelope + 1))
    }
  }

  private func refusal(_ answer: ClientResponse) async -> LinkFailure {
    guard let body = try? await answer.collect(upTo: LinkLimits.message),
      let error = try? WireJSON.decode(LinkError.self, from: body, limit: LinkLimits.message)
    else { return .unexpected(status: answer.status) }
    return .refused(error)
  }
}
