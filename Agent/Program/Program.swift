import AgentCore
import Glibc
import HTTP
import Kubernetes
import Logging
import ServiceLifecycle
import Signing
import UnixSignals

@main
enum Program {
  static let version = "0.1.0"
  static let userAgent = "sre-agent/\(version)"

  static func main() async {
    // One arena: the agent's threads allocate little at the same time, and every further arena keeps memory of its own.
    HeapTuning.limitArenas(1)
    do {
      let environment = Self.environment()
      switch try AgentSettings.read(arguments: Array(CommandLine.arguments.dropFirst()), environment: environment) {
      case .help: print(AgentSettings.help)
      case .version: print("sre-agent \(version)")
      case .checkHealth(let settings):
        exit(HealthFile(path: settings.healthFile).isFresh() ? 0 : 1)
      case .check(let settings): try await check(settings, environment)
      case .rbac(let settings): try printRoles(settings, environment)
      case .run(let settings): try await run(settings, environment)
      }
    } catch {
      fail("\(error)")
    }
  }

  private static func run(_ settings: AgentSettings, _ environment: [String: String]) async throws {
    LoggingSystem.bootstrap { label in StreamLogHandler.standardError(label: label) }
    var logger = Logger(label: "sre-agent")
    logger.logLevel = settings.logLevel
    let root = try rootKey(settings.rootKeyFile)
    let cluster = try clusterConfiguration(settings, environment)
    let scope = settings.scope(in: settings.namespace ?? cluster.namespace)
    let clusterHTTP = HTTPClient(configuration: .init(tls: cluster.tls, maxConnectionsPerHost: 2))
    let linkHTTP = HTTPClient(
      configuration: .init(tls: TLSConfiguration(caFile: settings.controlPlaneAuthority), maxConnectionsPerHost: 1))
    let agent = Agent(
      Agent.Configuration(
        scope: scope, actions: settings.actions,
        cluster: settings.cluster, root: root, healthFile: HealthFile(path: settings.healthFile),
        version: version),
      client: KubernetesClient(configuration: cluster, http: clusterHTTP, userAgent: userAgent)
        .restricted(to: Rights(scope: scope, actions: settings.actions).permit),
      link: HTTPLink(
        http: linkHTTP, server: settings.controlPlane, tokenFile: settings.linkTokenFile, userAgent: userAgent),
      logger: logger)
    logger.info(
      "starting", metadata: ["version": "\(version)", "scope": "\(scope.name)", "control_plane": "\(settings.controlPlane)"])
    let group = ServiceGroup(services: [agent], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    try await group.run()
    await linkHTTP.shutdown()
    await clusterHTTP.shutdown()
    logger.info("stopped")
  }

  private static func check(_ settings: AgentSettings, _ environment: [String: String]) async throws {
    _ = try rootKey(settings.rootKeyFile)
    let cluster = try clusterConfiguration(settings, environment)
    let scope = settings.scope(in: settings.namespace ?? cluster.namespace)
    let clusterHTTP = HTTPClient(configuration: .init(tls: cluster.tls, maxConnectionsPerHost: 2))
    let linkHTTP = HTTPClient(
      configuration: .init(tls: TLSConfiguration(caFile: settings.controlPlaneAuthority), maxConnectionsPerHost: 1))
    let check = AgentCheck(
      client: KubernetesClient(configuration: cluster, http: clusterHTTP, userAgent: userAgent),
      rights: Rights(scope: scope, actions: settings.actions),
      link: HTTPLink(
        http: linkHTTP, server: settings.controlPlane, tokenFile: settings.linkTokenFile, userAgent: userAgent))
    let report = await check.run()
    print(report.text)
    await linkHTTP.shutdown()
    await clusterHTTP.shutdown()
    exit(report.isReady ? 0 : 1)
  }

  /// Needs no cluster: without a namespace of its own it takes the kubeconfig's or the pod's.
  private static func printRoles(_ settings: AgentSettings, _ environment: [String: String]) throws {
    let namespace = try settings.namespace ?? clusterConfiguration(settings, environment).namespace
    print(RoleManifest(Rights(scope: settings.scope(in: namespace), actions: settings.actions)).yaml, terminator: "")
  }

  private static func clusterConfiguration(_ settings: AgentSettings, _ environment: [String: String])
    throws(ClusterConfigurationError) -> ClusterConfiguration
  {
    if let kubeconfig = settings.kubeconfig {
      return try .kubeconfig(
        path: kubeconfig, context: settings.context, temporaryDirectory: environment["TMPDIR"] ?? "/tmp")
    }
    return try .inCluster(environment: environment, directory: settings.serviceAccountDirectory)
  }

  private static func rootKey(_ path: String) throws -> VerificationKey {
    let text: String
    do {
      text = try SmallFile.text(path)
    } catch {
      throw SettingsError.invalid(name: "the root key file", value: path, expected: "a readable file (\(error))")
    }
    do {
      return try VerificationKey(decoding: text)
    } catch {
      throw SettingsError.invalid(name: "the root key file", value: path, expected: "a public key (\(error))")
    }
  }

  private static func environment() -> [String: String] {
    var variables: [String: String] = [:]
    var next = environ
    while let entry = next.pointee {
      let parts = String(cString: entry).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
      next += 1
    }
    return variables
  }

  private static func fail(_ message: String) -> Never {
    let line = Array("sre-agent: \(message)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
    exit(2)
  }
}
