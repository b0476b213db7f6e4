import HTTP
public import Kubernetes
public import Logging
import Redaction
public import ServiceLifecycle
public import Signing
public import Wire

/// The agent of one namespace: watches it, gathers evidence, and carries out commands that were signed for it.
public struct Agent: ServiceLifecycle.Service {
  public struct Configuration: Sendable {
    public let namespace: String
    /// The cluster that commands must be for; without one the first Welcome's is taken.
    public let cluster: String?
    /// The key that signs the key sets.
    public let root: VerificationKey
    public let healthFile: HealthFile?
    public let version: String

    public init(namespace: String, cluster: String?, root: VerificationKey, healthFile: HealthFile?, version: String) {
      self.namespace = namespace
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
    let namespace = configuration.namespace
    let view = LiveNamespace(boot: boot)
    let state = LinkState(boot: boot, namespace: namespace, cluster: configuration.cluster, root: configuration.root)
    let outbox = ResultOutbox()
    let journal = JournalStore(client: client, namespace: namespace, clock: clock)
    let runner = ActRunner(
      client: client, namespace: namespace, journal: journal, rules: LocalRulesReader(client: client, namespace: namespace),
      clock: clock, logger: logger)
    let desk = CommandDesk(
      runner: runner,
      settlement: IntentSettlement(client: client, namespace: namespace, journal: journal, clock: clock, logger: logger),
      gatherer: EvidenceGatherer(client: client, namespace: namespace, view: view, redactor: Redactor(), clock: clock),
      observer: Observer(client: client, namespace: namespace, view: view, clock: clock), journal: journal, state: state,
      outbox: outbox, clock: clock, logger: logger)
    let uploads = Uploads(
      link: link, state: state, view: view, outbox: outbox, journal: journal, clock: clock, logger: logger)
    self.configuration = configuration
    self.client = client
    self.clock = clock
    self.logger = logger
    self.view = view
    self.state = state
    self.desk = desk
    linkLoop = LinkLoop(
      link: link, state: state, uploads: uploads, outbox: outbox, agentVersion: configuration.version, clock: clock,
      logger: logger, dispatch: { await desk.dispatch($0) })
  }

  /// Runs until the service group shuts down or the task is cancelled. What an act had begun is taken up by the next life.
  public func run() async throws {
    await cancelWhenGracefulShutdown { await runUntilCancelled() }
  }

  private func runUntilCancelled() async {
    await withTaskGroup(of: Void.self) { group in
      addWatchers(to: &group)
      group.addTask { await desk.run() }
      group.addTask { await linkLoop.run() }
      group.addTask { await keepHealthFile() }
      group.addTask { await trimNowAndThen() }
    }
  }
}

extension Agent: CustomStringConvertible {
  /// Services are logged by their description.
  public var description: String { "Agent(\(configuration.namespace))" }
}

extension Agent {
  private func addWatchers(to group: inout TaskGroup<Void>) {
    let (view, clock) = (view, clock)
    let pods = watcher(keeping: { (pod: Pod) in CachedPod(pod) }) { await view.receive($0, at: clock.now) }
    let deployments = watcher(keeping: { (deployment: Deployment) in CachedWorkload(deployment) }) {
      await view.receive($0, at: clock.now)
    }
    let sets = watcher(keeping: { (set: ReplicaSetSummary) in CachedReplicaSet(set) }) { await view.receive($0, at: clock.now) }
    let events = watcher(
      ListOptions(maximumItems: 10 * EventBook.limit, truncates: true), bringsBookmarks: false,
      keeping: { (event: Event) in EventBook.Entry(event) }
    ) { await view.receive($0) }
    group.addTask { await pods.run() }
    group.addTask { await deployments.run() }
    group.addTask { await sets.run() }
    group.addTask { await events.run() }
  }

  private func watcher<Object: Resource, Entry: Sendable>(
    _ options: ListOptions = ListOptions(), bringsBookmarks: Bool = true,
    keeping shrink: @escaping @Sendable (Object) -> Entry,
    _ receive: @escaping @Sendable (ResourceChange<Entry>) async -> Void
  ) -> ResourceWatcher<Object, Entry> {
    ResourceWatcher(
      client: client, namespace: configuration.namespace, options: options, bringsBookmarks: bringsBookmarks, clock: clock,
      logger: logger, namespaceView: view, shrink: shrink, receive: receive)
  }

  private func keepHealthFile() async {
    guard let file = configuration.healthFile else { return }
    while !Task.isCancelled {
      let now = clock.now
      let isLinkLive = await state.isLive(at: now)
      let areWatchesLive = await view.isLive(at: now)
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
