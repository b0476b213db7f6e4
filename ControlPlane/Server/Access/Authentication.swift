import FoundationEssentials
import Hummingbird
import HTTPTypes
import NIOCore

/// Lets nobody through without a token of the right scope, or a browser session that began with one.
struct Authentication: RouterMiddleware {
  typealias Context = PeopleRequestContext

  let tokens: [AccessToken]
  let scope: AccessToken.Scope
  /// Nil where browsers have no business.
  let sessions: BrowserSessions?

  func handle(
    _ request: Request, context: PeopleRequestContext, next: (Request, PeopleRequestContext) async throws -> Response
  ) async throws -> Response {
    var context = context
    if let bearer = request.head.bearerToken {
      guard tokens.accept(bearer, for: scope) else { return Self.unauthorized("the token is not valid here") }
      context.person = Person(name: "\(scope.rawValue) token")
      return try await next(request, context)
    }
    guard let sessions, let id = request.sessionCookie, let person = sessions.person(id) else {
      return Self.unauthorized("send Authorization: Bearer with a token; `sre-control-plane token` prints it")
    }
    guard request.method.isSafe || request.isFromOwnOrigin else {
      return .json(.forbidden, Refusal("the request comes from another site"))
    }
    context.person = person
    return try await next(request, context)
  }

  static func unauthorized(_ reason: String) -> Response {
    var response = Response.json(.unauthorized, Refusal(reason))
    response.headers[.wwwAuthenticate] = "Bearer"
    return response
  }
}

extension [AccessToken] {
  /// The console's token opens everything but the webhook, which only Alertmanager has reason to call.
  func accept(_ candidate: String, for scope: AccessToken.Scope) -> Bool {
    contains { token in
      (token.scope == scope || (token.scope == .console && scope == .metrics)) && token.matches(candidate)
    }
  }
}

extension Request {
  /// Over TLS the name carries the browser's promise that no other host and no plain connection has set it.
  static let cookieNames = (secure: "__Host-ai-sre-session", local: "ai-sre-session")

  var sessionCookie: String? {
    guard let header = headers[.cookie] else { return nil }
    return header.split(separator: ";").lazy.compactMap { pair -> String? in
      let parts = pair.split(separator: "=", maxSplits: 1)
      guard parts.count == 2,
        [Self.cookieNames.secure, Self.cookieNames.local].contains(String(parts[0].drop(while: \.isWhitespace)))
      else { return nil }
      return String(parts[1])
    }.first
  }

  /// Browsers say where a request that changes something comes from; SameSite=Strict on the cookie is the other lock.
  fileprivate var isFromOwnOrigin: Bool {
    guard let origin = headers[.origin], let host = head.authority else { return false }
    return origin == "http://\(host)" || origin == "https://\(host)"
  }
}

extension HTTPRequest.Method {
  fileprivate var isSafe: Bool { self == .get || self == .head || self == .options }
}

/// `POST /session` turns a token into a browser session, `DELETE /session` ends it.
struct SessionRoutes: Sendable {
  let tokens: [AccessToken]
  let sessions: BrowserSessions
  /// Whether the listener speaks TLS: then the cookie is for TLS only.
  let isSecure: Bool
  /// Off this machine, a token must not cross the network in the clear.
  let isAllowed: Bool

  func register(in router: Router<PeopleRequestContext>) {
    router.post("/session") { request, _ in await open(request) }
    router.delete("/session") { request, _ in
      request.isFromOwnOrigin ? close(request) : .json(.forbidden, Refusal("the request comes from another site"))
    }
  }

  private func open(_ request: Request) async -> Response {
    guard isAllowed else {
      return .json(
        .forbidden, Refusal("browsers sign in over TLS only: set TLS_CERTIFICATE and TLS_KEY, or use this machine's loopback"))
    }
    guard let bytes = try? await request.body.bytes(upTo: 4096),
      let body = try? JSONDecoder().decode([String: String].self, from: Data(bytes)), let token = body["token"]
    else { return .json(.badRequest, Refusal("expected {\"token\": \"…\"}")) }
    guard tokens.accept(token, for: .console) else { return Authentication.unauthorized("the token is not valid") }
    guard let id = sessions.open(for: Person(name: "console token")) else {
      return .json(.serviceUnavailable, Refusal("too many sessions are open"), retryAfter: 60)
    }
    var response = Response(status: .noContent)
    response.headers[.setCookie] = cookie(id, seconds: BrowserSessions.lifetime.components.seconds)
    return response
  }

  private func close(_ request: Request) -> Response {
    if let id = request.sessionCookie { sessions.close(id) }
    var response = Response(status: .noContent)
    response.headers[.setCookie] = cookie("", seconds: 0)
    return response
  }

  private func cookie(_ value: String, seconds: Int64) -> String {
    "\(isSecure ? Request.cookieNames.secure : Request.cookieNames.local)=\(value); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Strict\(isSecure ? "; Secure" : "")"
  }
}
