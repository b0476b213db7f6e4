import ArgumentParser
import Foundation
import HTTP
import Support

struct AgentFootprint: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agent-footprint",
    abstract: "Memory and processor time of an agent with many pods, beside the same watch by the Python client.",
    discussion: """
      Starts cluster-simulator, sre-control-plane and sre-agent as processes. $KUBERNETES_PYTHON names a python that has the
      package kubernetes; without it that column is left out. The budget: private memory at most 4 MB with 200 pods and 8 MB
      with 5,000, PSS at most 16 and 20 MB, 0.1 % of a core idle and 1 % at 50 events/s.
      """)

  @Option(help: "Pods in the namespace; may be repeated.")
  var pods: [Int] = [200, 5000]

  @Option(help: "Seconds that each part is measured for.")
  var seconds = 60

  @Option(help: "Changes of pods per second.")
  var rate = 50

  @Option(help: "Times that the agent must list everything again.")
  var relists = 100

  func run() async throws {
    Report.build()
    for count in pods {
      Report.line("Agent footprint, \(count) pods")
      try await ProcessRoster.run { roster, directory in
        let bench = try await FootprintBench(pods: count, in: directory, roster)
        try await bench.measure(seconds: seconds, rate: rate, relists: relists)
      }
    }
  }
}

/// A cluster with many pods, an agent, and a Python client that watches the same.
struct FootprintBench: Sendable {
  static let namespace = "crowd"
  private static let widths = [26, 12, 12, 14, 14]

  private let cluster: SimulatorClient
  private let agent: ChildProcess
  private let python: ChildProcess?
  private let podNames: [String]

  init(pods: Int, in directory: WorkingDirectory, _ roster: ProcessRoster) async throws {
    let http = HTTPClient()
    let manifest = try directory.write(Self.manifest(pods: pods), to: "crowd.yaml")
    let simulator = try SimulatorProcess(
      manifests: [manifest], namespaces: [Self.namespace], nodes: pods / 100 + 2, in: directory)
    try await roster.start([simulator.process])
    let controlPlane = try ControlPlaneProcess(
      consolePort: FreePorts.next(), kubeconfig: simulator.controlPlaneKubeconfig, mailRelay: "smtp://127.0.0.1:9", in: directory,
      http: http)
    try await roster.start([controlPlane.process])
    let agent = try AgentProcess(
      namespace: Self.namespace, link: controlPlane.agentLink, authorityFile: controlPlane.authorityFile,
      rootKeyFile: controlPlane.rootKeyFile, simulator: simulator, in: directory)
    try await roster.start([agent.process])
    let console = ConsoleClient(base: controlPlane.console, token: try controlPlane.consoleToken(), http: http)
    try await waitUntil("the control plane knows \(pods) pods", within: .seconds(60), every: .milliseconds(100)) {
      try await console.agents().first { $0.namespace == Self.namespace }?.pods == pods
    }
    guard let child = agent.process.child else { throw Overdue("the agent runs", after: .zero) }
    cluster = try simulator.client()
    self.agent = child
    let python = try Self.python(simulator, in: directory)
    if let python { try await roster.start([python]) }
    self.python = python?.child
    podNames = try await Self.podNames(cluster)
  }

  func measure(seconds: Int, rate: Int, relists: Int) async throws {
    Report.row(["", "PSS (MB)", "private (MB)", "CPU", "Python CPU"], widths: Self.widths)
    try await row("idle, \(seconds) s") { try await Task.sleep(for: .seconds(seconds)) }
    try await row("\(rate) events/s, \(seconds) s") { try await touch(for: seconds, rate: rate) }
    try await row("after \(relists) relists") { for round in 0..<relists { try await relist(round) } }
    // The agent gives memory back every minute.
    try await row("idle again, 65 s") { try await Task.sleep(for: .seconds(65)) }
    if let python, python.ending == nil {
      let usage = try MemoryUsage(pid: python.pid)
      Report.line("Python: PSS \(Report.mega(usage.proportional)) MB, private \(Report.mega(usage.privateDirty)) MB")
    }
  }

  private func row(_ name: String, _ body: () async throws -> Void) async throws {
    let (began, before) = (ContinuousClock.now, try ProcessorTime(pid: agent.pid))
    let pythonBefore = try python.map { try ProcessorTime(pid: $0.pid) }
    try await body()
    let elapsed = ContinuousClock.now - began
    let share = (try ProcessorTime(pid: agent.pid).used - before.used) / elapsed
    let pythonShare = try pythonBefore.flatMap { before in
      try python.flatMap { $0.ending == nil ? (try ProcessorTime(pid: $0.pid).used - before.used) / elapsed : nil }
    }
    let usage = try MemoryUsage(pid: agent.pid)
    Report.row(
      [
        name, Report.mega(usage.proportional), Report.mega(usage.privateDirty), Report.percent(share),
        pythonShare.map(Report.percent) ?? "",
      ], widths: Self.widths)
  }

  private func touch(for seconds: Int, rate: Int) async throws {
    let began = ContinuousClock.now
    for number in 0..<(seconds * rate) {
      try await cluster.touch(pod: podNames[number % podNames.count], in: Self.namespace, mark: "\(number)")
      let due = began + .seconds(1) * number / rate
      if due > .now { try await Task.sleep(until: due) }
    }
  }

  private func relist(_ round: Int) async throws {
    let user = "system:serviceaccount:\(Self.namespace):ai-sre-agent"
    // A line shows the agent that its watch works, so that it does not wait longer and longer.
    try await cluster.touch(pod: podNames[0], in: Self.namespace, mark: "relist-\(round)")
    try await cluster.touch(namespace: Self.namespace, mark: "relist-\(round)")
    try await cluster.clearRequests()
    try await cluster.forceRelist()
    try await waitUntil("the pods are listed again", within: .seconds(60), every: .milliseconds(20)) {
      try await cluster.lists(of: "pods", by: user) > 0
    }
  }
}

extension FootprintBench {
  /// Deployments of 20 pods whose spec is of an ordinary size.
  private static func manifest(pods: Int) -> String {
    let variables = (0..<12).map { "{name: SETTING_\($0), value: \"a value of ordinary length, number \($0)\"}" }
    let deployments = stride(from: 0, to: pods, by: 20).map { first in
      """
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: service-\(first / 20)
        namespace: \(namespace)
        annotations: {simulator.ai-sre.dev/age: 2h}
      spec:
        replicas: \(min(20, pods - first))
        selector: {matchLabels: {app: service-\(first / 20)}}
        template:
          metadata: {labels: {app: service-\(first / 20)}}
          spec:
            containers:
            - name: app
              image: registry.example.com/team/service-\(first / 20):1.0.0
              env: [\(variables.joined(separator: ", "))]
      """
    }
    return "apiVersion: v1\nkind: Namespace\nmetadata: {name: \(namespace)}\n" + deployments.joined(separator: "\n") + "\n"
  }

  private static func podNames(_ cluster: SimulatorClient) async throws -> [String] {
    struct List: Decodable { let items: [SimulatorClient.Object] }
    return try await cluster.call(.get, "/api/v1/namespaces/\(namespace)/pods", List.self).items.map(\.metadata.name)
  }

  /// The same list and watch by the official Python client, which keeps name and phase of each pod.
  private static func python(_ simulator: SimulatorProcess, in directory: WorkingDirectory) throws -> StackProcess? {
    guard let python = ProcessInfo.processInfo.environment["KUBERNETES_PYTHON"] else { return nil }
    let script = try directory.write(
      """
      from kubernetes import client, config, watch
      configuration = client.Configuration()
      configuration.host = "\(simulator.base)"
      configuration.ssl_ca_cert = "\(simulator.authorityFile)"
      configuration.api_key["authorization"] = "Bearer " + open("\(simulator.adminTokenFile)").read().strip()
      api = client.CoreV1Api(client.ApiClient(configuration))
      pods = {}
      while True:
          try:
              listed = api.list_namespaced_pod("\(namespace)")
              pods = {pod.metadata.uid: (pod.metadata.name, pod.status.phase) for pod in listed.items}
              version = listed.metadata.resource_version
              del listed
              for event in watch.Watch().stream(api.list_namespaced_pod, "\(namespace)", resource_version=version):
                  pod = event["object"]
                  pods[pod.metadata.uid] = (pod.metadata.name, pod.status.phase)
          except Exception as error:
              print(error, flush=True)
      """, to: "watch.py")
    return StackProcess(
      .init(
        name: "python-watch", program: python, arguments: [script],
        environment: ["PATH": "/usr/bin:/bin", "HOME": directory.path], directory: directory.path),
      isReady: { true })
  }
}
