/// A request to the API past the network.
public struct DirectRequest: Sendable {
  public var method: String
  /// The path with its query, encoded as in a URL.
  public var target: String
  public var accept = ""
  public var contentType = "application/json"
  public var userAgent = "direct/1.0"
  /// The bearer token; `nil` is the administrator.
  public var token: String?
  public var body: [UInt8]

  /// A request of the administrator.
  public init(_ method: String, _ target: String, token: String? = nil, body: [UInt8] = []) {
    self.method = method
    self.target = target
    self.token = token
    self.body = body
  }
}

/// The answer to a ``DirectRequest``.
public struct DirectResponse: Sendable {
  public let status: Int
  public let contentType: String
  public let headers: [(name: String, value: String)]
  public let body: [UInt8]
}

extension SimulatedCluster {
  /// Answers a request without a socket. Of a watch or a followed log it gives what there is at this moment.
  public func respond(to request: DirectRequest) async -> DirectResponse {
    let parts = request.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let query = parts.count > 1 ? parts[1] : ""
    var incoming = APIRequest(
      method: request.method, path: Query.decoded((parts.first ?? "/").replacing("+", with: "%2B")), queryText: query)
    incoming.accept = request.accept
    incoming.contentType = request.contentType
    incoming.userAgent = request.userAgent
    incoming.body = request.body
    let response = await core.respond(to: incoming.withJSONBody, query: query, token: request.token ?? adminToken)
    return DirectResponse(
      status: response.status, contentType: response.contentType, headers: response.headers, body: await bytes(of: response.body))
  }

  private func bytes(of body: APIResponse.Body) async -> [UInt8] {
    switch body {
    case .json(let value): return value.encoded
    case .text(let text): return Array(text.utf8)
    case .empty: return []
    case .watch(let session):
      await core.closeWatch(session.id)
      var lines: [UInt8] = []
      var isFirst = true
      for object in session.initial {
        lines += session.initialLine(object, isFirst: isFirst)
        isFirst = false
      }
      for await signal in session.signals {
        guard let line = session.line(for: signal, isFirst: isFirst) else { continue }
        lines += line
        isFirst = false
      }
      return lines
    case .followedLog(let follower):
      let lines = await core.followedLines(follower).lines
      return Array(PodLogs.text(lines, follower.options, now: await core.now).utf8)
    }
  }
}
