import AgentCore
import HTTP
import Kubernetes
import Logging
import Pipeline
import Simulator
import Store
import Wire

/// One situation in its run.
struct ReplayRun: Sendable {
  /// Real time for the agents' first inventories; without one a control plane goes on as well.
  private static let inventoryPatience = Duration.seconds(3)

  private let situation: Situation
  private let configuration: Replay.Configuration
  private let settings: PolicySettings
  private let clock: StandingClock
  private let store: SQLiteIncidentStore
  private let runner: Runner
  private let board = IncidentBoard()
  private let register = AgentRegister()
  private let orders = OrderGate()
  private let agents: [Agent]

  init(
    _ situation: Situation, settings: PolicySettings, configuration: Replay.Configuration, store: SQLiteIncidentStore,
    keys: ReplayKeys
  ) async throws {
    self.situation = situation
    self.settings = settings
    self.configuration = configuration
    self.store = store
    clock = StandingClock(situation.now)
    let (board, register, orders, clock) = (board, register, orders, clock)
    let cluster = try SimulatedCluster(
      still: StillCluster(
        objects: situation.objects, logs: situation.logs,
        now: Simulator.Timestamp(nanoseconds: situation.now.milliseconds * 1_000_000), agentNamespaces: situation.namespaces))
    runner = Runner(
      pipeline: Pipeline(settings: settings),
      seams: .init(
        store: store, model: configuration.model, notifier: SilentNotifier(), audience: [board],
        abilities: { register.abilities(in: $0) },
        memory: PrecedentMemory(configuration.memory ?? SQLitePrecedentIndex(store))),
      clock: clock, reportTrouble: { _ in })
    let epoch = try await store.beginEpoch(above: 0)
    var agents: [Agent] = []
    for namespace in situation.namespaces {
      let link = ReplayLink(
        namespace: namespace, epoch: epoch, keys: keys, runner: runner, store: store, board: board, register: register,
        clock: clock, orders: orders)
      agents.append(try await Self.agent(of: namespace, cluster, link, keys, clock))
    }
    self.agents = agents
  }

  private static func agent(
    of namespace: String, _ cluster: SimulatedCluster, _ link: ReplayLink, _ keys: ReplayKeys, _ clock: StandingClock
  ) async throws -> Agent {
    let isClusterAgent = namespace == Command.clusterScope
    let scope: AgentScope = isClusterAgent ? .cluster(home: ReplayLink.home) : .namespace(namespace)
    let token = try await cluster.token(
      namespace: scope.home, account: isClusterAgent ? "ai-sre-cluster-agent" : "ai-sre-agent")
    let access = ClusterConfiguration(
      server: "https://kubernetes.default.svc", tls: TLSConfiguration(), credential: .bearer(token), namespace: scope.home)
    let actions = isClusterAgent ? ActCatalogue.ofNodes : ActCatalogue.byDefault.union([.rollbackDeployment])
    let client = KubernetesClient(
      configuration: access, http: DirectTransport(cluster: cluster), userAgent: "sre-agent/replay")
    return Agent(
      Agent.Configuration(
        scope: scope, actions: actions, cluster: ReplayLink.cluster, root: keys.rootKey, healthFile: nil, version: "replay"),
      client: client.restricted(to: Rights(scope: scope, actions: actions).permit),
      link: link, clock: clock, logger: Logger(label: "replay") { _ in SwiftLogNoOpLogHandler() })
  }

  func result() async throws -> RunResult {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for agent in agents { group.addTask { try await agent.run() } }
      await waitForInventories()
      for entry in situation.history {
        guard let act = PastAct(entry, before: situation.now, inventories: register.inventories) else { continue }
        try await store.remember(act)
      }
      group.addTask { [runner] in await runner.run() }
      for (index, delivery) in situation.deliveries.enumerated() {
        try await take(delivery, index)
      }
      if configuration.executes { try await carryOut() }
      let result = summary
      group.cancelAll()
      return result
    }
  }

  private func waitForInventories() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { try? await Task.sleep(for: Self.inventoryPatience) }
      group.addTask {
        while !Task.isCancelled {
          let seen = register.changed.version
          if register.inventories.count == situation.namespaces.count { return }
          await register.changed.wait(after: seen)
        }
      }
      await group.next()
      group.cancelAll()
    }
  }

  private func take(_ delivery: Situation.Delivery, _ index: Int) async throws {
    clock.advance(to: situation.now + delivery.after)
    try await settle()
    let webhook: AlertmanagerWebhook
    do {
      webhook = try AlertmanagerWebhook(parsing: delivery.body)
    } catch {
      throw ReplayError.delivery(index, reason: "\(error)")
    }
    _ = try await runner.take(AlertDelivery.of(webhook, inventories: register.inventories).delivery)
    try await settle()
    // Where no agent is, nobody answers: time passes until the control plane knows.
    while board.incidents.contains(where: \.isMoving) {
      clock.advance(to: clock.now + settings.gatherTimeout + .seconds(1))
      try await settle()
    }
  }

  /// Lets the agents have their orders, and agrees where a person must.
  private func carryOut() async throws {
    orders.open()
    board.changed.raise()
    for incident in board.incidents where incident.state == .awaitingApproval { try await agree(to: incident) }
    while true {
      try Task.checkCancellation()
      let seen = board.changed.version
      guard board.incidents.contains(where: { $0.state == .executing }) else { return }
      await board.changed.wait(after: seen)
    }
  }

  private func agree(to incident: Incident) async throws {
    guard let approval = incident.approval else { return }
    do {
      _ = try await runner.apply(.approved(by: "sre-replay", orderDigest: approval.order.digest), to: incident.id)
    } catch {
      // Something has happened since it was proposed: it stays with the person.
      guard case .refused = error else { throw error }
    }
  }

  /// Returns when nothing is left to do at the present moment.
  private func settle() async throws {
    while true {
      try Task.checkCancellation()
      let seen = board.changed.version
      if try await isSettled() { return }
      await board.changed.wait(after: seen)
    }
  }

  private func isSettled() async throws -> Bool {
    guard !board.incidents.contains(where: { $0.isMoving && !isUnanswerable($0) }) else { return false }
    return try await store.dueIntents(at: clock.now, limit: 1).isEmpty
  }

  private func isUnanswerable(_ incident: Incident) -> Bool {
    incident.state == .gathering && !situation.namespaces.contains(incident.subject.namespace)
  }

  private var summary: RunResult {
    let incidents = board.incidents.filter { $0.mergedInto == nil && $0.mode == .normal }
    return RunResult(
      answers: incidents.map(Answer.init), explanation: configuration.explains ? board.incidents.flatMap(Explanation.lines) : [])
  }
}

/// Nobody is to be told of a replay.
private struct SilentNotifier: Notifier {
  func send(_ notification: Notification) async throws(NotifierError) -> String { "not sent: this is a replay" }
}
