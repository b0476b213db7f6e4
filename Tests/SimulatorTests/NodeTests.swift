import Testing

@testable import Simulator

@Suite("Nodes and scheduling")
struct NodeTests {
  private static func app(_ name: String, replicas: Int = 1, _ spec: JSONValue = [:], container: JSONValue = [:]) -> JSONValue {
    Workloads.workload(
      "Deployment", name, replicas: replicas, template: Workloads.template(name, container: container, spec: spec))
  }

  private func taints(_ cluster: SimulatedCluster, _ node: String) async -> [String] {
    (await cluster.object("nodes", node)?[path: "spec", "taints"]?.array ?? [])
      .map { "\($0["key"]?.string ?? ""):\($0["effect"]?.string ?? "")" }
  }

  private func unschedulable(_ cluster: SimulatedCluster, _ app: String) async -> String {
    await cluster.pods(app).first?.condition("PodScheduled")?["message"]?.string ?? ""
  }

  @Test("A silent node is Unknown after 50 seconds, its pods are not ready and go when their patience ends")
  func down() async throws {
    let impatient: JSONValue = [
      "tolerations": [
        ["key": "node.kubernetes.io/unreachable", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 5]
      ]
    ]
    let cluster = try Workloads.cluster([Self.app("spread", replicas: 3, impatient)], age: 600)
    let victim = try #require(await cluster.pods("spread").first { $0[path: "spec", "nodeName"] == "node-3" })
    await cluster.setNode("node-3", .down)
    await cluster.advance(by: 49)
    #expect(await cluster.object("nodes", "node-3")?.condition("Ready")?["status"] == "True")
    await cluster.advance(by: 2)
    // Recordings, 08 node-down*.
    let ready = await cluster.object("nodes", "node-3")?.condition("Ready") ?? .null
    #expect(ready["status"] == "Unknown")
    #expect(ready["reason"] == "NodeStatusUnknown")
    #expect(ready["message"] == "Kubelet stopped posting node status.")
    #expect(
      await taints(cluster, "node-3") == [
        "node.kubernetes.io/unreachable:NoSchedule", "node.kubernetes.io/unreachable:NoExecute",
      ])
    let unready = await cluster.get("pods", victim.name)
    #expect(unready[path: "status", "phase"] == "Running")
    #expect(unready.condition("Ready")?["status"] == "False")
    #expect(unready.condition("Ready")?["reason"] == nil)
    #expect(unready.condition("ContainersReady")?["status"] == "True")
    #expect(await cluster.told("node-3").contains("NodeNotReady: Node node-3 status is now: NodeNotReady"))
    await cluster.advance(by: 8)
    let evicted = await cluster.get("pods", victim.name)
    #expect(evicted.isBeingDeleted)
    #expect(evicted.condition("DisruptionTarget")?["reason"] == "DeletionByTaintManager")
    #expect(evicted.condition("DisruptionTarget")?["message"] == "Taint manager: deleting due to NoExecute taint")
    let events = await cluster.events(victim.name, "TaintManagerEviction")
    #expect(events.first?["message"]?.string == "Marking for deletion Pod shop/\(victim.name)")
    #expect(events.first?[path: "involvedObject", "uid"] == nil)
    await cluster.advance(by: 300)
    #expect(await cluster.get("pods", victim.name).isBeingDeleted)
    let deployment = await cluster.get("deployments", group: "apps", "spread")
    #expect(deployment[path: "status", "readyReplicas"] == 3)
    #expect(deployment[path: "status", "terminatingReplicas"] == 1)
    await cluster.setNode("node-3", .healthy)
    await cluster.advance(by: 10)
    #expect(await taints(cluster, "node-3").isEmpty)
    #expect(await cluster.object("nodes", "node-3")?.condition("Ready")?["status"] == "True")
    #expect(await cluster.get("pods", victim.name) == .null)
  }

  @Test("A node that comes back in time keeps its pods, which are ready again")
  func back() async throws {
    let cluster = try Workloads.cluster([Self.app("web", replicas: 3)], age: 600)
    await cluster.setNode("node-3", .down)
    await cluster.advance(by: 100)
    #expect(await cluster.pods("web").filter(\.isPodReady).count == 2)
    await cluster.setNode("node-3", .healthy)
    await cluster.advance(by: 10)
    #expect(await cluster.pods("web").filter(\.isPodReady).count == 3)
    #expect(await cluster.told("node-3").contains("NodeReady: Node node-3 status is now: NodeReady"))
  }

  @Test("Cordon and pressure are taints that come and go")
  func cordon() async throws {
    let cluster = try Workloads.cluster([], age: 600)
    _ = await cluster.patch("/api/v1/nodes/node-1", ["spec": ["unschedulable": true]])
    await cluster.setNode("node-2", .memoryPressure)
    await cluster.advance(by: 1)
    #expect(await taints(cluster, "node-1") == ["node.kubernetes.io/unschedulable:NoSchedule"])
    #expect(await taints(cluster, "node-2") == ["node.kubernetes.io/memory-pressure:NoSchedule"])
    _ = await cluster.patch("/api/v1/nodes/node-1", ["spec": ["unschedulable": .null]])
    await cluster.setNode("node-2", .healthy)
    await cluster.advance(by: 1)
    #expect(await taints(cluster, "node-1").isEmpty)
    #expect(await taints(cluster, "node-2").isEmpty)
  }

  @Test("Pods of a deleted node fail and go, and are replaced")
  func deleted() async throws {
    let cluster = try Workloads.cluster([Self.app("web", replicas: 3)], age: 600)
    let orphan = try #require(await cluster.pods("web").first { $0[path: "spec", "nodeName"] == "node-3" })
    #expect(await cluster.send("DELETE", "/api/v1/nodes/node-3").status == 200)
    await cluster.advance(by: 30)
    #expect(await cluster.get("pods", orphan.name) != .null)
    await cluster.advance(by: 40)
    #expect(await cluster.get("pods", orphan.name) == .null)
    #expect(await cluster.pods("web").filter(\.isPodReady).count == 3)
  }

  @Test("What does not fit says why in the scheduler's words, and is tried again when nodes change")
  func obstacles() async throws {
    let cluster = try Workloads.cluster(
      [
        Self.app("cpu", container: ["resources": ["requests": ["cpu": "64"]]]),
        Self.app("selector", ["nodeSelector": ["disk": "ssd"]]),
        Self.app("volume", ["volumes": [["name": "data", "persistentVolumeClaim": ["claimName": "data"]]]]),
      ])
    await cluster.advance(by: 2)
    // Recordings, 12 cpu, selector, volume.
    #expect(
      await unschedulable(cluster, "cpu")
        == "0/3 nodes are available: 3 Insufficient cpu. no new claims to deallocate, preemption: 0/3 nodes are available: "
        + "3 Preemption is not helpful for scheduling.")
    #expect(
      await unschedulable(cluster, "selector")
        == "0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector. no new claims to deallocate, preemption: "
        + "0/3 nodes are available: 3 Preemption is not helpful for scheduling.")
    #expect(
      await unschedulable(cluster, "volume") == "0/3 nodes are available: persistentvolumeclaim \"data\" not found. not found")
    let taint: JSONValue = ["key": "team", "value": "data", "effect": "NoSchedule"]
    _ = await cluster.patch("/api/v1/nodes/node-1", ["spec": ["taints": [taint]]])
    await cluster.advance(by: 2)
    #expect(
      await unschedulable(cluster, "selector")
        == "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 node(s) didn't match Pod's node affinity/selector. "
        + "no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.")
    _ = await cluster.patch("/api/v1/nodes/node-2", ["metadata": ["labels": ["disk": "ssd"]]])
    await cluster.advance(by: 10)
    #expect(await cluster.pods("selector").first?[path: "spec", "nodeName"] == "node-2")
    #expect(await cluster.pods("selector").first?[path: "status", "phase"] == "Running")
  }

  @Test("Requests fill nodes; anti-affinity keeps siblings apart")
  func room() async throws {
    let anti: JSONValue = [
      "affinity": [
        "podAntiAffinity": [
          "requiredDuringSchedulingIgnoredDuringExecution": [
            ["topologyKey": "kubernetes.io/hostname", "labelSelector": ["matchLabels": ["app": "apart"]]]
          ]
        ]
      ]
    ]
    let cluster = try Workloads.cluster([
      Self.app("big", replicas: 4, container: ["resources": ["requests": ["cpu": "5"]]]), Self.app("apart", replicas: 4, anti),
    ])
    await cluster.advance(by: 10)
    #expect(await cluster.pods("big").filter(\.isPodReady).count == 3)
    let message = await cluster.pods("big").first { !$0.isPodReady }?.condition("PodScheduled")?["message"]?.string
    #expect(
      message
        == "0/3 nodes are available: 3 Insufficient cpu. no new claims to deallocate, preemption: 0/3 nodes are available: "
        + "3 No preemption victims found for incoming pod.")
    let apart = await cluster.pods("apart")
    #expect(Set(apart.compactMap { $0[path: "spec", "nodeName"]?.string }).count == 3)
    let lonely = apart.first { !$0.isPodReady }?.condition("PodScheduled")?["message"]?.string
    #expect(lonely?.contains("3 node(s) didn't match pod anti-affinity rules") == true)
  }
}
