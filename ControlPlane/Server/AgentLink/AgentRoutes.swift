public import HTTP2
public import Hummingbird
import HTTPTypes
public import Logging
import NIOCore
public import Pipeline
public import Wire

/// A request on the agents' port; carries its stream so that a poll can be parked.
public struct AgentRequestContext: StreamRequestContext {
  public var coreContext: CoreRequestContextStorage
  public var stream: RequestStream?

  public init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
  }
}

/// The agents' endpoints. Whose agent it is comes from the token, never from the body.
public struct AgentRoutes: Sendable {
  private static let execCommandLimit = 64

  private let runner: Runner
  private let agents: AgentDirectory
  private let dispatch: CommandDispatch
  private let authenticator: CachedAuthenticator
  private let ledger: any BlindnessLedger
  private let takesSignals: Bool
  private let clock: any WallClock
  private let logger: Logger

  /// - Parameters:
  ///   - takesSignals: false leaves what agents see by themselves to Prometheus (`OWN_SIGNALS`).
  public init(
    runner: Runner, agents: AgentDirectory, dispatch: CommandDispatch, authenticator: CachedAuthenticator,
    ledger: any BlindnessLedger, takesSignals: Bool = true, clock: any WallClock, logger: Logger
  ) {
    self.runner = runner
    self.agents = agents
    self.dispatch = dispatch
    self.authenticator = authenticator
    self.ledger = ledger
    self.takesSignals = takesSignals
    self.clock = clock
    self.logger = logger
  }

  public func register(in router: Router<AgentRequestContext>) {
    router.post("/agent/v1/hello") { request, _ in await answering { try await hello(request) } }
    router.get("/agent/v1/commands") { request, context in await answering { try await commands(request, context) } }
    router.post("/agent/v1/results") { request, _ in await answering { try await results(request) } }
    router.post("/agent/v1/inventory") { request, _ in await answering { try await inventory(request) } }
    router.post("/agent/v1/status") { request, _ in await answering { try await status(request) } }
    router.post("/agent/v1/signals") { request, _ in await answering { try await signals(request) } }
    router.post("/agent/v1/progress") { request, _ in await answering { try await progress(request) } }
  }

  private func hello(_ request: Request) async throws -> Response {
    let namespace = try await authenticate(request, anew: true)
    let hello = try await decode(Hello.self, request, limit: LinkLimits.message)
    guard ProtocolVersion.supported.contains(hello.protocolVersion) else {
      throw LinkError(code: .unsupportedVersion, message: "protocol versions \(ProtocolVersion.supported) are supported")
    }
    guard (0..<Int64.max / 2).contains(hello.epoch) else {
      throw LinkError(code: .malformed, message: "epoch is out of range")
    }
    guard hello.execCommands.count <= Self.execCommandLimit else {
      throw LinkError(code: .malformed, message: "at most \(Self.execCommandLimit) exec commands")
    }
    if hello.epoch > dispatch.epoch { try await dispatch.takeOver(from: hello.epoch) }
    guard let keySet = dispatch.keySet else {
      throw LinkError(code: .unavailable, message: "the signer has not told its keys yet")
    }
    agents.greet(hello, from: namespace, keySet: keySet.version)
    logger.info("agent connected", metadata: ["namespace": "\(namespace)", "version": "\(hello.agentVersion)"])
    let welcome = Welcome(
      cluster: dispatch.cluster, namespace: namespace, epoch: dispatch.epoch, keySet: keySet.text, pollSeconds: 50)
    return Response(
      status: .ok, headers: [.contentType: "application/json"],
      body: .init(byteBuffer: ByteBuffer(bytes: try WireJSON.encode(welcome))))
  }

  private func commands(_ request: Request, _ context: AgentRequestContext) async throws -> Response {
    let namespace = try await authenticate(request)
    guard let question = PollQuestion(request.head) else {
      throw LinkError(code: .malformed, message: "after, boot and wait are expected in the query")
    }
    _ = try agents.contact(namespace, boot: question.boot)
    switch try await dispatch.offer(question, to: namespace) {
    case .now(let body):
      return Response(status: .ok, headers: [.contentType: "application/x-ndjson"], body: .init(byteBuffer: body))
    case .park:
      guard let stream = context.stream else { return Response(status: .noContent) }
      return stream.park(with: dispatch) { parked in dispatch.park(question, for: namespace, on: parked) }
    }
  }

  private func results(_ request: Request) async throws -> Response {
    let namespace = try await authenticate(request)
    let result = try await decode(CommandResult.self, request, limit: LinkLimits.result)
    try await runner.record(result, from: namespace)
    return Response(status: .noContent)
  }

  private func inventory(_ request: Request) async throws -> Response {
    let namespace = try await authenticate(request)
    try agents.apply(try await decode(InventoryReport.self, request, limit: LinkLimits.inventory), from: namespace)
    return Response(status: .noContent)
  }

  private func status(_ request: Request) async throws -> Response {
    let namespace = try await authenticate(request)
    let status = try await decode(AgentStatus.self, request, limit: LinkLimits.message)
    guard status.blindSpans.count <= AgentStatus.blindSpanLimit, status.blindSpans.allSatisfy(\.isBounded) else {
      throw LinkError(code: .malformed, message: "at most \(AgentStatus.blindSpanLimit) blind spans, each of a line")
    }
    try agents.note(status, from: namespace)
    try await ledger.note(status.blindSpans, of: namespace, at: clock.now)
    return Response(status: .noContent)
  }

  /// 204 is said when what the agent saw is durable.
  private func signals(_ request: Request) async throws -> Response {
    let scope = try await authenticateScope(request)
    let report = try await decode(SignalReport.self, request, limit: LinkLimits.result)
    _ = try agents.contact(scope.name, boot: report.boot)
    do {
      try report.validate()
    } catch {
      throw LinkError(code: .malformed, message: "\(error)")
    }
    // Signals are about what lives in a namespace; nodes alert by Prometheus.
    guard takesSignals, case .namespace(let namespace) = scope else { return Response(status: .noContent) }
    _ = try await runner.take(SignalDelivery(report, from: namespace))
    return Response(status: .noContent)
  }

  private func progress(_ request: Request) async throws -> Response {
    let namespace = try await authenticate(request)
    let progress = try await decode(ActProgress.self, request, limit: LinkLimits.message)
    guard (0...100_000).contains(progress.total), (0...progress.total).contains(progress.done),
      progress.detail.utf8.count <= 1024, !progress.detail.contains(where: \.isNewline)
    else { throw LinkError(code: .malformed, message: "expected 0 ≤ done ≤ total, and one line of detail") }
    try await runner.note(progress, from: namespace)
    return Response(status: .noContent)
  }

  /// - Returns: the namespace that the agent answers for; `Command.clusterScope` for the cluster agent.
  private func authenticate(_ request: Request, anew: Bool = false) async throws -> String {
    try await authenticateScope(request, anew: anew).name
  }

  private func authenticateScope(_ request: Request, anew: Bool = false) async throws -> AgentScope {
    guard let token = request.head.bearerToken else { throw AgentAuthenticationError.refused("no bearer token") }
    return anew ? try await authenticator.check(token) : try await authenticator.scope(presenting: token)
  }

  private func decode<Message: Decodable>(_ type: Message.Type, _ request: Request, limit: Int) async throws -> Message {
    try WireJSON.decode(type, from: try await request.body.bytes(upTo: limit), limit: limit)
  }

  /// Every refusal is a `LinkError`, so that an agent can tell what to do about it.
  private func answering(_ body: () async throws -> Response) async -> Response {
    do {
      return try await body()
    } catch let error as LinkError {
      return refusal(error)
    } catch let error as AgentAuthenticationError {
      switch error {
      case .refused: return refusal(LinkError(code: .unauthorized, message: "\(error)"))
      case .unavailable: return refusal(LinkError(code: .unavailable, message: "\(error)"))
      }
    } catch let error as WireError {
      switch error {
      case .tooLarge: return refusal(LinkError(code: .tooLarge, message: "\(error)"))
      case .malformed: return refusal(LinkError(code: .malformed, message: "\(error)"))
      }
    } catch let error as StoreError {
      return refusal(LinkError(code: .unavailable, message: "\(error)"))
    } catch {
      logger.error("agent request failed", metadata: ["error": "\(error)"])
      return refusal(LinkError(code: .unavailable, message: "internal error"))
    }
  }

  private func refusal(_ error: LinkError) -> Response {
    let status: HTTPResponse.Status =
      switch error.code {
      case .unauthorized: .unauthorized
      case .unsupportedVersion: .upgradeRequired
      case .malformed: .badRequest
      case .tooLarge: .contentTooLarge
      case .unknownBoot, .snapshotNeeded, .superseded: .conflict
      case .unavailable: .serviceUnavailable
      }
    let body = (try? WireJSON.encode(error)) ?? []
    return Response(
      status: status, headers: [.contentType: "application/json"], body: .init(byteBuffer: ByteBuffer(bytes: body)))
  }
}

extension RequestBody {
  /// - Throws: `WireError.tooLarge` as soon as the limit is passed.
  func bytes(upTo limit: Int) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    for try await chunk in self {
      guard bytes.count + chunk.readableBytes <= limit else { throw WireError.tooLarge(limit: limit) }
      bytes.append(contentsOf: chunk.readableBytesView)
    }
    return bytes
  }
}

extension BlindSpan {
  fileprivate var isBounded: Bool { !what.isEmpty && what.utf8.count <= 64 && why.utf8.count <= 1024 }
}
