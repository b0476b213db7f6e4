import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization

/// Speaks Groq's chat completions on loopback and answers by a script. It checks requests as Groq does, so that what it takes, Groq
/// takes; Groq's own client library is content with its answers.
public final class GroqStandIn: Sendable {
  /// The key that it wants.
  public static let key = "gsk_" + String(repeating: "StandIn0", count: 6)

  private struct State: Sendable {
    var script: [GroqAnswer]
    var requests: [GroqRequest] = []
  }

  /// For `GROQ_BASE_URL`.
  public let baseURL: String
  private let otherwise: GroqAnswer
  private let state: Mutex<State>

  private init(port: Int, script: [GroqAnswer], otherwise: GroqAnswer) {
    baseURL = "http://127.0.0.1:\(port)/openai/v1"
    self.otherwise = otherwise
    state = Mutex(State(script: script))
  }

  /// What was asked so far, in the order of arrival.
  public var requests: [GroqRequest] { state.withLock { $0.requests } }

  /// The stand-in, for as long as `body` runs.
  ///
  /// - Parameters:
  ///   - script: one answer for each request, in order.
  ///   - otherwise: for requests after the script's end.
  public static func run<Result: Sendable>(
    _ script: [GroqAnswer] = [], otherwise: GroqAnswer = .choice("escalate"),
    _ body: @Sendable (GroqStandIn) async throws -> Result
  ) async throws -> Result {
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    let responder = StandInResponder()
    let application = Application(
      responder: responder, configuration: .init(address: .hostname("127.0.0.1", port: 0), serverName: nil),
      onServerRunning: { channel in continuation.yield(channel.localAddress?.port ?? 0) },
      logger: Logger(label: "groq-stand-in", factory: { _ in SwiftLogNoOpLogHandler() }))
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        defer { continuation.finish() }
        try await application.run()
      }
      defer { group.cancelAll() }
      guard let port = await ports.first(where: { _ in true }) else { throw GroqStandInError.notStarted }
      let standIn = GroqStandIn(port: port, script: script, otherwise: otherwise)
      responder.answerFor(standIn)
      return try await body(standIn)
    }
  }

  fileprivate func take(_ request: GroqRequest) -> GroqAnswer {
    state.withLock { state in
      state.requests.append(request)
      return state.script.isEmpty ? otherwise : state.script.removeFirst()
    }
  }
}

public enum GroqStandInError: Error {
  case notStarted
}

/// A request's context that knows the connection, so that an answer can cut it.
struct StandInContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  let channel: any Channel

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    channel = source.channel
  }
}

private final class StandInResponder: HTTPResponder {
  private let standIn = Mutex<GroqStandIn?>(nil)

  func answerFor(_ standIn: GroqStandIn) { self.standIn.withLock { $0 = standIn } }

  func respond(to request: Request, context: StandInContext) async throws -> Response {
    guard let standIn = standIn.withLock({ $0 }) else { return Response(status: .serviceUnavailable) }
    guard request.method == .post, request.uri.path == "/openai/v1/chat/completions" else {
      return GroqAnswer.failure(404, code: "unknown_url", "Unknown request URL: \(request.method) \(request.uri.path)").response(
        nil)
    }
    let body = try await request.body.collect(upTo: 1024 * 1024)
    let asked = GroqRequest(body: Array(buffer: body), authorization: request.headers[.authorization])
    guard asked.authorization == "Bearer \(GroqStandIn.key)" else {
      return GroqAnswer.failure(401, code: "invalid_api_key", "Invalid API Key").response(asked)
    }
    if let complaint = asked.complaint { return GroqAnswer.failure(400, code: nil, complaint).response(asked) }
    return try await answer(standIn.take(asked), asked, context)
  }

  private func answer(_ answer: GroqAnswer, _ request: GroqRequest, _ context: StandInContext) async throws -> Response {
    switch answer {
    case .delayed(let delay, let later):
      try await Task.sleep(for: delay)
      return try await self.answer(later, request, context)
    case .cutBeforeHead:
      try await context.channel.close()
      throw GroqStandInError.notStarted
    case .cutInBody:
      return Response(
        status: .ok, headers: [.contentType: "application/json"],
        body: .init(contentLength: 4096) { writer in
          try await writer.write(ByteBuffer(string: "{\"id\":"))
          try await context.channel.close()
        })
    default:
      return answer.response(request)
    }
  }
}
