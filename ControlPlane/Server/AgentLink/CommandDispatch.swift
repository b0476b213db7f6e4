public import HTTP2
public import HTTPTypes
public import Logging
import NIOCore
public import Pipeline
public import ServiceLifecycle
import Synchronization
public import Wire

/// Puts commands before agents: a waiting poll is a parked stream, answered when a command for it is committed.
public final class CommandDispatch: StreamParking, CommitAudience, Service {

  /// How often polls are looked at whose time is over.
  static let sweepInterval = Duration.seconds(1)

  let cluster: String
  let clusterAgentHome: String
  private let currentEpoch: Mutex<Int64>
  let store: any IncidentStore
  let signer: any CommandSigner
  let agents: AgentDirectory
  private let authenticator: CachedAuthenticator
  let clock: any WallClock
  let logger: Logger
  private let board = Mutex(PollBoard())
  /// What agents verify by; nil until a signer has said it.
  private let currentKeySet: Mutex<SignedKeySet?>
  private let refusing: AsyncStream<RefusedCommand>.Continuation
  /// Commands that the signer will never sign, for one reader that concludes them.
  public let refused: AsyncStream<RefusedCommand>
  private let wakeup = Wakeup()

  /// - Parameter clusterAgentHome: the namespace in which the cluster agent lives.
  public init(
    cluster: String, clusterAgentHome: String, epoch: Int64, store: any IncidentStore, signer: any CommandSigner,
    keySet: SignedKeySet?, agents: AgentDirectory, authenticator: CachedAuthenticator, clock: any WallClock, logger: Logger
  ) {
    self.cluster = cluster
    self.clusterAgentHome = clusterAgentHome
    currentEpoch = Mutex(epoch)
    self.store = store
    self.signer = signer
    self.agents = agents
    self.authenticator = authenticator
    self.clock = clock
    self.logger = logger
    currentKeySet = Mutex(keySet)
    (refused, refusing) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1000))
  }

  /// Delivers and sweeps until shutdown.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      var nextSweep = self.clock.now
      while !Task.isCancelled {
        await self.wakeup.wait(until: nextSweep, on: self.clock)
        await self.deliver()
        guard self.clock.now >= nextSweep else { continue }
        self.sweep()
        nextSweep = self.clock.now + Self.sweepInterval
      }
    }
  }

  public func receive(_ commit: Commit) {
    guard !commit.commands.isEmpty else { return }
    board.withLock { $0.add(commit.commands) }
    wakeup.signal()
  }

  var epoch: Int64 { currentEpoch.withLock { $0 } }

  /// Takes over from a control plane that this database knows nothing of: an agent has followed a higher epoch, as after a restored
  /// backup, and would refuse every command of this one.
  func takeOver(from known: Int64) async throws {
    guard known >= epoch else { return }
    let raised = try await store.beginEpoch(above: known)
    currentEpoch.withLock { $0 = max($0, raised) }
    logger.warning("an agent knew a higher epoch; is this a restored database?", metadata: ["epoch": "\(raised)"])
  }

  var keySet: SignedKeySet? { currentKeySet.withLock { $0 } }

  /// Takes a newer key set, and tells every agent that waits; the others are told with their next poll.
  /// - Returns: whether it is newer.
  public func adopt(_ keySet: SignedKeySet) -> Bool {
    let isNews = currentKeySet.withLock { current in
      guard keySet.version > current?.version ?? 0 else { return false }
      current = keySet
      return true
    }
    guard isNews else { return false }
    for delivery in board.withLock({ $0.takeAll() }) {
      let news = keySetNews(for: delivery.namespace)
      delivery.poll.stream.finish(Self.head(hasCommands: news != nil), news)
    }
    return true
  }

  /// Gives a command up that will never be signed. It was never sent: there is no effect.
  func conclude(_ command: Command, _ error: SignerError) {
    let result = CommandResult(
      command: command.id, kind: command.kind, outcome: .failed("\(error); nothing was sent"), finishedAt: clock.now)
    refusing.yield(RefusedCommand(namespace: command.namespace, result: result))
  }

  var waitingPolls: Int { board.withLock(\.count) }

  private func deliver() async {
    for delivery in board.withLock({ $0.takeDeliveries() }) {
      let poll = delivery.poll
      do {
        let open = try await openCommands(for: delivery.namespace, after: poll.after)
        let body = try await lines(open, for: delivery.namespace, boot: poll.boot)
        poll.stream.finish(Self.head(hasCommands: body.readableBytes > 0), body.readableBytes > 0 ? body : nil)
      } catch {
        logger.error("cannot deliver", metadata: ["namespace": "\(delivery.namespace)", "error": "\(error)"])
        poll.stream.finish(HTTPResponse(status: .serviceUnavailable))
      }
    }
  }

  private func openCommands(for namespace: String, after sequence: Int64) async throws -> [OpenCommand] {
    try await store.openCommands(for: namespace, after: sequence, at: clock.now, limit: LinkLimits.envelopesPerPoll)
  }

  private func sweep() {
    let now = clock.now
    for poll in board.withLock({ $0.takeExpired(at: now) }) { poll.stream.finish(HTTPResponse(status: .noContent)) }
  }

  private static func head(hasCommands: Bool) -> HTTPResponse {
    hasCommands
      ? HTTPResponse(status: .ok, headerFields: [.contentType: "application/x-ndjson"]) : HTTPResponse(status: .noContent)
  }
}

extension CommandDispatch {
  /// A poll of a known agent for which nothing waits is parked at once, without a task.
  public func park(_ head: HTTPRequest, on stream: ParkedStream) -> Bool {
    guard let question = PollQuestion(head), let token = head.bearerToken, let namespace = authenticator.known(token)?.name,
      (try? agents.contact(namespace, boot: question.boot)) != nil
    else { return false }
    return parkIfNothingWaits(question, for: namespace, on: stream)
  }

  private func parkIfNothingWaits(_ question: PollQuestion, for namespace: String, on stream: ParkedStream) -> Bool {
    let poll = PollBoard.Poll(
      stream: stream, boot: question.boot, after: question.after, expires: clock.now + question.wait)
    let (parked, replaced) = board.withLock { board -> (Bool, PollBoard.Poll?) in
      guard board.nothingWaits(for: namespace, boot: question.boot, after: question.after), !hasKeySetNews(for: namespace)
      else { return (false, nil) }
      return (true, board.park(poll, for: namespace))
    }
    replaced?.stream.finish(HTTPResponse(status: .noContent))
    return parked
  }

  public func parkedStreamClosed(_ stream: ParkedStream) {
    board.withLock { $0.closed(stream) }
  }

  public func answerOnShutdown(_ stream: ParkedStream) -> ParkedAnswer {
    board.withLock { $0.closed(stream) }
    return ParkedAnswer(head: HTTPResponse(status: .noContent))
  }

  enum Offer {
    case now(ByteBuffer)
    case park
  }

  /// What a poll gets that could not be parked at once: what waits in the store, or a place to wait.
  func offer(_ question: PollQuestion, to namespace: String) async throws -> Offer {
    let latest = board.withLock { $0.latestSequence(of: namespace) }
    let open = try await openCommands(for: namespace, after: question.after)
    let body = try await lines(open, for: namespace, boot: question.boot)
    if open.isEmpty, body.readableBytes == 0 {
      board.withLock { $0.noteNothingOpen(for: namespace, boot: question.boot, latest: latest) }
      return .park
    }
    return .now(body)
  }

  /// Parks a poll whose handler found nothing. What was committed meanwhile is read again.
  func park(_ question: PollQuestion, for namespace: String, on stream: ParkedStream) {
    if !parkIfNothingWaits(question, for: namespace, on: stream) {
      stream.finish(HTTPResponse(status: .noContent))
    }
  }
}

/// The query of a long poll.
struct PollQuestion: Sendable, Hashable {
  static let path = "/agent/v1/commands"
  /// A poll may wait this long at most.
  static let longestWait = Duration.seconds(55)

  let after: Int64
  let boot: String
  let wait: Duration

  /// Nil when the request is not a poll, or not a valid one.
  init?(_ head: HTTPRequest) {
    guard head.method == .get, let path = head.path, path.hasPrefix(Self.path + "?") else { return nil }
    var values: [Substring: Substring] = [:]
    for pair in path.dropFirst(Self.path.count + 1).split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, values.updateValue(parts[1], forKey: parts[0]) == nil else { return nil }
    }
    guard let after = values["after"].flatMap({ Int64($0) }), after >= 0, let boot = values["boot"],
      (16...64).contains(boot.utf8.count), let wait = values["wait"].flatMap({ Int($0) }), wait >= 0
    else { return nil }
    self.after = after
    self.boot = String(boot)
    self.wait = min(.seconds(wait), Self.longestWait)
  }
}

extension HTTPRequest {
  var bearerToken: String? {
    guard let value = headerFields[.authorization], value.hasPrefix("Bearer ") else { return nil }
    return String(value.dropFirst(7))
  }
}
