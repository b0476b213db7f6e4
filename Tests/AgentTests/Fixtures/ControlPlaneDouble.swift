import Synchronization
import Wire

@testable import AgentCore

/// A control plane in memory, as the agent's link sees it. It signs at delivery, as the real one does, and delivers until a
/// result came.
final class ControlPlaneDouble: ControlPlaneLink {
  struct State {
    var hellos: [Hello] = []
    var boot: String?
    var sequence: Int64 = 0
    var outbox: [(sequence: Int64, id: String, task: Command.Task, approvers: [String])] = []
    var raw: [[UInt8]] = []
    var results: [CommandResult] = []
    var reports: [InventoryReport] = []
    var statuses: [AgentStatus] = []
    var signals: [SignalReport] = []
    var takesSignals = true
    /// Signs commands, once the keys were rotated.
    var newerKeys: SignedCommands?
    var progress: [ActProgress] = []
    /// Answers to the next requests of a kind, before anything else.
    var failures: [LinkFailure] = []
    var welcomeNamespace = SignedCommands.namespace
    var keySet: [UInt8]?
  }

  let keys = SignedCommands()
  private let state = Mutex(State())
  private let changed = ChangeSignal()

  func with<Result: Sendable>(_ body: (inout State) -> Result) -> Result {
    let result = state.withLock { body(&$0) }
    changed.raise()
    return result
  }

  var results: [CommandResult] { with { $0.results } }
  var reports: [InventoryReport] { with { $0.reports } }
  var statuses: [AgentStatus] { with { $0.statuses } }
  var signals: [SignalReport] { with { $0.signals } }
  var hellos: [Hello] { with { $0.hellos } }

  func send(id: String, _ task: Command.Task, approvers: [String] = []) {
    with {
      $0.sequence += 1
      $0.outbox.append(($0.sequence, id, task, approvers))
    }
  }

  /// From now on another key signs commands, and the next hello is told of it.
  func rotateKeys() {
    let newer = SignedCommands(root: keys.root)
    with {
      $0.newerKeys = newer
      $0.keySet = newer.keySet(version: 2)
    }
  }

  func sendRaw(_ bytes: [UInt8]) { with { $0.raw.append(bytes) } }

  private func failIfAsked() throws(LinkFailure) {
    let failure = state.withLock { $0.failures.isEmpty ? nil : $0.failures.removeFirst() }
    if let failure { throw failure }
  }

  func hello(_ hello: Hello) async throws(LinkFailure) -> Welcome {
    try failIfAsked()
    return with {
      $0.hellos.append(hello)
      $0.boot = hello.boot
      return Welcome(
        cluster: SignedCommands.cluster, namespace: $0.welcomeNamespace, epoch: 1,
        keySet: String(decoding: $0.keySet ?? keys.keySet(), as: UTF8.self), pollSeconds: 2)
    }
  }

  func commands(after sequence: Int64, boot: String, wait: Duration) async throws(LinkFailure) -> [[UInt8]] {
    let deadline = SystemWallClock().now + wait
    while !Task.isCancelled {
      try failIfAsked()
      let seen = changed.version
      let (raw, due, signer) = state.withLock { state in
        defer { state.raw = [] }
        return (state.raw, state.outbox.filter { $0.sequence > sequence }, state.newerKeys ?? self.keys)
      }
      let envelopes = due.compactMap { item in
        try? signer.envelope(
          signer.command(id: item.id, sequence: item.sequence, boot: boot, approvers: item.approvers, item.task))
      }
      if !(raw + envelopes).isEmpty || SystemWallClock().now >= deadline { return raw + envelopes }
      await changed.wait(after: seen, until: deadline, clock: SystemWallClock())
    }
    return []
  }

  func deliver(_ result: CommandResult) async throws(LinkFailure) {
    with {
      $0.results.append(result)
      $0.outbox.removeAll { $0.id == result.command }
    }
  }

  func deliver(_ report: InventoryReport) async throws(LinkFailure) { with { $0.reports.append(report) } }
  func deliver(_ status: AgentStatus) async throws(LinkFailure) { with { $0.statuses.append(status) } }

  func deliver(_ report: SignalReport) async throws(LinkFailure) {
    guard with({ $0.takesSignals }) else { throw .unexpected(status: 404) }
    with { $0.signals.append(report) }
  }

  func deliver(_ progress: ActProgress) async throws(LinkFailure) { with { $0.progress.append(progress) } }
}
