import Testing

@testable import Simulator

@Suite("Faults that pods bring along")
struct PodFaultTests {
  private static func app(
    _ annotations: [String: String] = [:], container: JSONValue = [:], spec: JSONValue = [:]
  ) -> JSONValue {
    Workloads.workload(
      "Deployment", "ill", replicas: 1,
      template: Workloads.template("ill", annotations: annotations, container: container, spec: spec))
  }

  private func pod(_ cluster: SimulatedCluster) async -> JSONValue { await cluster.pods("ill").first ?? .null }

  private func waiting(_ cluster: SimulatedCluster) async -> String {
    let state = SimulatedCluster.container(await pod(cluster))[path: "state", "waiting"] ?? [:]
    return "\(state["reason"]?.string ?? ""): \(state["message"]?.string ?? "")"
  }

  @Test("A missing ConfigMap or key is a CreateContainerConfigError, and heals without a restart when it comes")
  func references() async throws {
    let config: JSONValue = ["envFrom": [["configMapRef": ["name": "app-config"]]]]
    let cluster = try Workloads.cluster([Self.app(container: config)])
    await cluster.advance(by: 60)
    // Recordings, 12 configerror.
    #expect(await waiting(cluster) == "CreateContainerConfigError: configmap \"app-config\" not found")
    #expect(await pod(cluster)[path: "status", "phase"] == "Pending")
    let name = await pod(cluster).name
    let failed = try #require(await cluster.events(name, "Failed").first)
    #expect(failed["message"] == "Error: configmap \"app-config\" not found")
    #expect((failed["count"]?.integer ?? 0) >= 5)
    try await cluster.apply([Workloads.object("ConfigMap", "v1", "app-config", ["data": ["a": "b"]])])
    await cluster.advance(by: 12)
    #expect(await pod(cluster).isPodReady)
    #expect(SimulatedCluster.container(await pod(cluster))["restartCount"] == 0)
    let key: JSONValue = ["env": [["name": "P", "valueFrom": ["secretKeyRef": ["name": "db", "key": "password"]]]]]
    let keyless = try Workloads.cluster([
      Workloads.object("Secret", "v1", "db", ["data": ["user": "eA=="]]), Self.app(container: key),
    ])
    await keyless.advance(by: 5)
    #expect(await waiting(keyless) == "CreateContainerConfigError: couldn't find key password in Secret shop/db")
  }

  @Test("A volume that cannot be mounted keeps the pod creating; only events tell why")
  func mount() async throws {
    let volumes: JSONValue = ["volumes": [["name": "data", "configMap": ["name": "nomount-data"]]]]
    let cluster = try Workloads.cluster([Self.app(spec: volumes)])
    await cluster.advance(by: 30)
    #expect(await waiting(cluster) == "ContainerCreating: ")
    #expect(await pod(cluster).condition("PodReadyToStartContainers")?["status"] == "False")
    let name = await pod(cluster).name
    let event = try #require(await cluster.events(name, "FailedMount").first)
    #expect(event["message"] == "MountVolume.SetUp failed for volume \"data\" : configmap \"nomount-data\" not found")
    #expect(event[path: "involvedObject", "fieldPath"] == nil)
  }

  @Test(
    "The ways an image cannot be pulled have their words",
    arguments: [
      ("notfound", "not found"), ("auth", "authorization failed"), ("ratelimit", "429 Too Many Requests"),
      ("my words", "my words"),
    ])
  func pull(kind: String, words: String) async throws {
    let cluster = try Workloads.cluster([Self.app(["fault.sim/mode": "imagepull", "fault.sim/pull-error": kind])])
    await cluster.advance(by: 5)
    let text = await waiting(cluster)
    #expect(text.hasPrefix("ImagePullBackOff: Back-off pulling image \"shop/app:1\": ErrImagePull: "))
    #expect(text.contains(words))
  }

  @Test("A wrong command is a RunContainerError with exit code 128, then a crash loop")
  func run() async throws {
    let cluster = try Workloads.cluster([Self.app(["fault.sim/mode": "runerror"], container: ["command": ["/bin/nope"]])])
    await cluster.advance(by: 2.7)
    #expect(await waiting(cluster).hasPrefix("RunContainerError: failed to create containerd task:"))
    #expect(await waiting(cluster).contains("exec: \"/bin/nope\": stat /bin/nope: no such file or directory"))
    await cluster.advance(by: 20)
    let last = SimulatedCluster.container(await pod(cluster))[path: "lastState", "terminated"] ?? [:]
    #expect(last["exitCode"] == 128)
    #expect(last["reason"] == "StartError")
    #expect(await waiting(cluster).hasPrefix("CrashLoopBackOff: "))
  }

  @Test("An init container that crashes holds the pod back in the recorded words")
  func initial() async throws {
    let spec: JSONValue = ["initContainers": [["name": "migrate", "image": "shop/migrate:1"]]]
    let cluster = try Workloads.cluster([
      Self.app(["fault.sim/mode": "crashloop", "fault.sim/container": "migrate"], spec: spec)
    ])
    await cluster.advance(by: 45)
    let ill = await pod(cluster)
    #expect(ill[path: "status", "phase"] == "Pending")
    #expect(ill.condition("Initialized")?["reason"] == "ContainersNotInitialized")
    #expect(ill.condition("Initialized")?["message"] == "containers with incomplete status: [migrate]")
    #expect(ill[path: "status", "initContainerStatuses"]?[0]?[path: "state", "waiting", "reason"] == "CrashLoopBackOff")
    #expect(await waiting(cluster) == "PodInitializing: ")
    #expect(
      await cluster.events(ill.name, "BackOff").first?[path: "involvedObject", "fieldPath"] == "spec.initContainers{migrate}")
    let well = try Workloads.cluster([Self.app(spec: spec)])
    await well.advance(by: 10)
    #expect(await pod(well).isPodReady)
    #expect(await pod(well)[path: "status", "initContainerStatuses"]?[0]?["ready"] == true)
  }

  @Test("A slow start is refused connections until its time, then ready")
  func slow() async throws {
    let cluster = try Workloads.cluster([
      Self.app(
        ["fault.sim/mode": "slowstart", "fault.sim/slowstart-seconds": "45"],
        container: ["readinessProbe": ["httpGet": ["path": "/ready", "port": 8080]]])
    ])
    await cluster.advance(by: 40)
    let name = await pod(cluster).name
    #expect(await !pod(cluster).isPodReady)
    let message = await cluster.events(name, "Unhealthy").first?["message"]?.string ?? ""
    #expect(message.hasPrefix("Readiness probe failed: Get \"http://10."))
    #expect(message.hasSuffix(":8080: connect: connection refused"))
    await cluster.advance(by: 10)
    #expect(await pod(cluster).isPodReady)
  }

  @Test("A fault of a template comes with a rollout and goes with a rollback")
  func rollback() async throws {
    let probe: JSONValue = ["readinessProbe": ["httpGet": ["path": "/ready", "port": 8080]]]
    let cluster = try Workloads.cluster([Self.app(container: probe)], age: 600)
    let fault = ["fault.sim/mode": "crashloop", "fault.sim/logs": "boot\nFATAL no db"]
    try await cluster.apply([Self.app(fault, container: probe)])
    await cluster.advance(by: 30)
    let pods = await cluster.pods("ill")
    #expect(pods.count == 2)
    let ill = try #require(pods.first { !$0.isPodReady })
    let log = await cluster.send("GET", "/api/v1/namespaces/shop/pods/\(ill.name)/log").body
    #expect(log == "boot\nFATAL no db\n")
    let path = "/apis/apps/v1/namespaces/shop/deployments/ill"
    let annotations: JSONValue = ["fault.sim/mode": .null, "fault.sim/logs": .null]
    #expect(await cluster.patch(path, ["spec": ["template": ["metadata": ["annotations": annotations]]]]) == 200)
    await cluster.advance(by: 30)
    #expect(await cluster.pods("ill").allSatisfy(\.isPodReady))
  }

  @Test(
    "What heals on a restart does so although the template still carries it; what never heals does not",
    arguments: [("on-restart", true), ("never", false), ("after=60", true)])
  func heals(how: String, isWell: Bool) async throws {
    let cluster = try Workloads.cluster([Self.app(["fault.sim/mode": "crashloop", "fault.sim/heals": how])])
    await cluster.advance(by: 20)
    #expect(await !pod(cluster).isPodReady)
    if how != "after=60" {
      let stamp: JSONValue = ["kubectl.kubernetes.io/restartedAt": "2026-11-22T11:11:30Z"]
      let body: JSONValue = ["spec": ["template": ["metadata": ["annotations": stamp]]]]
      #expect(await cluster.patch("/apis/apps/v1/namespaces/shop/deployments/ill", body) == 200)
    }
    await cluster.advance(by: 150)
    #expect(await cluster.pods("ill").contains(where: \.isPodReady) == isWell)
  }

  @Test("A pod that hangs stays Terminating until it is deleted by force; one that ignores SIGTERM is killed")
  func stuck() async throws {
    let cluster = try Workloads.cluster([Self.app(["fault.sim/mode": "stuck"])], age: 600)
    let name = await pod(cluster).name
    let path = "/api/v1/namespaces/shop/pods/\(name)"
    _ = await cluster.send("DELETE", path)
    await cluster.advance(by: 600)
    #expect(await cluster.get("pods", name).isBeingDeleted)
    _ = await cluster.send("DELETE", path, query: "gracePeriodSeconds=0")
    await cluster.advance(by: 1)
    #expect(await cluster.get("pods", name) == .null)
    let deaf = try Workloads.cluster([Self.app(["fault.sim/ignore-sigterm": "true"])], age: 600)
    let other = await pod(deaf).name
    _ = await deaf.send("DELETE", "/api/v1/namespaces/shop/pods/\(other)", query: "gracePeriodSeconds=6")
    await deaf.advance(by: 5)
    #expect(await deaf.get("pods", other) != .null)
    await deaf.advance(by: 2)
    #expect(await deaf.get("pods", other) == .null)
  }

  @Test("Faults from outside reach every kind of workload")
  func workloads() async throws {
    let set = Workloads.workload("StatefulSet", "db", replicas: 1, template: Workloads.template("db"))
    let cluster = try Workloads.cluster([set], age: 600)
    let document: JSONValue = ["namespace": "shop", "workload": "StatefulSet/db", "kind": "oom_kill", "restarts": 3]
    await cluster.inject(try FaultDocument.fault(document))
    let container = SimulatedCluster.container(await cluster.get("pods", "db-0"))
    #expect(container[path: "lastState", "terminated", "reason"] == "OOMKilled")
    #expect(throws: APIStatus.self) { try FaultDocument.fault(["namespace": "shop", "workload": "db", "kind": "oom_kill"]) }
  }
}
