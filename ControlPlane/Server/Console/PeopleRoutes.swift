public import Hummingbird
public import Pipeline
public import Wire

/// Everything on the people's port, put together.
public struct PeopleRoutes: Sendable {
  public struct Parts: Sendable {
    public let archive: any IncidentArchive
    public let runner: Runner
    public let agents: AgentDirectory
    public let ledger: any BlindnessLedger
    public let dispatch: CommandDispatch
    public let feed: LiveFeed
    public let webhook: WebhookRoute
    public let metrics: Metrics
    public let health: HealthSource
    public let tokens: [AccessToken]
    public let files: ConsoleFiles
    /// Shown by `GET /config`; holds no secrets.
    public let configuration: [ConfigurationEntry]
    /// Defaults of `POST /trigger-test`.
    public let testNamespace: String
    public let testDeployment: String
    public let isSecure: Bool
    /// Whether browsers may sign in: over TLS, or from this machine.
    public let allowsBrowsers: Bool
    public let clock: any WallClock

    public init(
      archive: any IncidentArchive, runner: Runner, agents: AgentDirectory, ledger: any BlindnessLedger,
      dispatch: CommandDispatch, feed: LiveFeed, webhook: WebhookRoute, metrics: Metrics, health: HealthSource,
      tokens: [AccessToken], files: ConsoleFiles,
      configuration: [ConfigurationEntry], testNamespace: String, testDeployment: String, isSecure: Bool, allowsBrowsers: Bool,
      clock: any WallClock
    ) {
      self.archive = archive
      self.runner = runner
      self.agents = agents
      self.ledger = ledger
      self.dispatch = dispatch
      self.feed = feed
      self.webhook = webhook
      self.metrics = metrics
      self.health = health
      self.tokens = tokens
      self.files = files
      self.configuration = configuration
      self.testNamespace = testNamespace
      self.testDeployment = testDeployment
      self.isSecure = isSecure
      self.allowsBrowsers = allowsBrowsers
      self.clock = clock
    }
  }

  private let parts: Parts
  private let sessions: BrowserSessions

  public init(_ parts: Parts) {
    self.parts = parts
    sessions = BrowserSessions(clock: parts.clock)
  }

  public func register(in router: Router<PeopleRequestContext>) {
    let list = AgentList(directory: parts.agents, ledger: parts.ledger, clock: parts.clock)
    let telemetry = TelemetryRoutes(
      archive: parts.archive, health: parts.health, metrics: parts.metrics, agents: list, dispatch: parts.dispatch)
    router.get("/health") { _, _ in await telemetry.healthAnswer() }
    parts.files.register(in: router)
    SessionRoutes(tokens: parts.tokens, sessions: sessions, isSecure: parts.isSecure, isAllowed: parts.allowsBrowsers).register(
      in: router)

    group(router, .webhook).post("/webhook") { request, _ in await parts.webhook.answer(request) }
    group(router, .metrics).get("/metrics") { _, _ in await telemetry.metricsAnswer() }

    let people = group(router, .console)
    IncidentRoutes(archive: parts.archive).register(in: people)
    StopRoute(runner: parts.runner).register(in: people)
    ApprovalRoutes(archive: parts.archive, runner: parts.runner).register(in: people)
    EventRoute(archive: parts.archive, feed: parts.feed).register(in: people)
    list.register(in: people)
    TriggerTestRoute(
      runner: parts.runner, inventories: { parts.agents.inventories },
      target: .init(namespace: parts.testNamespace, deployment: parts.testDeployment), clock: parts.clock
    ).register(in: people)
    people.get("/config") { _, _ in
      Response.json(.ok, Dictionary(parts.configuration.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }))
    }
  }

  private func group(_ router: Router<PeopleRequestContext>, _ scope: AccessToken.Scope) -> RouterGroup<PeopleRequestContext> {
    router.group().add(
      middleware: Authentication(tokens: parts.tokens, scope: scope, sessions: scope == .webhook ? nil : sessions))
  }
}

/// One setting as it is in force.
public struct ConfigurationEntry: Sendable, Hashable {
  public let name: String
  public let value: String

  public init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}
