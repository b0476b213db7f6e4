import Testing
import Wire

@testable import Pipeline

@Suite("Alertmanager's webhook")
struct AlertTests {
  static let body = """
    {"version":"4","groupKey":"{}","status":"firing","receiver":"r","alerts":[{"status":"firing","labels":{"alertname":"A","namespace":"shop",\
    "pod":"checkout-1"},"annotations":{"description":"d"},"startsAt":"2026-11-22T10:00:00.041Z","endsAt":"0001-01-01T00:00:00Z",\
    "generatorURL":"http://p","fingerprint":"f"}]}
    """

  @Test("is read as Alertmanager posts it")
  func read() throws {
    let webhook = try AlertmanagerWebhook(parsing: Array(Self.body.utf8))
    let alert = try #require(webhook.alerts.first)
    #expect(alert.name == "A")
    #expect(alert.startsAt == Timestamp(rfc3339: "2026-11-22T10:00:00.041Z"))
    #expect(alert.severity == "none")
  }

  @Test(
    "is refused with the reason when it is something else",
    arguments: [
      ("", "not an Alertmanager webhook: the body is not JSON"),
      ("[]", "not an Alertmanager webhook: the body has the wrong type"),
      ("{}", "not an Alertmanager webhook: version is missing"),
      (#"{"version":"3","alerts":[]}"#, "webhook version \"3\" is not supported, expected \"4\""),
      (#"{"version":"4"}"#, "not an Alertmanager webhook: alerts is missing"),
      (#"{"version":"4","alerts":[{}]}"#, "not an Alertmanager webhook: alerts[0].status is missing"),
      (
        body.replacing("2026-11-22T10:00:00.041Z", with: "yesterday"),
        "not an Alertmanager webhook: alerts[0].startsAt is not an RFC 3339 time"
      ),
      (body.replacing(#""alertname":"A","#, with: ""), "not an Alertmanager webhook: alerts[0].labels has no alertname"),
      (
        body.replacing(#""status":"firing","labels""#, with: #""status":"maybe","labels""#),
        "not an Alertmanager webhook: alerts[0].status is neither \"firing\" nor \"resolved\""
      ),
    ])
  func refused(body: String, reason: String) {
    #expect { try AlertmanagerWebhook(parsing: Array(body.utf8)) } throws: { "\($0)" == reason }
  }
}

@Suite("The target of an alert")
struct TargetResolutionTests {
  private let inventory = NamespaceInventory(
    namespace: "shop",
    snapshot: InventoryReport(
      boot: "b", revision: 1, snapshot: true,
      workloads: [
        WorkloadSummary(kind: "Deployment", name: "checkout", uid: "u1", desired: 3, ready: 0),
        WorkloadSummary(kind: "StatefulSet", name: "db", uid: "u2", desired: 1, ready: 1),
      ],
      pods: [
        PodSummary(
          name: "checkout-6c9-abcde", uid: "p1", workload: WorkloadName(kind: "Deployment", name: "checkout"), phase: "Running",
          ready: false, restarts: 5, reason: "CrashLoopBackOff")
      ], removed: []))

  private func subject(_ labels: [String: String]) -> Subject? {
    let alert = Alert(
      status: .firing, labels: labels.merging(["alertname": "A"]) { $1 }, annotations: [:], startsAt: Situation.now,
      fingerprint: "f")
    return TargetResolution.subject(of: alert, inventories: inventory.map { ["shop": $0] } ?? [:])
  }

  @Test("is the workload that the inventory has for the pod")
  func byPod() {
    #expect(subject(["namespace": "shop", "pod": "checkout-6c9-abcde"])?.workload?.name == "checkout")
  }

  @Test("is found from the name of a pod that is gone, when the inventory confirms the deployment")
  func byGonePod() {
    #expect(subject(["namespace": "shop", "pod": "checkout-5f8-zzzzz"])?.workload?.name == "checkout")
    #expect(subject(["namespace": "shop", "pod": "nothing-5f8-zzzzz"])?.workload == nil)
  }

  @Test("is the workload label, only when the inventory knows such a workload")
  func byLabel() {
    #expect(subject(["namespace": "shop", "statefulset": "db"])?.workload == WorkloadName(kind: "StatefulSet", name: "db"))
    #expect(subject(["namespace": "shop", "deployment": "db"])?.workload == nil)
  }

  @Test("is not what the labels of the exporter say")
  func exporter() {
    let subject = subject(["namespace": "shop", "pod": "kube-state-metrics-7d9-xyz12", "container": "kube-state-metrics"])
    #expect(subject?.workload == nil)
  }

  @Test("is that of the exported labels, where the plain ones are the exporter's own")
  func exported() {
    let subject = subject([
      "namespace": "monitoring", "pod": "kube-state-metrics-1", "exported_namespace": "shop",
      "exported_pod": "checkout-6c9-abcde",
    ])
    #expect(subject?.namespace == "shop")
    #expect(subject?.workload?.name == "checkout")
  }

  @Test("without a namespace is a person's, unless it is a heartbeat")
  func noNamespace() {
    #expect(subject(["severity": "critical", "node": "n1"])?.namespace == "")
    #expect(subject(["severity": "none"]) == nil)
  }
}

@Suite("A namespace's inventory")
struct NamespaceInventoryTests {
  private func report(_ revision: Int64, snapshot: Bool, boot: String = "b", pods: [String] = [], removed: [String] = [])
    -> InventoryReport
  {
    InventoryReport(
      boot: boot, revision: revision, snapshot: snapshot, workloads: [],
      pods: pods.map {
        PodSummary(name: $0, uid: "uid-\($0)", workload: nil, phase: "Running", ready: true, restarts: 0, reason: nil)
      }, removed: removed)
  }

  @Test("begins with a snapshot and follows deltas without a gap")
  func deltas() throws {
    #expect(NamespaceInventory(namespace: "shop", snapshot: report(1, snapshot: false)) == nil)
    var inventory = try #require(NamespaceInventory(namespace: "shop", snapshot: report(1, snapshot: true, pods: ["a", "b"])))
    let followed = inventory.apply(report(2, snapshot: false, pods: ["c"], removed: ["uid-a"]))
    #expect(followed)
    #expect(inventory.pods.map(\.name) == ["b", "c"])
    let skipped = inventory.apply(report(4, snapshot: false, pods: ["d"]))
    #expect(!skipped, "revision 3 is missing")
    let foreign = inventory.apply(report(3, snapshot: false, boot: "other"))
    #expect(!foreign)
  }

  @Test("takes a repeated delta as taken")
  func repeated() throws {
    var inventory = try #require(NamespaceInventory(namespace: "shop", snapshot: report(1, snapshot: true, pods: ["a"])))
    let first = inventory.apply(report(2, snapshot: false, pods: ["b"]))
    let second = inventory.apply(report(2, snapshot: false, pods: ["b"]))
    #expect(first && second)
    #expect(inventory.pods.count == 2)
  }
}
