import AgentCore
import HTTP
import Logging
import Wire

/// What the program is told, read once from its arguments and its environment; an argument wins.
struct AgentSettings: Sendable {
  let controlPlane: String
  let controlPlaneAuthority: String
  let linkTokenFile: String
  let rootKeyFile: String
  /// `nil`: the pod's own, or the kubeconfig's.
  let namespace: String?
  let cluster: String?
  /// The cluster agent: it answers for the nodes, and `namespace` is where it lives.
  let isClusterAgent: Bool
  let actions: Set<Action>
  /// `nil`: as a pod.
  let kubeconfig: String?
  let context: String?
  let serviceAccountDirectory: String
  let healthFile: String
  let logLevel: Logger.Level

  /// One setting: its flag, its variable, its default and its meaning.
  struct Option: Sendable {
    let flag: String
    let variable: String
    let placeholder: String
    let fallback: String?
    let meaning: String
  }

  static let options: [Option] = [
    Option(
      flag: "control-plane", variable: "AI_SRE_CONTROL_PLANE", placeholder: "URL",
      fallback: "https://sre-control-plane.ai-sre.svc:5443", meaning: "where the control plane listens for agents"),
    Option(
      flag: "control-plane-ca", variable: "AI_SRE_CONTROL_PLANE_CA", placeholder: "FILE", fallback: "/etc/ai-sre/ca.pem",
      meaning: "PEM file of the authority that signed its certificate"),
    Option(
      flag: "link-token", variable: "AI_SRE_LINK_TOKEN_FILE", placeholder: "FILE", fallback: "/var/run/secrets/ai-sre/token",
      meaning: "projected ServiceAccount token with the audience ai-sre-agent; read again for each request"),
    Option(
      flag: "root-key", variable: "AI_SRE_ROOT_KEY_FILE", placeholder: "FILE", fallback: "/etc/ai-sre/root.pub",
      meaning: "public key that signs the control plane's key sets"),
    Option(
      flag: "namespace", variable: "AI_SRE_NAMESPACE", placeholder: "NAME", fallback: nil,
      meaning: "the namespace to look after; default: the pod's own, or the kubeconfig's"),
    Option(
      flag: "cluster", variable: "AI_SRE_CLUSTER", placeholder: "NAME", fallback: nil,
      meaning: "the cluster that commands must be for; default: as the control plane says first"),
    Option(
      flag: "scope", variable: "AI_SRE_SCOPE", placeholder: "SCOPE", fallback: "namespace",
      meaning: "namespace, or cluster: the one agent that may cordon and drain nodes"),
    Option(
      flag: "actions", variable: "AI_SRE_ACTIONS", placeholder: "LIST", fallback: nil,
      meaning:
        "the actions that are switched on, with commas, or none; default: \(defaultActions); for the cluster agent all of its own"
    ),
    Option(
      flag: "kubeconfig", variable: "KUBECONFIG", placeholder: "FILE", fallback: nil,
      meaning: "reach the cluster from outside a pod"),
    Option(
      flag: "context", variable: "AI_SRE_CONTEXT", placeholder: "NAME", fallback: nil,
      meaning: "the kubeconfig's context; default: its current one"),
    Option(
      flag: "service-account-directory", variable: "AI_SRE_SERVICE_ACCOUNT_DIRECTORY", placeholder: "DIRECTORY",
      fallback: "/var/run/secrets/kubernetes.io/serviceaccount", meaning: "token, ca.crt and namespace of the pod"),
    Option(
      flag: "health-file", variable: "AI_SRE_HEALTH_FILE", placeholder: "FILE", fallback: "/tmp/sre-agent.health",
      meaning: "written every 10 s while link and watches live; see --check-health"),
    Option(
      flag: "log-level", variable: "LOG_LEVEL", placeholder: "LEVEL", fallback: "info",
      meaning: Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")),
  ]
}

extension AgentSettings {
  private static var defaultActions: String { names(ActCatalogue.byDefault) }

  static func names(_ actions: Set<Action>) -> String {
    Action.allCases.filter(actions.contains).map(\.rawValue).joined(separator: ",")
  }

  /// Only names of actions that an agent of this scope can take.
  static func actions(_ given: (name: String, value: String)?, isClusterAgent: Bool) throws(SettingsError) -> Set<Action> {
    guard let given else { return isClusterAgent ? ActCatalogue.ofNodes : ActCatalogue.byDefault }
    guard given.value != "none" else { return [] }
    let possible = ActCatalogue.all(scope: isClusterAgent ? Command.clusterScope : "")
    var actions: Set<Action> = []
    for name in given.value.split(separator: ",") {
      guard let action = Action(rawValue: String(name)), possible.contains(action) else {
        throw .invalid(name: given.name, value: given.value, expected: "names among \(names(possible)), with commas")
      }
      actions.insert(action)
    }
    return actions
  }
}

/// What is wrong with the settings.
enum SettingsError: Error, CustomStringConvertible {
  case unknownArgument(String)
  case missingValue(flag: String)
  case repeated(flag: String)
  case invalid(name: String, value: String, expected: String)

  var description: String {
    switch self {
    case .unknownArgument(let argument): "unknown argument \(argument); see --help"
    case .missingValue(let flag): "--\(flag) needs a value; see --help"
    case .repeated(let flag): "--\(flag) is given twice"
    case .invalid(let name, let value, let expected): "\(name) is \"\(value)\", expected \(expected)"
    }
  }
}

extension AgentSettings {
  /// What the program is asked to do.
  enum Request: Sendable {
    case run(AgentSettings)
    case checkHealth(AgentSettings)
    /// What it can reach and may do.
    case check(AgentSettings)
    /// The manifests of the rights that it needs.
    case rbac(AgentSettings)
    case help
    case version
  }

  static func read(arguments: [String], environment: [String: String]) throws(SettingsError) -> Request {
    var given: [String: String] = [:]
    var checksHealth = false
    var rest = arguments[...]
    let command = rest.first.flatMap { Subcommand(rawValue: $0) }
    if command != nil { rest.removeFirst() }
    while let argument = rest.popFirst() {
      switch argument {
      case "--help", "-h": return .help
      case "--version": return .version
      case "--check-health": checksHealth = true
      default:
        guard argument.hasPrefix("--") else { throw .unknownArgument(argument) }
        let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let flag = String(parts.first ?? "")
        guard options.contains(where: { $0.flag == flag }) else { throw .unknownArgument("--\(flag)") }
        guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst(), !value.isEmpty else {
          throw .missingValue(flag: flag)
        }
        guard given.updateValue(value, forKey: flag) == nil else { throw .repeated(flag: flag) }
      }
    }
    let settings = try AgentSettings(given: given, environment: environment)
    return switch command {
    case .check: .check(settings)
    case .rbac: .rbac(settings)
    case nil: checksHealth ? .checkHealth(settings) : .run(settings)
    }
  }

  private enum Subcommand: String {
    case check, rbac
  }

  private init(given: [String: String], environment: [String: String]) throws(SettingsError) {
    func optional(_ flag: String) -> (name: String, value: String)? {
      guard let option = Self.options.first(where: { $0.flag == flag }) else { return nil }
      if let value = given[flag] { return ("--\(flag)", value) }
      if let value = environment[option.variable], !value.isEmpty { return (option.variable, value) }
      return option.fallback.map { ("--\(flag)", $0) }
    }
    func text(_ flag: String) -> String { optional(flag)?.value ?? "" }
    let server = optional("control-plane") ?? ("--control-plane", "")
    guard Self.isServer(server.value) else {
      throw .invalid(name: server.name, value: server.value, expected: "https://HOST:PORT without a path")
    }
    let level = optional("log-level") ?? ("--log-level", "")
    guard let logLevel = Logger.Level(rawValue: level.value.lowercased()) else {
      let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
      throw .invalid(name: level.name, value: level.value, expected: "one of \(levels)")
    }
    let scope = optional("scope") ?? ("--scope", "")
    guard ["namespace", "cluster"].contains(scope.value) else {
      throw .invalid(name: scope.name, value: scope.value, expected: "namespace or cluster")
    }
    isClusterAgent = scope.value == "cluster"
    actions = try Self.actions(optional("actions"), isClusterAgent: isClusterAgent)
    controlPlane = server.value
    controlPlaneAuthority = text("control-plane-ca")
    linkTokenFile = text("link-token")
    rootKeyFile = text("root-key")
    namespace = optional("namespace")?.value
    cluster = optional("cluster")?.value
    kubeconfig = optional("kubeconfig")?.value
    context = optional("context")?.value
    serviceAccountDirectory = text("service-account-directory")
    healthFile = text("health-file")
    self.logLevel = logLevel
  }

  private static func isServer(_ url: String) -> Bool {
    guard url.hasPrefix("https://") else { return false }
    let authority = url.dropFirst("https://".count)
    let host = authority.hasSuffix("/") ? authority.dropLast() : authority
    return !host.isEmpty && !host.contains { $0 == "/" || $0 == "@" || $0 == "?" || $0 == "#" || $0.isWhitespace }
  }

  static var help: String {
    let lines = options.map { option in
      let head = "  --\(option.flag) \(option.placeholder)   (\(option.variable))"
      let fallback = option.fallback.map { "; default: \($0)" } ?? ""
      return "\(head)\n      \(option.meaning)\(fallback)"
    }
    return """
      sre-agent looks after one namespace: it watches, gathers evidence for the control plane, and carries out commands that were
      signed for it.

      Usage: sre-agent [OPTIONS]         run
             sre-agent check [OPTIONS]   say what it can reach and may do, and what is missing; ends with 1 when it is not ready
             sre-agent rbac [OPTIONS]    print the ServiceAccount, roles and bindings that it needs with these actions, for kubectl apply

      \(lines.joined(separator: "\n"))
        --check-health
            end with status 0 when the health file was written within the last minute, with 1 otherwise; for a probe
        --version
        --help
      """
  }
}

extension AgentSettings {
  func scope(in namespace: String) -> AgentScope {
    isClusterAgent ? .cluster(home: namespace) : .namespace(namespace)
  }
}
