import AgentCore
import Pipeline
import Signing
import Synchronization
import Wire

/// The control plane as one agent's link sees it: the outbox of the store, signed at delivery, and the runner for what comes back.
struct ReplayLink: ControlPlaneLink {
  static let cluster = "replay"
  /// Where the cluster agent lives.
  static let home = "ai-sre"

  let namespace: String
  let epoch: Int64
  let keys: ReplayKeys
  let runner: Runner
  let store: any IncidentStore
  let board: IncidentBoard
  let register: AgentRegister
  let clock: StandingClock
  let orders: OrderGate

  func hello(_ hello: Hello) async throws(LinkFailure) -> Welcome {
    register.greet(hello, from: namespace)
    return Welcome(
      cluster: Self.cluster, namespace: namespace, epoch: epoch, keySet: keys.keySet(at: clock.now), pollSeconds: 50)
  }

  /// Time stands still, so that a poll ends only with commands.
  func commands(after sequence: Int64, boot: String, wait: Duration) async throws(LinkFailure) -> [[UInt8]] {
    while !Task.isCancelled {
      let seen = board.changed.version
      let envelopes = try await envelopes(after: sequence, boot: boot)
      if !envelopes.isEmpty { return envelopes }
      await board.changed.wait(after: seen)
    }
    return []
  }

  private func envelopes(after sequence: Int64, boot: String) async throws(LinkFailure) -> [[UInt8]] {
    do {
      let open = try await store.openCommands(for: namespace, after: sequence, at: clock.now, limit: LinkLimits.envelopesPerPoll)
      return try open.filter { orders.isOpen || $0.draft.isReading }.map { command in
        try keys.sign(
          command.draft.command(
            cluster: Self.cluster, clusterAgentHome: Self.home, boot: boot, epoch: epoch, sequence: command.sequence))
      }
    } catch {
      throw .unexpected(status: 503)
    }
  }

  func deliver(_ result: CommandResult) async throws(LinkFailure) {
    do {
      try await runner.record(result, from: namespace)
    } catch {
      throw .unexpected(status: 503)
    }
  }

  func deliver(_ report: InventoryReport) async throws(LinkFailure) {
    guard register.apply(report, from: namespace) else {
      throw .refused(LinkError(code: .snapshotNeeded, message: "the delta does not follow what is held"))
    }
  }

  func deliver(_ status: AgentStatus) async throws(LinkFailure) {}
  func deliver(_ report: SignalReport) async throws(LinkFailure) {}
  func deliver(_ progress: ActProgress) async throws(LinkFailure) {}
}

extension CommandDraft {
  fileprivate var isReading: Bool {
    if case .gather = task { true } else { false }
  }
}

/// The keys of a control plane that lives as long as this process.
struct ReplayKeys: Sendable {
  private static let lifetime: Int64 = 365 * 86_400

  private let root = SigningKey()
  private let key = SigningKey()

  var rootKey: VerificationKey { root.verificationKey }

  func keySet(at now: Timestamp) -> String {
    let set = KeySet(version: 1, expiresAt: now.milliseconds / 1000 + Self.lifetime, keys: [key.verificationKey])
    return String(decoding: set.signed(by: root).encoded(), as: UTF8.self)
  }

  func sign(_ command: Command) throws -> [UInt8] {
    key.sign(try command.encoded(), type: ProtocolVersion.commandPayloadType).encoded()
  }
}

/// Whether agents are given their orders. While it is shut, they are only asked for evidence.
final class OrderGate: Sendable {
  private let state = Mutex(false)

  var isOpen: Bool { state.withLock { $0 } }

  func open() { state.withLock { $0 = true } }
}
