import Clients
import Glibc
import HTTP
import HTTP2
import Hummingbird
import HummingbirdCore
import Kubernetes
import Logging
import NIOSSL
import Pipeline
import Server
import ServiceLifecycle
import Signing
import Store
import UnixSignals
import Wire

/// Puts the parts together and runs them. It holds no logic of its own.
struct ControlPlane {
  let settings: Settings
  let clock: any WallClock
  let logger: Logger

  func run() async throws {
    try settings.dataDirectory.create()
    let signing = try await Signing(settings, clock: clock, logger: logger)
    let store = try SQLiteIncidentStore(path: settings.dataDirectory.database)
    // By the clock, so that a database from a backup does not begin an epoch that agents have followed already.
    let epoch = try await store.beginEpoch(above: clock.now.milliseconds / 1000)
    try await StartRecord(settings: settings, epoch: epoch, signer: signing.title, store: store, now: clock.now).write()
    let cluster = try clusterClient()
    let http = HTTPClient()
    let model = settings.groq.map { GroqDecisionModel(settings: $0, client: http, ledger: store, logger: logger) }
    let memory = PrecedentMemory(settings.precedentIndex(store, http), groups: settings.namespaceGroups)

    let agents = AgentDirectory(clock: clock)
    let authenticator = CachedAuthenticator(
      cluster.map { TokenReviewAuthenticator(client: $0.client, clusterAgentHome: settings.clusterAgentNamespace) }
        ?? NoCluster(), clock: clock)
    let dispatch = CommandDispatch(
      cluster: settings.clusterName, clusterAgentHome: settings.clusterAgentNamespace, epoch: epoch, store: store,
      signer: signing.signer, keySet: signing.keySet, agents: agents, authenticator: authenticator, clock: clock, logger: logger)
    let feed = LiveFeed()
    let runner = Runner(
      pipeline: Pipeline(settings: policy(beside: cluster)),
      seams: .init(
        store: store, model: model, notifier: notifier(http), audience: [dispatch, feed, TimelineLog(logger: logger)],
        abilities: { agents.abilities(in: $0) }, execCommands: { agents.execCommands(in: $0) }, memory: memory),
      clock: clock, decisionDeadline: settings.modelDeadline, reportTrouble: { logger.error("\($0)") })

    let listening = ListeningFile(
      path: settings.dataDirectory.listening, people: settings.listen, agents: settings.agentListen, isSecure: settings.tls != nil
    ) { addresses in
      print(
        Banner(
          settings: settings, epoch: epoch, console: addresses.console, agents: addresses.agents,
          kubernetes: cluster?.server, signing: signing.title
        ).text)
      fflush(nil)
    }
    let agentRoutes = AgentRoutes(
      runner: runner, agents: agents, dispatch: dispatch, authenticator: authenticator, ledger: store,
      takesSignals: settings.takesSignals, clock: clock, logger: logger)
    let metrics = Metrics()
    let peopleRoutes = PeopleRoutes(
      .init(
        archive: store, runner: runner, agents: agents, ledger: store, dispatch: dispatch, feed: feed,
        webhook: WebhookRoute(runner: runner, inventories: { agents.inventories }, metrics: metrics, logger: logger),
        metrics: metrics,
        health: HealthSource(
          kubernetes: { authenticator.isReachable }, model: { model?.status.isHealthy ?? false },
          automaticAction: settings.policy.autoActionEnabled),
        tokens: try TokenFiles.all(in: settings.dataDirectory), files: try ConsoleFiles(directory: settings.webDirectory),
        configuration: settings.shown, testNamespace: settings.testNamespace, testDeployment: settings.testDeployment,
        isSecure: settings.tls != nil,
        allowsBrowsers: settings.tls != nil || settings.listen.isLoopback, clock: clock))

    // Shut down from the last to the first: open consoles are let go before their server waits for them.
    let group = ServiceGroup(
      configuration: .init(
        services: signing.services + [
          .init(service: EpochWatch(store: store, clock: clock)),
          .init(service: KeySetWatch(signer: signing.signer, dispatch: dispatch, audit: store, clock: clock, logger: logger)),
          .init(service: RefusedCommands(dispatch: dispatch, runner: runner, logger: logger)),
          .init(service: RunnerService(runner: runner)), .init(service: dispatch),
          .init(service: SilenceLedger(agents: agents, ledger: store, clock: clock, logger: logger)),
          .init(service: DatabaseCare(store: store, retentionDays: settings.retentionDays, clock: clock, logger: logger)),
          .init(service: ClusterProbe(authenticator: authenticator, isConfigured: cluster != nil)),
          .init(service: try agentServer(agentRoutes, dispatch, listening)),
          .init(service: try peopleServer(peopleRoutes, listening)), .init(service: feed),
        ],
        gracefulShutdownSignals: [.sigterm, .sigint], logger: quietLogger))
    let ending = await Result(catching: { try await group.run() })
    listening.remove()
    await http.shutdown()
    await cluster?.http.shutdown()
    try await store.close()
    try ending.get()
    logger.notice("stopped")
  }

  private func clusterClient() throws -> ClusterClient? {
    if let path = settings.kubeconfig { return ClusterClient(try ClusterConfiguration.kubeconfig(path: path)) }
    let environment = ProcessEnvironment.all
    guard environment["KUBERNETES_SERVICE_HOST"] != nil else { return nil }
    let configuration = try ClusterConfiguration.inCluster(environment: environment)
    return ClusterClient(configuration, ownNamespace: configuration.namespace)
  }

  /// In a cluster the control plane never acts on itself.
  private func policy(beside cluster: ClusterClient?) -> PolicySettings {
    var policy = settings.policy
    if let namespace = cluster?.ownNamespace { policy.protectedNamespaces.insert(namespace) }
    return policy
  }

  private func notifier(_ http: HTTPClient) -> any Notifier {
    if let mail = settings.mail { MailNotifier(settings: mail, client: http, clock: clock) } else { LogNotifier(logger: logger) }
  }

  /// Handlers stay off the event loops: decoding an inventory or a large webhook takes long enough to hold up every parked poll.
  private func agentServer(
    _ routes: AgentRoutes, _ dispatch: CommandDispatch, _ listening: ListeningFile
  ) throws -> any ServiceLifecycle.Service {
    let files =
      try settings.agentTLS
      ?? AgentCertificate.files(in: settings.dataDirectory, names: settings.agentServerNames, now: clock.now)
    let router = Router(context: AgentRequestContext.self)
    routes.register(in: router)
    let responder = router.buildResponder()
    return Application(
      responder: responder,
      server: .negotiating(
        .tlsHTTP2Only(try credentials(files)), responder: responder, parking: dispatch, handlersOnEventLoop: false,
        logger: quietLogger),
      configuration: .init(address: .hostname(settings.agentListen.host, port: settings.agentListen.port)),
      onServerRunning: { listening.agentsListen(on: $0.localAddress?.port) }, logger: quietLogger)
  }

  private func peopleServer(_ routes: PeopleRoutes, _ listening: ListeningFile) throws -> any ServiceLifecycle.Service {
    let router = Router(context: PeopleRequestContext.self)
    routes.register(in: router)
    let responder = router.buildResponder()
    let mode: ServingMode = if let tls = settings.tls { .tls(try credentials(tls)) } else { .plainHTTP1 }
    return Application(
      responder: responder,
      server: .negotiating(mode, responder: responder, handlersOnEventLoop: false, logger: quietLogger),
      configuration: .init(address: .hostname(settings.listen.host, port: settings.listen.port)),
      onServerRunning: { listening.peopleListen(on: $0.localAddress?.port) }, logger: quietLogger)
  }

  private func credentials(_ files: CertificateFiles) throws -> TLSCredentials {
    let chain = try NIOSSLCertificate.fromPEMFile(files.certificate).map { NIOSSLCertificateSource.certificate($0) }
    let key = try NIOSSLPrivateKey(file: files.key, format: .pem)
    var configuration = NIOSSL.TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(key))
    configuration.minimumTLSVersion = .tlsv12
    return try TLSCredentials(configuration)
  }

  /// The servers' own news is of interest only when something is wrong.
  private var quietLogger: Logger {
    var logger = logger
    logger.logLevel = max(settings.logLevel, .warning)
    return logger
  }
}

private struct ClusterClient {
  let server: String
  let http: HTTPClient
  let client: KubernetesClient
  /// Where this process runs, when it runs in the cluster.
  let ownNamespace: String?

  init(_ configuration: ClusterConfiguration, ownNamespace: String? = nil) {
    self.ownNamespace = ownNamespace
    server = configuration.server
    http = HTTPClient(configuration: .init(tls: configuration.tls))
    client = KubernetesClient(
      configuration: configuration, http: http, userAgent: "sre-control-plane/\(Version.current)")
  }
}

/// Stands in where there is no cluster to ask: no agent gets in.
private struct NoCluster: AgentAuthenticator {
  func scope(presenting token: String) async throws(AgentAuthenticationError) -> AgentScope {
    throw .unavailable("no Kubernetes is configured; set KUBECONFIG or run in a cluster")
  }
}

extension ModelStatus {
  /// Healthy until a question has failed.
  fileprivate var isHealthy: Bool {
    if case .failing = health { false } else { true }
  }
}

extension Result where Failure == any Error {
  fileprivate init(catching body: () async throws -> Success) async {
    do {
      self = .success(try await body())
    } catch {
      self = .failure(error)
    }
  }
}
