public import Pipeline
import Synchronization
public import Wire

/// Which agents there are, and what each says lives in its namespace.
public final class AgentDirectory: Sendable {
  private struct State {
    var sessions: [String: AgentSession] = [:]
    var inventories: [String: NamespaceInventory] = [:]
  }

  private let state = Mutex(State())
  private let clock: any WallClock

  public init(clock: any WallClock) {
    self.clock = clock
  }

  /// Begins a session: the newest life of an agent replaces the one before.
  func greet(_ hello: Hello, from namespace: String) {
    let session = AgentSession(namespace: namespace, hello: hello, at: clock.now)
    state.withLock { state in
      if state.sessions[namespace]?.boot == hello.boot, let known = state.sessions[namespace] {
        state.sessions[namespace] = session.continuing(known)
      } else {
        state.sessions[namespace] = session
      }
    }
  }

  /// The session of that boot, with its last contact renewed.
  func contact(_ namespace: String, boot: String) throws(LinkError) -> AgentSession {
    let now = clock.now
    let session = state.withLock { state in
      state.sessions[namespace]?.lastContact = now
      return state.sessions[namespace]
    }
    guard let session else { throw LinkError(code: .unknownBoot, message: "say hello first") }
    guard session.boot == boot else {
      throw LinkError(code: .superseded, message: "another boot of this agent has said hello")
    }
    return session
  }

  func session(of namespace: String) -> AgentSession? {
    state.withLock { $0.sessions[namespace] }
  }

  func apply(_ report: InventoryReport, from namespace: String) throws(LinkError) {
    _ = try contact(namespace, boot: report.boot)
    let taken = state.withLock { state -> Bool in
      if state.inventories[namespace] == nil {
        state.inventories[namespace] = NamespaceInventory(namespace: namespace, snapshot: report)
        return state.inventories[namespace] != nil
      }
      return state.inventories[namespace]?.apply(report) ?? false
    }
    if !taken { throw LinkError(code: .snapshotNeeded, message: "the delta does not follow what is held") }
  }

  func note(_ status: AgentStatus, from namespace: String) throws(LinkError) {
    _ = try contact(namespace, boot: status.boot)
    state.withLock { state in
      state.sessions[namespace]?.refusals = status.refusals
      state.sessions[namespace]?.impairments = status.impairments
    }
  }

  /// What the agent of a namespace said that it can do; nil when it has not said hello.
  public func abilities(in namespace: String) -> Set<Action>? {
    session(of: namespace).map { Set($0.actions) }
  }

  public var inventories: [String: NamespaceInventory] {
    state.withLock(\.inventories)
  }

  /// By namespace.
  var agents: [(session: AgentSession, inventory: NamespaceInventory?)] {
    state.withLock { state in
      state.sessions.values.sorted { $0.namespace < $1.namespace }.map { ($0, state.inventories[$0.namespace]) }
    }
  }
}

/// One life of one agent, as the control plane sees it.
struct AgentSession: Sendable, Hashable {
  let namespace: String
  let boot: String
  let version: String
  let actions: [Action]
  let since: Timestamp
  var lastContact: Timestamp
  var refusals: [String: Int] = [:]
  var impairments: [String] = []

  init(namespace: String, hello: Hello, at now: Timestamp) {
    self.namespace = namespace
    boot = hello.boot
    version = hello.agentVersion
    actions = hello.actions
    since = now
    lastContact = now
  }

  func continuing(_ known: AgentSession) -> AgentSession {
    var session = self
    session.refusals = known.refusals
    session.impairments = known.impairments
    return session
  }
}
