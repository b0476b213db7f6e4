import HTTP
import Synchronization
import Wire

@testable import AgentCore

/// A link on which requests and answers get lost, to a control plane that may be started again without its memory.
final class TornLink: ControlPlaneLink {
  enum Fault: Sendable, CaseIterable { case requestLost, answerLost, slow, unavailable }

  private struct State {
    var faults: [Fault] = []
    var met = 0
    var inventory = HeldInventory()
    var knowsBoot = false
  }

  private let plane: ControlPlaneDouble
  private let state = Mutex(State())

  init(_ plane: ControlPlaneDouble) { self.plane = plane }

  /// How many faults have been met.
  var met: Int { state.withLock { $0.met } }
  var waiting: Int { state.withLock { $0.faults.count } }
  var inventory: HeldInventory { state.withLock { $0.inventory } }

  func next(_ fault: Fault) { state.withLock { $0.faults.append(fault) } }
  func heal() { state.withLock { $0.faults = [] } }

  /// The inventory and the sessions are gone; what is durable (commands and results) is not.
  func restartControlPlane() {
    state.withLock {
      $0.inventory = HeldInventory()
      $0.knowsBoot = false
    }
  }

  private func carry<Answer>(isHello: Bool = false, _ body: () async throws(LinkFailure) -> Answer) async throws(LinkFailure)
    -> Answer
  {
    let fault: Fault? = state.withLock { state in
      guard !state.faults.isEmpty else { return nil }
      state.met += 1
      return state.faults.removeFirst()
    }
    switch fault {
    case .requestLost: throw .transport(.closed)
    case .unavailable: throw .unexpected(status: 503)
    case .slow: try? await Task.sleep(for: .milliseconds(100))
    case .answerLost, nil: break
    }
    guard isHello || state.withLock({ $0.knowsBoot }) else {
      throw .refused(LinkError(code: .unknownBoot, message: "say hello"))
    }
    let answer = try await body()
    if fault == .answerLost { throw .transport(.closed) }
    return answer
  }

  func hello(_ hello: Hello) async throws(LinkFailure) -> Welcome {
    try await carry(isHello: true) { () async throws(LinkFailure) in
      let welcome = try await plane.hello(hello)
      state.withLock { $0.knowsBoot = true }
      return welcome
    }
  }

  func commands(after sequence: Int64, boot: String, wait: Duration) async throws(LinkFailure) -> [[UInt8]] {
    try await carry { () async throws(LinkFailure) in
      try await plane.commands(after: sequence, boot: boot, wait: min(wait, .milliseconds(500)))
    }
  }

  func deliver(_ report: InventoryReport) async throws(LinkFailure) {
    try await carry { () async throws(LinkFailure) in
      guard state.withLock({ $0.inventory.take(report) }) else {
        throw .refused(LinkError(code: .snapshotNeeded, message: "a snapshot first"))
      }
    }
  }

  func deliver(_ result: CommandResult) async throws(LinkFailure) {
    try await carry { () async throws(LinkFailure) in try await plane.deliver(result) }
  }

  func deliver(_ status: AgentStatus) async throws(LinkFailure) {
    try await carry { () async throws(LinkFailure) in try await plane.deliver(status) }
  }

  func deliver(_ report: SignalReport) async throws(LinkFailure) {
    try await carry { () async throws(LinkFailure) in try await plane.deliver(report) }
  }

  func deliver(_ progress: ActProgress) async throws(LinkFailure) {
    try await carry { () async throws(LinkFailure) in try await plane.deliver(progress) }
  }
}
