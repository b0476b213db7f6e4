import AgentCore
import Pipeline
import Synchronization
import Wire

/// What the agents have said of themselves and of their namespaces.
final class AgentRegister: Sendable {
  private struct State {
    var abilities: [String: Set<Action>] = [:]
    var inventories: [String: NamespaceInventory] = [:]
  }

  private let state = Mutex(State())
  let changed = ChangeSignal()

  func greet(_ hello: Hello, from namespace: String) {
    state.withLock { $0.abilities[namespace] = Set(hello.actions) }
    changed.raise()
  }

  /// - Returns: false when a snapshot is needed.
  func apply(_ report: InventoryReport, from namespace: String) -> Bool {
    let isTaken = state.withLock { state in
      if state.inventories[namespace]?.apply(report) == true { return true }
      guard let inventory = NamespaceInventory(namespace: namespace, snapshot: report) else { return false }
      state.inventories[namespace] = inventory
      return true
    }
    changed.raise()
    return isTaken
  }

  func abilities(in namespace: String) -> Set<Action>? { state.withLock { $0.abilities[namespace] } }

  var inventories: [String: NamespaceInventory] { state.withLock { $0.inventories } }
}
