import HTTP
import Kubernetes
import Signing
import Wire

@testable import AgentCore

/// One command between two control planes, a network and an agent, at one moment. The agent's side is the product's own code: gate, act
/// machine, journal, settlement; the cluster is on paper. The outbox is what `CommandTable` does: open until the first result or until it
/// is given up, and then never offered again.
///
/// Bounds: one act, two control planes, a clock of three ticks (an act's time ends with the first, the control plane's patience with the
/// second), a number of restarts of the agent. Within
/// them everything may happen in any order: what was sent stays in the network and may come never, late, or again and again.
struct ProtocolWorld {
  /// A rule that is left out, to see that its absence is found.
  enum Mutation: String, CaseIterable {
    case journalIgnored, timeIgnored, rulesIgnored, refusalsBlind
  }

  enum Outbox: Hashable {
    case open
    case answered(String)
    /// Nobody knows, and a person was told.
    case unanswered
  }

  struct Sent: Hashable {
    let epoch: Int64
    let boot: Int
  }

  struct Setting {
    /// Whether the second control plane has the first one's database, or a copy from a backup.
    var isRestored = false
    var restarts = 1
    var mutation: Mutation?
  }

  static let start = Timestamp(seconds: 1_800_000_000)
  static let lastTick = 2
  static let act = ActCase(.restartDeployment)
  static let keys = SignedCommands()
  static let keySet = KeySet(
    version: 1, expiresAt: start.milliseconds / 1000 + 86_400, keys: [keys.key.verificationKey]
  ).signed(by: keys.root).encoded()

  let setting: Setting
  var tick = 0
  /// Of each control plane; 0 before it begins.
  var epochs: [Int64] = [1, 0]
  var outboxes: [Outbox] = [.open, .open]
  var envelopes: Set<Sent> = []
  var results: Set<String> = []
  var boot = 0
  /// The life that has said hello.
  var greeted = 0
  var gate: CommandGate
  var machine: ActMachine?
  var step: ActStep?
  /// Sent to the API server, and not answered.
  var flying: WriteRequest?
  var cluster = act.cluster
  var isRevoked = false
  /// The highest epoch that any life of the agent has followed.
  var followed: Int64 = 0
  var violation: String?

  init(_ setting: Setting) {
    self.setting = setting
    gate = Self.gates[0]
  }

  static let gates = (0...3).map(gate)
  static let anyCommand = command(Sent(epoch: 1, boot: 0))
  static let signed: [Sent: [UInt8]] = {
    let all = (1...4).flatMap { epoch in (0...3).map { Sent(epoch: Int64(epoch), boot: $0) } }
    return Dictionary(uniqueKeysWithValues: all.compactMap { sent in (try? keys.envelope(command(sent))).map { (sent, $0) } })
  }()

  var now: Timestamp { Self.start + .seconds(120 * Int64(tick)) }
  static let notAfter = start + .seconds(120)

  static func gate(boot: Int) -> CommandGate {
    var gate = CommandGate(
      identity: AgentIdentity(cluster: SignedCommands.cluster, namespace: SignedCommands.namespace, boot: "boot-\(boot)"),
      root: keys.root.verificationKey, epoch: 0)
    do {
      try gate.adopt(keySet: keySet)
    } catch {
      fatalError("the model's own key set is refused: \(error)")
    }
    return gate
  }

  static func command(_ sent: Sent) -> Command {
    keys.command(
      id: "cmd-1", sequence: 1, epoch: sent.epoch, boot: "boot-\(sent.boot)", from: .zero, for: .seconds(120), at: start,
      .act(act.order))
  }
}

extension ProtocolWorld {
  /// What tells two moments apart.
  struct Key: Hashable {
    let clock: [Int]
    let planes: [Int64]
    let outboxes: [Outbox]
    let envelopes: Set<Sent>
    let results: Set<String>
    let gate: [Int64]
    let machine: [String]
    let entry: JournalEntry?
    let flying: WriteRequest?
    let journal: JournalState
    let object: JSONValue?
    let isRevoked: Bool
  }

  var key: Key {
    let machineKey = machine.map {
      [
        "\($0.phase)", "\($0.attempts) \($0.reads) \($0.rehearsals) \($0.mayStillLand) \($0.command.epoch) \($0.command.boot)",
        $0.subject.object?.metadata.resourceVersion ?? "",
      ]
    }
    return Key(
      clock: [tick, boot, greeted, cluster.effects], planes: epochs, outboxes: outboxes, envelopes: envelopes, results: results,
      gate: [gate.epoch, gate.sequence, followed], machine: machineKey ?? [], entry: machine?.entry, flying: flying,
      journal: cluster.journal, object: cluster.objects["deployments/web"]?["metadata"], isRevoked: isRevoked)
  }
}
