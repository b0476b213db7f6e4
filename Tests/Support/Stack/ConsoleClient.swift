public import HTTP
import Foundation

/// The control plane's surface for people and Alertmanager, as a client sees it.
public struct ConsoleClient: Sendable {
  /// `http://127.0.0.1:PORT`
  public let base: String
  public let token: String
  private let http: HTTPClient

  public init(base: String, token: String, http: HTTPClient) {
    self.base = base
    self.token = token
    self.http = http
  }

  public struct Answer: Sendable {
    public let status: Int
    public let body: [UInt8]

    public var text: String { String(decoding: body, as: UTF8.self) }

    public func decoded<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
      guard (200..<300).contains(status) else { throw UnexpectedAnswer(status: status, text: text) }
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      return try decoder.decode(type, from: Data(body))
    }
  }

  /// Which token goes along.
  public enum Token: Sendable {
    case console
    case none
    case other(String)
  }

  public func get(_ path: String, token: Token = .console) async throws -> Answer { try await send(.get, path, nil, token) }

  public func post(_ path: String, _ body: [UInt8]? = nil, token: Token = .console) async throws -> Answer {
    try await send(.post, path, body, token)
  }

  private func send(_ method: ClientRequest.Method, _ path: String, _ body: [UInt8]?, _ token: Token) async throws -> Answer {
    var request = ClientRequest(method, base + path)
    switch token {
    case .console: request.credential = .bearer(self.token)
    case .none: break
    case .other(let token): request.credential = .bearer(token)
    }
    request.body = body
    if body != nil { request.headers.append(("Content-Type", "application/json")) }
    let response = try await http.send(request)
    return Answer(status: response.status, body: try await response.collect(upTo: 64 << 20))
  }

  public func incidents() async throws -> [IncidentRow] {
    struct Page: Decodable { let incidents: [IncidentRow] }
    return try await get("/incidents").decoded(Page.self).incidents
  }

  public func incident(_ id: Int64) async throws -> IncidentStory {
    try await get("/incidents/\(id)").decoded()
  }

  public func pending() async throws -> [PendingApproval] {
    struct Page: Decodable { let pending: [PendingApproval] }
    return try await get("/pending").decoded(Page.self).pending
  }

  public func agents() async throws -> [LinkedAgent] {
    struct Page: Decodable { let agents: [LinkedAgent] }
    return try await get("/agents").decoded(Page.self).agents
  }

  /// Follows `/events` from a timeline sequence number on, until the closure says that it has seen enough or the stream ends.
  public func followTimeline(
    after sequence: Int64 = 0, deadline: Duration?, _ isEnough: (TimelineNews) async throws -> Bool
  ) async throws {
    var request = ClientRequest(.get, base + "/events")
    request.credential = .bearer(token)
    request.deadline = deadline
    request.headers.append(("Last-Event-ID", "\(sequence)"))
    let response = try await http.send(request)
    guard response.status == 200 else {
      throw UnexpectedAnswer(
        status: response.status, text: String(decoding: try await response.collect(upTo: 65536), as: UTF8.self))
    }
    var parser = ServerEventParser()
    var last = sequence
    let decoder = JSONDecoder()
    for try await line in response.body.lines(limit: 1 << 20) {
      guard let event = parser.take(line), event.name == "timeline" else { continue }
      let news = try decoder.decode(TimelineNews.self, from: Data(event.data.utf8))
      // What happens while the stream catches up comes twice.
      guard news.sequence > last else { continue }
      last = news.sequence
      if try await isEnough(news) { return }
    }
  }
}

public struct UnexpectedAnswer: Error, CustomStringConvertible {
  public let status: Int
  public let text: String

  public var description: String { "status \(status): \(text.prefix(500))" }
}
