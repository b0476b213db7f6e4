import Foundation
public import HTTP

/// The whole product as it runs, on loopback: a simulated cluster, a control plane, an agent per namespace, a real Alertmanager and an
/// SMTP server. Everything lies in one temporary directory and listens on ports of its own.
public struct Stack: Sendable {
  public let directory: WorkingDirectory
  public let simulator: SimulatorProcess
  /// The simulator's control and API.
  public let cluster: SimulatorClient
  public let controlPlane: ControlPlaneProcess
  public let console: ConsoleClient
  public let agents: [String: AgentProcess]
  public let alertmanager: AlertmanagerProcess?
  public let mail: MailSink
  public let http: HTTPClient

  public struct Options: Sendable {
    public var namespaces = ["shop", "payments", "platform"]
    /// Simulated seconds per real second.
    public var speed = 1.0
    /// Settings of the control plane, by the names of its environment variables.
    public var settings: [String: String] = [:]
    /// nil takes a free one.
    public var consolePort: Int?
    public var hasAlertmanager = true
    /// The public key that agents trust, where it is not made by the control plane itself.
    public var rootKeyFile: String?
    public var groupWait = "1s"
    public var groupInterval = "5s"

    public init() {}
  }

  /// Starts a stack, runs the body with it, and stops it in reverse order whatever happens.
  ///
  /// - Throws: `StackFailure` with the body's error and the end of every program's output.
  public static func run<Result: Sendable>(
    _ options: Options = Options(), _ body: (Stack) async throws -> Result
  ) async throws -> Result {
    let http = HTTPClient()
    return try await ProcessRoster.run { roster, directory in
      try await body(try await start(options, in: directory, http: http, roster))
    }
  }

  private static func start(
    _ options: Options, in directory: WorkingDirectory, http: HTTPClient, _ roster: ProcessRoster
  ) async throws -> Stack {
    let alertmanagerPort = try FreePorts.next()
    let simulator = try SimulatorProcess(
      namespaces: options.namespaces, alertmanager: options.hasAlertmanager ? "http://127.0.0.1:\(alertmanagerPort)" : nil,
      speed: options.speed, in: directory)
    let mail = try MailSink(in: directory)
    try await roster.start([simulator.process, mail.process])

    let controlPlane = try ControlPlaneProcess(
      consolePort: options.consolePort ?? FreePorts.next(), settings: options.settings,
      kubeconfig: simulator.controlPlaneKubeconfig, mailRelay: mail.url, in: directory, http: http)
    try await roster.start([controlPlane.process])

    let agents = try options.namespaces.map { namespace in
      try AgentProcess(
        namespace: namespace, link: controlPlane.agentLink, authorityFile: controlPlane.authorityFile,
        rootKeyFile: options.rootKeyFile ?? controlPlane.rootKeyFile, simulator: simulator, in: directory)
    }
    let alertmanager =
      try options.hasAlertmanager
      ? AlertmanagerProcess(
        port: alertmanagerPort, console: controlPlane.console, tokenFile: controlPlane.webhookTokenFile,
        groupWait: options.groupWait, groupInterval: options.groupInterval, in: directory, http: http) : nil
    try await roster.start(agents.map(\.process) + [alertmanager?.process].compactMap(\.self))

    let console = ConsoleClient(base: controlPlane.console, token: try controlPlane.consoleToken(), http: http)
    let stack = Stack(
      directory: directory, simulator: simulator, cluster: try simulator.client(), controlPlane: controlPlane, console: console,
      agents: Dictionary(uniqueKeysWithValues: agents.map { ($0.namespace, $0) }), alertmanager: alertmanager, mail: mail,
      http: http)
    try await stack.waitForAgents()
    return stack
  }

  /// Waits until every agent is linked and has said what lives in its namespace.
  public func waitForAgents(within limit: Duration = .seconds(20)) async throws {
    try await waitUntil("the agents of \(agents.keys.sorted()) are linked", within: limit, every: .milliseconds(50)) {
      let linked = try await console.agents().filter { $0.workloads ?? 0 > 0 }.map(\.namespace)
      return Set(agents.keys).isSubset(of: linked)
    }
  }
}
