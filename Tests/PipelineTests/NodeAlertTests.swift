import Testing
import Wire

@testable import Pipeline

@Suite("Alerts about nodes")
struct NodeAlertTests {
  private static func inventory(_ namespace: String, nodes: [String] = [], pods: [PodSummary] = []) -> NamespaceInventory? {
    NamespaceInventory(
      namespace: namespace,
      snapshot: InventoryReport(
        boot: "b", revision: 1, snapshot: true,
        workloads: pods.isEmpty ? [] : [WorkloadSummary(kind: "Deployment", name: "checkout", uid: "u", desired: 3, ready: 0)],
        pods: pods, removed: [],
        nodes: nodes.map { NodeSummary(name: $0, uid: "uid-\($0)", ready: "False", unschedulable: false, pods: 20) }))
  }

  private static let shop = inventory(
    "shop",
    pods: [
      PodSummary(
        name: "checkout-6c9-abcde", uid: "p1", workload: Situation.workload, phase: "Running", ready: false, restarts: 1,
        reason: nil)
    ])
  private static let inventories = [
    "shop": shop, Command.clusterScope: inventory(Command.clusterScope, nodes: ["worker-1", "worker-2"]),
  ].compactMapValues(\.self)

  struct Row: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let labels: [String: String]
    let title: String?

    init(_ sentence: String, _ labels: [String: String], _ title: String?) {
      testDescription = sentence
      self.labels = labels
      self.title = title
    }
  }

  private static let stateMetrics = [
    "namespace": "monitoring", "job": "kube-state-metrics", "service": "kube-state-metrics", "container": "kube-state-metrics",
    "pod": "kube-state-metrics-7d9-xyz12", "instance": "10.0.0.7:8080",
  ]

  @Test(
    "are about the node that the cluster agent knows, and alerts about what runs there are not",
    arguments: [
      Row("KubeNodeNotReady of kube-state-metrics", stateMetrics.merging(["node": "worker-1"]) { $1 }, "Node/worker-1"),
      Row(
        "a node that is not in the cluster", stateMetrics.merging(["node": "worker-9"]) { $1 },
        "monitoring/kube-state-metrics-7d9-xyz12"),
      Row(
        "the kubelet's own, with its service's namespace",
        ["namespace": "kube-system", "job": "kubelet", "node": "worker-2", "instance": "10.0.0.2:10250"], "Node/worker-2"),
      Row(
        "node-exporter, which calls the node its instance",
        ["namespace": "monitoring", "job": "node-exporter", "pod": "node-exporter-x2x", "instance": "worker-1:9100"],
        "Node/worker-1"),
      Row("a name nobody knows yet, with the node only", ["alertname": "Anything", "node": "worker-1"], "Node/worker-1"),
      Row(
        "a pod that runs on a node",
        ["namespace": "shop", "pod": "checkout-6c9-abcde", "node": "worker-1", "job": "kube-state-metrics"], "shop/checkout"),
      Row(
        "cadvisor: the kubelet speaks of a pod",
        ["namespace": "shop", "pod": "checkout-6c9-abcde", "node": "worker-1", "job": "kubelet", "container": "app"],
        "shop/checkout"),
      Row(
        "exported labels of a pod, beside the exporter's own",
        stateMetrics.merging(["exported_namespace": "shop", "exported_pod": "checkout-6c9-abcde", "node": "worker-1"]) { $1 },
        "shop/checkout"),
      Row(
        "a node-exporter pod that crashes, said by kube-state-metrics",
        ["namespace": "monitoring", "pod": "node-exporter-x2x", "container": "node-exporter", "job": "kube-state-metrics"],
        "monitoring/node-exporter-x2x"),
      Row(
        "a claim on a node", ["namespace": "shop", "persistentvolumeclaim": "data-0", "node": "worker-1", "job": "kubelet"],
        "shop/PersistentVolumeClaim/data-0"),
      Row(
        "a database's own nodes", ["namespace": "shop", "node": "es-data-1", "job": "elasticsearch"], "shop/Node/es-data-1"),
    ])
  func table(row: Row) {
    let alert = Alert(
      status: .firing, labels: row.labels.merging(["alertname": "A", "severity": "critical"]) { $1 }, annotations: [:],
      startsAt: Situation.now, fingerprint: "f")
    let subject = TargetResolution.subject(of: alert, inventories: Self.inventories)
    #expect(subject?.title == row.title)
  }

  @Test("go to the cluster agent, and ask for the node")
  func gathering() throws {
    let alert = Alert(
      status: .firing, labels: Self.stateMetrics.merging(["alertname": "KubeNodeNotReady", "node": "worker-1"]) { $1 },
      annotations: [:], startsAt: Situation.now, fingerprint: "f")
    let subject = try #require(TargetResolution.subject(of: alert, inventories: Self.inventories))
    let incident = Incident(id: 1, nonce: "a", opening: Opening(alert: alert, subject: subject), at: Situation.now)
    let step = try #require(
      try Pipeline().step(incident, .opened, history: { _, _, _ in WorkloadHistory() }, at: Situation.now))
    guard case .dispatch(let draft)? = step.intents.first else { return #expect(Bool(false)) }
    #expect(draft.task == .gather(GatherRequest(pods: [], workload: nil, objects: ["Node/worker-1"])))
    let command = draft.command(cluster: "c", clusterAgentHome: "ops", boot: "b", epoch: 1, sequence: 1)
    #expect(command.namespace == "*")
    #expect(command.agent == "system:serviceaccount:ops:ai-sre-cluster-agent")
  }

  @Test("without a cluster agent only an exporter that speaks of nodes is believed")
  func noClusterAgent() {
    func subject(_ labels: [String: String]) -> Subject? {
      let alert = Alert(
        status: .firing, labels: labels.merging(["alertname": "A", "severity": "critical"]) { $1 }, annotations: [:],
        startsAt: Situation.now, fingerprint: "f")
      return TargetResolution.subject(of: alert, inventories: [:])
    }
    #expect(subject(Self.stateMetrics.merging(["node": "worker-1"]) { $1 })?.namespace == Command.clusterScope)
    #expect(subject(["namespace": "shop", "node": "es-data-1", "job": "elasticsearch"])?.namespace == "shop")
  }
}

@Suite("What else an alert names")
struct ObjectHintTests {
  @Test(
    "is handed to the agent as a hint, most telling first",
    arguments: [
      (
        ["persistentvolumeclaim": "data-0", "node": "w1", "service": "kubelet"],
        ["PersistentVolumeClaim/data-0", "Node/w1", "Service/kubelet"]
      ),
      (["horizontalpodautoscaler": "web"], ["HorizontalPodAutoscaler/web"]),
      (["job_name": "migrate-1", "cronjob": "migrate"], ["Job/migrate-1", "CronJob/migrate"]),
      (["deployment": "a", "statefulset": "b", "daemonset": "c"], ["StatefulSet/b", "DaemonSet/c", "Deployment/a"]),
      (["name": "web-tls", "issuer_name": "letsencrypt"], ["Certificate/web-tls"]),
      (["name": "something"], []),
      (["exported_service": "api", "service": "kube-state-metrics"], ["Service/api"]),
      (["deployment": "../../secrets", "service": String(repeating: "a", count: 254), "node": ""], []),
    ])
  func hints(labels: [String: String], expected: [String]) {
    let alert = Alert(status: .firing, labels: labels, annotations: [:], startsAt: Situation.now, fingerprint: "f")
    #expect(ObjectHints.of(alert) == expected)
  }

  @Test("of the first schema is nothing")
  func earlier() throws {
    let json = #"{"namespace":"shop","pods":["a"],"workload":{"kind":"Deployment","name":"checkout"}}"#
    let subject = try WireJSON.decode(Subject.self, from: Array(json.utf8), limit: 1000)
    #expect(subject == Subject(namespace: "shop", workload: Situation.workload, pods: ["a"]))
  }
}
