import HTTP
public import Kubernetes
public import Logging
import Redaction
public import ServiceLifecycle
public import Signing
public import Wire

/// The agent of one namespace, or of the cluster's nodes: watches, gathers evidence, and carries out commands that were signed
/// for it.
public struct Agent: ServiceLifecycle.Service {
  public struct Configuration: Sendable {
    public let scope: AgentScope
    /// The actions that are switched on.
    public let actions: Set<Action>
    /// The cluster that commands must be for; without one the first Welcome's is taken.
    public let cluster: String?
    /// The key that signs the key sets.
    public let root: VerificationKey
    public let healthFile: HealthFile?
    public let version: String

    public init(
      scope: AgentScope, actions: Set<Action>, cluster: String?, root: VerificationKey, healthFile: HealthFile?, version: String
    ) {
      self.scope = scope
      self.actions = actions
      self.cluster = cluster
      self.root = root
      self.healthFile = healthFile
      self.version = version
    }
  }

  /// How often memory that a burst left behind goes back to the kernel.
  static let trimInterval = Duration.seconds(60)

  private let configuration: Configuration
  private let client: KubernetesClient
  private let clock: any WallClock
  private let logger: Logger
  private let view: LiveNamespace
  private let state: LinkState
  private let desk: CommandDesk
  private let linkLoop: LinkLoop

  /// - Parameter boot: the nonce of this life; another one for each start.
  public init(
    _ configuration: Configuration, client: KubernetesClient, link: any ControlPlaneLink,
    boot: String = AgentIdentity.newBoot(), clock: any WallClock = SystemWallClock(), logger: Logger
  ) {
    let scope = configuration.scope
    let home = scope.home
    let statusChanged = ChangeSignal()
    let view = LiveNamespace(boot: boot, watching: scope.watched, statusChanged: statusChanged)
    let state = LinkState(
      boot: boot, scope: scope, cluster: configuration.cluster, root: configuration.root, changed: statusChanged)
    let outbox = ResultOutbox()
    let journal = JournalStore(client: client, namespace: home, clock: clock)
    let board = ProgressBoard()
    let runner = ActRunner(
      client: client, scope: scope.name, actions: configuration.actions, journal: journal,
      rules: LocalRulesReader(client: client, namespace: home), running: RunningActs(), board: board,
      executor: configuration.actions.contains(.execPod) ? ClusterExecutor(client: client, redactor: Redactor()) : nil,
      clock: clock, logger: logger, startedAt: clock.now)
    let desk = CommandDesk(
      runner: runner,
      settlement: IntentSettlement(client: client, journal: journal, clock: clock, logger: logger),
      gatherer: EvidenceGatherer(client: client, namespace: scope.name, view: view, redactor: Redactor(), clock: clock),
      observer: Observer(client: client, scope: scope, view: view, clock: clock), journal: journal, state: state,
      outbox: outbox, clock: clock, logger: logger)
    let uploads = Uploads(
      link: link, state: state, view: view, outbox: outbox, journal: journal, board: board, clock: clock, logger: logger)
    self.configuration = configuration
    self.client = client
    self.clock = clock
    self.logger = logger
    self.view = view
    self.state = state
    self.desk = desk
    linkLoop = LinkLoop(
      link: link, state: state, uploads: uploads, agentVersion: configuration.version,
      offer: ActOffer(client: client, scope: configuration.scope, enabled: configuration.actions), clock: clock, logger: logger,
      dispatch: { await desk.dispatch($0) }, refuse: { await desk.refuse($0, $1) })
  }

  /// Runs until the service group shuts down or the task is cancelled. What an act had begun is taken up by the next life.
  public func run() async throws {
    await cancelWhenGracefulShutdown { await runUntilCancelled() }
  }

  private func runUntilCancelled() async {
    await view.began(at: clock.now, lastSign: configuration.healthFile?.lastSign)
    let watchers = Watchers(client: client, scope: configuration.scope, view: view, clock: clock, logger: logger)
    let logKeeper = LogKeeper(client: client, namespace: configuration.scope.home, view: view, clock: clock, logger: logger)
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await watchers.run() }
      group.addTask { await logKeeper.run() }
      group.addTask { await desk.run() }
      group.addTask { await linkLoop.run() }
      group.addTask { await keepHealthFile() }
      group.addTask { await trimNowAndThen() }
    }
  }
}

extension Agent: CustomStringConvertible {
  /// Services are logged by their description.
  public var description: String { "Agent(\(configuration.scope.name))" }
}

extension Agent {
  private func keepHealthFile() async {
    guard let file = configuration.healthFile else { return }
    while !Task.isCancelled {
      let now = clock.now
      let isLinkLive = await state.isLive(at: now)
      let areWatchesLive = await view.health.isWell(at: now)
      let isWell = isLinkLive && areWatchesLive
      if isWell && !file.touch(at: now) {
        logger.error("the health file cannot be written", metadata: ["path": "\(file.path)"])
      }
      try? await clock.sleep(until: now + (isWell ? HealthFile.interval : .seconds(1)), tolerance: nil)
    }
  }

  private func trimNowAndThen() async {
    while !Task.isCancelled {
      try? await clock.sleep(until: clock.now + Self.trimInterval, tolerance: nil)
      HeapTuning.trim()
    }
  }
}
