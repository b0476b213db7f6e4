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
  /// - Parameter keySet: the version of the key set that it is told.
  func greet(_ hello: Hello, from namespace: String, keySet: Int64) {
    var session = AgentSession(namespace: namespace, hello: hello, at: clock.now)
    session.keySet = keySet
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

  func noteKeySet(_ version: Int64, toldTo namespace: String) {
    state.withLock { $0.sessions[namespace]?.keySet = version }
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
      state.sessions[namespace]?.blindSpans = Array(status.blindSpans.prefix(AgentStatus.blindSpanLimit))
    }
  }

  /// What the agent of a namespace said that it can do; nil when it has not said hello.
  public func abilities(in namespace: String) -> Set<Action>? {
    session(of: namespace).map { Set($0.actions) }
  }

  /// The namespace's list for `exec_pod`; nil when its agent has not said hello.
  public func execCommands(in namespace: String) -> Set<String>? {
    session(of: namespace).map { Set($0.execCommands) }
  }

  /// When each agent that has come since the start was last heard of.
  public var contacts: [String: Timestamp] {
    state.withLock { $0.sessions.mapValues(\.lastContact) }
  }

  /// Namespaces of the cluster in which nobody watches; nil while no cluster agent has listed them.
  public var namespacesWithoutAgent: [NamespaceSummary]? {
    state.withLock { state in
      state.inventories[Command.clusterScope]?.namespaces.filter { state.sessions[$0.name] == nil }
    }
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
  let execCommands: [String]
  let since: Timestamp
  var lastContact: Timestamp
  /// The version of the key set that it was told last.
  var keySet: Int64 = 0
  var refusals: [String: Int] = [:]
  var impairments: [String] = []
  /// As it said last.
  var blindSpans: [BlindSpan] = []

  init(namespace: String, hello: Hello, at now: Timestamp) {
    self.namespace = namespace
    boot = hello.boot
    version = hello.agentVersion
    actions = hello.actions
    execCommands = hello.execCommands
    since = now
    lastContact = now
  }

  func continuing(_ known: AgentSession) -> AgentSession {
    var session = self
    session.refusals = known.refusals
    session.impairments = known.impairments
    session.blindSpans = known.blindSpans
    return session
  }
}
