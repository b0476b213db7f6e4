import Signing
import Wire

/// Everything that the link decides by, in one place. Holds state and does no I/O.
actor LinkState {
  let boot: String
  let scope: AgentScope
  private let root: VerificationKey
  /// The cluster that commands must be for: as set, or as the first Welcome said.
  private var cluster: String?
  private var gate: CommandGate?
  private var journalEpoch: Int64 = 0
  private var session = LinkSession()
  private var refusals = RefusalCounts()
  private var impairments: [String: String] = [:]
  private var heard: Timestamp?
  private var greeting = KeySetRefresh()
  private var generator = SystemRandomNumberGenerator()
  /// Raised when the status changed.
  nonisolated let changed: ChangeSignal

  /// Two polls and some.
  static let silenceLimit = Duration.seconds(150)

  init(
    boot: String, scope: AgentScope, cluster: String?, root: VerificationKey, changed: ChangeSignal = ChangeSignal()
  ) {
    self.boot = boot
    self.scope = scope
    self.changed = changed
    self.cluster = cluster
    self.root = root
  }

  var epoch: Int64 { max(journalEpoch, gate?.epoch ?? 0) }
  var sequence: Int64 { gate?.sequence ?? 0 }
}

extension LinkState {
  /// Why a Welcome is not believed.
  enum WelcomeRejection: Error, Sendable, CustomStringConvertible {
    case version(Int)
    case namespace(String)
    case cluster(String)
    case keySet(SigningError)

    var description: String {
      switch self {
      case .version(let version): "the control plane speaks version \(version) of the protocol"
      case .namespace(let name): "the control plane takes this agent for the one of \(name)"
      case .cluster(let name): "the control plane is for cluster \(name)"
      case .keySet(let error): "the control plane's key set: \(error)"
      }
    }
  }

  func accept(_ welcome: Welcome, at now: Timestamp) throws(WelcomeRejection) -> LinkSession.Step {
    guard ProtocolVersion.supported.contains(welcome.protocolVersion) else { throw .version(welcome.protocolVersion) }
    guard welcome.namespace == scope.name else { throw .namespace(welcome.namespace) }
    guard cluster == nil || cluster == welcome.cluster else { throw .cluster(welcome.cluster) }
    let identity = AgentIdentity(cluster: welcome.cluster, scope: scope, boot: boot)
    var gate = gate ?? CommandGate(identity: identity, root: root, epoch: journalEpoch)
    do {
      try gate.adopt(keySet: Array(welcome.keySet.utf8))
    } catch {
      throw .keySet(error)
    }
    cluster = welcome.cluster
    self.gate = gate
    heard = now
    greeting.greeted(at: now)
    noteKeySet(at: now)
    return session.welcomed()
  }

  /// Takes a key set that comes between commands: keys change while everything is linked. Whatever is no newer key set of the root's is left
  /// for the gate to refuse and count.
  func adopt(line bytes: [UInt8], at now: Timestamp) -> Bool {
    guard bytes.count <= KeySet.limit, let envelope = try? Envelope(parsing: bytes, limit: KeySet.limit),
      envelope.payloadType == KeySet.payloadType, var gate, (try? gate.adoptNewer(keySet: bytes)) == true
    else { return false }
    self.gate = gate
    greeting.greeted(at: now)
    noteKeySet(at: now)
    return true
  }

  func rejectedWelcome() -> LinkSession.Step { session.rejectedWelcome(using: &generator) }

  func failed(_ failure: LinkFailure) -> LinkSession.Step { session.failed(failure, using: &generator) }

  func polled(progressed: Bool, duration: Duration, at now: Timestamp) -> LinkSession.Step {
    heard = now
    return session.polled(progressed: progressed, duration: duration, using: &generator)
  }

  func isLive(at now: Timestamp) -> Bool { heard.map { $0.duration(to: now) < Self.silenceLimit } ?? false }

  /// Verifies one envelope; counts what it refuses.
  func admit(_ bytes: [UInt8], now: Timestamp) throws(EnvelopeRefusal) -> Command {
    guard var gate else { throw EnvelopeRefusal(.badSignature, "no key set yet") }
    defer { self.gate = gate }
    do {
      return try gate.admit(bytes, now: now)
    } catch {
      count(error.reason)
      noteKeySet(at: now)
      throw error
    }
  }

  /// Whether a refusal, or the time that is left to the key set, asks for hello again to see whether there is a newer one.
  func needsKeySet(after refusal: RefusalReason? = nil, at now: Timestamp) -> Bool {
    greeting.isDue(after: refusal, keySetEnds: gate?.keySetEnds, at: now)
  }

  /// So that it is not asked again at once.
  func greetingFailed(at now: Timestamp) { greeting.greeted(at: now) }

  private func noteKeySet(at now: Timestamp) {
    let end = gate?.keySetEnds
    let isOver = end.map { $0 <= now } ?? false
    impair("key set", isOver ? "it expired at \(end?.rfc3339 ?? ""): nothing is acted on until there is a newer one" : nil)
  }

  func raiseEpoch(to epoch: Int64) {
    journalEpoch = max(journalEpoch, epoch)
    gate?.raiseEpoch(to: epoch)
  }
}

extension LinkState {
  func count(_ reason: RefusalReason) {
    refusals.count(reason)
    changed.raise()
  }

  /// Sets or clears what the agent cannot do at the moment.
  func impair(_ topic: String, _ reason: String?) {
    guard impairments[topic] != reason else { return }
    impairments[topic] = reason
    changed.raise()
  }

  func status(_ watches: WatchHealth, at now: Timestamp) -> AgentStatus {
    let own = impairments.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
    return AgentStatus(
      boot: boot, refusals: refusals.byReason, impairments: own + watches.impairments(at: now),
      blindSpans: watches.ledger.newestFirst)
  }
}
