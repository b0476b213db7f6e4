import ArgumentParser
import Foundation
import Logging
import ServiceLifecycle
import Simulator
import UnixSignals

@main
struct ClusterSimulator: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cluster-simulator",
    abstract: "A Kubernetes cluster in memory: API server, controllers, nodes, faults.",
    discussion: """
      FILES in --directory
        ca.pem kubeconfig url port    the CA, the administrator's kubeconfig, where
        tokens/admin                  the administrator's token
        tokens/control-plane          system:serviceaccount:ai-sre:sre-control-plane
        tokens/NS/ai-sre-agent        an agent's token, audience ai-sre-agent
        serviceaccounts/NS/           token, ca.crt, namespace as mounted in a pod;
                                      link-token, audience ai-sre-agent
        serviceaccounts/ai-sre/       the same for the control plane
      Tokens live an hour and are written anew every ten minutes.

      MANIFESTS are YAML or JSON. Annotation simulator.ai-sre.dev/age: 3d makes an
      object that old; the same object again, younger, is an update of it. A
      Namespace labelled ai-sre.dev/managed: "true" gets an agent's account and
      Role, as with --agent.

      FAULTS of a pod template are annotations: fault.sim/mode with crashloop, oomkill,
      imagepull, liveness, notready, slowstart, pending, configerror, runerror,
      unschedulable or stuck; beside it container, logs, exit-code, crash-after,
      pull-error (notfound, auth, ratelimit), message, slowstart-seconds, run-seconds,
      stop-seconds, ignore-sigterm, backoff-base, backoff-max, cpu, memory, metrics,
      heals (never, on-restart, after=60). On a Node: fault.sim/node.

      CONTROL with the header Authorization: Bearer $(cat DIR/tokens/admin)
        POST /simulator/v1/faults      makes pods ill, never by editing a spec:
          {"namespace": "shop", "deployment": "web" | "pod": … | "labels": {…} |
           "workload": "StatefulSet/db",
           "kind": "crash_loop" | "oom_kill" | "image_pull" | "slow_start" |
                   "liveness_failure" | "readiness_failure" | "config_error" |
                   "run_error" | "mount_failure" | "unschedulable" |
                   "stuck_terminating" | "usage",
           "logs": ["…"], "exitCode": 1, "runsFor": 1.5, "restarts": 5,
           "seconds": 300, "message": "…", "cpu": "95%", "memory": "900Mi",
           "heals": "never" | "on_restart" | {"after": 60}}
        POST /simulator/v1/nodes/NAME  {"state": "down" | "notready" | "healthy" |
           "memorypressure" | "diskpressure" | "pidpressure"}
        POST /simulator/v1/metrics     {"server": "running" | "absent" | "down"}
        GET, DELETE /simulator/v1/faults[/ID][?namespace=&deployment=]
        POST /simulator/v1/failures    makes the API fail:
          {"kind": "status" | "cut_before" | "cut_after" | "delay",
           "status": 503, "seconds": 2, "count": 1, "method", "path", "user"}
        DELETE /simulator/v1/failures[/ID]
        GET /simulator/v1/requests?mutating=true&method=&path=&user=&after=
        DELETE /simulator/v1/requests
        POST /simulator/v1/watch-history/drop, /simulator/v1/connections/cut
        GET /simulator/v1/status
      """)

  @Option(help: "Port to listen on; 0 takes a free one.")
  var port = 0

  @Option(help: "Where to write the CA, kubeconfig, url and tokens.")
  var directory: String

  @Option(name: .customLong("manifests"), help: "YAML file or directory to start with; may be repeated.")
  var manifests: [String] = []

  @Option(name: .customLong("agent"), help: "Namespace in which an agent's account and Role are made; may be repeated.")
  var agents: [String] = []

  @Option(help: "Simulated seconds per real second.")
  var speed = 1.0

  @Option(help: "How many nodes the cluster has.")
  var nodes = 3

  @Option(help: "Real seconds between the bookmarks of a watch.")
  var bookmarkInterval = 60.0

  @Option(help: "Post alerts for ill pods to this Alertmanager, e.g. http://127.0.0.1:9093.")
  var alertmanager: String?

  @Option(help: "How long a pod must be ill before its alert fires, in simulated seconds.")
  var alertFor = 5.0

  func validate() throws {
    guard (0...65_535).contains(port) else { throw ValidationError("--port must be from 0 to 65535") }
    guard speed > 0, speed.isFinite else { throw ValidationError("--speed must be greater than 0") }
    guard nodes >= 1 else { throw ValidationError("--nodes must be at least 1") }
    guard bookmarkInterval > 0 else { throw ValidationError("--bookmark-interval must be greater than 0") }
  }

  func run() async throws {
    let seeds = try manifests.flatMap { try ManifestLoader.seeds(path: $0) }
    let labelled = seeds.map(\.object).filter {
      $0["kind"]?.string == "Namespace" && $0[path: "metadata", "labels", "ai-sre.dev/managed"]?.string == "true"
    }
    var configuration = SimulatedCluster.Configuration()
    configuration.port = port
    configuration.clock = .running(speed: speed)
    configuration.nodes = nodes
    configuration.bookmarkInterval = bookmarkInterval
    configuration.seeds = seeds
    configuration.agentNamespaces = agents + labelled.compactMap { $0[path: "metadata", "name"]?.string }
    let cluster = try await SimulatedCluster.start(configuration)
    let files = ClusterDirectory(path: directory, cluster: cluster, agents: Set(configuration.agentNamespaces).sorted())
    try await files.write()
    print("listening on \(cluster.url)")
    fflush(nil)

    var services: [any Service] = [files]
    if let alertmanager {
      guard let url = URL(string: alertmanager) else { throw ValidationError("--alertmanager is not a URL") }
      services.append(AlertPoster(cluster: cluster, alertmanager: url, after: alertFor))
    }
    let logger = Logger(label: "cluster-simulator")
    let group = ServiceGroup(
      configuration: .init(services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    try await group.run()
    await cluster.stop()
  }
}
