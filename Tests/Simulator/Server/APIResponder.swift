import HTTPTypes
import Hummingbird
import NIOCore

/// The context of a request, which knows its connection.
struct ConnectionContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  let channel: any Channel

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    channel = source.channel
  }
}

/// Reads a request, lets the core answer it and writes the answer.
struct APIResponder: HTTPResponder {
  /// The API server's limit for bodies (recordings, 10 too-large-body).
  static let longestBody = 3_145_728

  let core: ClusterCore
  let connections: ConnectionRegistry
  let bookmarkInterval: Double

  func respond(to request: Request, context: ConnectionContext) async throws -> Response {
    var response = try await answer(request, context)
    // The connection ends after this answer. A client that is not told so sends its next request into the closing one, and may
    // not repeat a POST that got no answer.
    if request.headers[.connection]?.lowercased() == "close" { response.headers[.connection] = "close" }
    return response
  }

  private func answer(_ request: Request, _ context: ConnectionContext) async throws -> Response {
    let certified = await connections.identity(of: context.channel)
    let head = request.head
    let path = Query.decoded(request.uri.path.replacing("+", with: "%2B"))
    let queryText = request.uri.query ?? ""
    var incoming = APIRequest(method: head.method.rawValue, path: path, queryText: queryText)
    incoming.accept = head.headerFields[.accept] ?? ""
    incoming.contentType = head.headerFields[.contentType] ?? ""
    incoming.userAgent = head.headerFields[.userAgent] ?? ""
    incoming.certified = certified
    let token = Self.token(head.headerFields[.authorization])
    do {
      incoming.body = Array(buffer: try await request.body.collect(upTo: Self.longestBody))
    } catch {
      let refusal = APIStatus.tooLarge("limit is \(Self.longestBody)")
      await core.record(incoming, query: queryText, status: refusal.code)
      var response = Self.response(APIResponse(refusal), pretty: false)
      response.headers[.connection] = "close"
      return response
    }
    incoming = incoming.withJSONBody
    if path.hasPrefix("/simulator/v1/") {
      let control = ControlAPI(core: core, connections: connections, asking: context.channel)
      return Self.response(await control.respond(to: incoming, token: token), pretty: true)
    }
    return try await answer(incoming, queryText, token, context)
  }

  private func answer(
    _ request: APIRequest, _ query: String, _ token: String?, _ context: ConnectionContext
  ) async throws -> Response {
    let effect = await core.failure(for: request, token: token)
    switch effect {
    case .status(let code):
      await core.record(request, query: query, status: code)
      return Self.response(APIResponse(.injected(code)), pretty: false)
    case .cutBefore:
      await core.record(request, query: query, status: 0)
      return cut(context)
    case .delay(let seconds): try await Task.sleep(for: .seconds(seconds))
    case .cutAfter, nil: break
    }
    let response = await core.respond(to: request, query: query, token: token)
    if effect == .cutAfter {
      if case .watch(let session) = response.body { await core.closeWatch(session.id) }
      return cut(context)
    }
    switch response.body {
    case .watch(let session): return watch(session, context)
    case .followedLog(let follower): return follow(follower, response)
    case .json, .text, .empty:
      // A list from the future waits three seconds for that future (recordings, 02 list-rv-future).
      if response.status == 504, effect == nil { try await Task.sleep(for: .seconds(3)) }
      return Self.response(response, pretty: request.query.isTrue("pretty"))
    }
  }

  private static func token(_ authorization: String?) -> String? {
    guard let authorization else { return nil }
    let parts = authorization.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
    return String(parts[1])
  }

  /// Closes the connection; the answer is never written.
  private func cut(_ context: ConnectionContext) -> Response {
    context.channel.close(mode: .all, promise: nil)
    return Response(status: .serviceUnavailable, headers: [.connection: "close"])
  }

  private static func response(_ response: APIResponse, pretty: Bool) -> Response {
    var headers: HTTPFields = [.cacheControl: "no-cache, private"]
    for (name, value) in response.headers {
      if let name = HTTPField.Name(name) { headers.append(HTTPField(name: name, value: value)) }
    }
    let bytes: [UInt8]
    switch response.body {
    case .json(let value): bytes = pretty ? value.prettyEncoded : value.encoded + [UInt8(ascii: "\n")]
    case .text(let text): bytes = Array(text.utf8)
    case .empty, .watch, .followedLog: bytes = []
    }
    if response.status != 204 { headers[.contentType] = response.contentType }
    return Response(status: .init(code: response.status), headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  private func watch(_ session: WatchSession, _ context: ConnectionContext) -> Response {
    // When nobody reads any more, the stream below ends and with it this watch.
    context.channel.closeFuture.whenComplete { _ in session.end() }
    let body = ResponseBody { [core, bookmarkInterval] writer in
      var isFirst = true
      var initial = ByteBuffer()
      for object in session.initial {
        initial.writeBytes(session.initialLine(object, isFirst: isFirst))
        isFirst = false
      }
      try await writer.write(initial)
      async let _: Void = Self.keepTime(of: session, core, bookmarkInterval)
      do {
        for await signal in session.signals {
          guard let line = session.line(for: signal, isFirst: isFirst) else { continue }
          if case .change = signal { isFirst = false }
          try await writer.write(ByteBuffer(bytes: line))
        }
        await core.closeWatch(session.id)
        try await writer.finish(nil)
      } catch {
        await core.closeWatch(session.id)
        throw error
      }
    }
    return Response(
      status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-cache, private"], body: body)
  }

  /// Bookmarks at the interval and shortly before the end, then the end.
  private static func keepTime(of session: WatchSession, _ core: ClusterCore, _ interval: Double) async {
    var elapsed = 0.0
    let last = max(0, session.timeout - 2)
    var bookmarks = session.sendsBookmarks ? Array(stride(from: interval, to: last, by: interval)) + [last] : []
    if bookmarks.last == 0 { bookmarks = [] }
    do {
      for moment in bookmarks {
        try await Task.sleep(for: .seconds(moment - elapsed))
        elapsed = moment
        await core.sendBookmark(session.id)
      }
      try await Task.sleep(for: .seconds(session.timeout - elapsed))
    } catch { return }
    await core.closeWatch(session.id)
  }

  private func follow(_ follower: LogFollower, _ response: APIResponse) -> Response {
    let body = ResponseBody { [core] writer in
      var written = 0
      var isFirst = true
      try await writer.write(ByteBuffer())
      while true {
        let (lines, isOver) = await core.followedLines(follower)
        if isFirst, let tail = follower.options.tailLines { written = max(0, lines.count - tail) }
        isFirst = false
        if lines.count > written {
          let text = lines[written...].map { line in
            (follower.options.timestamps ? "\(line.time.rfc3339Nano) " : "") + line.text + "\n"
          }.joined()
          written = lines.count
          try await writer.write(ByteBuffer(string: text))
        }
        if isOver { break }
        try await Task.sleep(for: .milliseconds(100))
      }
      try await writer.finish(nil)
    }
    return Response(status: .ok, headers: [.contentType: response.contentType], body: body)
  }
}
