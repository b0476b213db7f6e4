import Testing

@testable import Simulator

@Suite("Capacity: quotas, budgets, autoscalers, metrics")
struct CapacityTests {
  private static let request: JSONValue = ["resources": ["requests": ["cpu": "100m", "memory": "64Mi"]]]

  private static func app(_ replicas: Int = 2, annotations: [String: String] = [:]) -> JSONValue {
    Workloads.workload(
      "Deployment", "web", replicas: replicas, template: Workloads.template("web", annotations: annotations, container: request))
  }

  private static let quota = Workloads.object(
    "ResourceQuota", "v1", "small", ["spec": ["hard": ["pods": "3", "requests.cpu": "1"]]])

  private static func scaler(_ most: Int = 6, target: String = "web") -> JSONValue {
    Workloads.object(
      "HorizontalPodAutoscaler", "autoscaling/v2", "web",
      [
        "spec": [
          "scaleTargetRef": ["kind": "Deployment", "name": .string(target), "apiVersion": "apps/v1"], "minReplicas": 2,
          "maxReplicas": .integer(Int64(most)),
          "metrics": [
            ["type": "Resource", "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": 60]]]
          ],
        ]
      ])
  }

  private func scale(_ cluster: SimulatedCluster, _ replicas: Int) async {
    let path = "/apis/apps/v1/namespaces/shop/deployments/web/scale"
    #expect(await cluster.patch(path, ["spec": ["replicas": .integer(Int64(replicas))]]) == 200)
  }

  private func condition(_ cluster: SimulatedCluster, _ type: String) async -> String {
    let scaler = await cluster.get("horizontalpodautoscalers", group: "autoscaling", "web")
    let condition = scaler.condition(type)
    return "\(condition?["status"]?.string ?? "") \(condition?["reason"]?.string ?? "")"
  }

  @Test("A quota refuses pods in the recorded words; the Deployment shows ReplicaFailure and stays Progressing")
  func quota() async throws {
    let cluster = try Workloads.cluster([Self.quota, Self.app()], age: 600)
    #expect(
      await cluster.get("resourcequotas", "small")["status"]
        == ["hard": ["pods": "3", "requests.cpu": "1"], "used": ["pods": "2", "requests.cpu": "200m"]])
    await scale(cluster, 6)
    await cluster.advance(by: 5)
    let deployment = await cluster.get("deployments", group: "apps", "web")
    let failure = deployment.condition("ReplicaFailure")
    #expect(failure?["status"] == "True")
    #expect(failure?["reason"] == "FailedCreate")
    let message = failure?["message"]?.string ?? ""
    #expect(message.hasPrefix("pods \"web-"))
    #expect(message.hasSuffix("is forbidden: exceeded quota: small, requested: pods=1, used: pods=3, limited: pods=3"))
    #expect(deployment.condition("Progressing")?["reason"] == "NewReplicaSetAvailable")
    #expect(deployment.condition("Available")?["status"] == "False")
    #expect(deployment[path: "status", "unavailableReplicas"] == 3)
    let set = try #require(await cluster.objects("replicasets", group: "apps").first)
    #expect(set.condition("ReplicaFailure")?["message"] == failure?["message"])
    let told = await cluster.told(set.name).filter { $0.hasPrefix("FailedCreate: ") }
    #expect(told.count == 10)
    #expect(told.last?.hasPrefix("FailedCreate: (combined from similar events): Error creating: pods ") == true)
    let pod: JSONValue = Workloads.object(
      "Pod", "v1", "extra",
      ["spec": ["containers": [["name": "c", "image": "x:1", "resources": ["requests": ["cpu": "950m"]]]]]])
    let direct = await cluster.send("POST", "/api/v1/namespaces/shop/pods", body: pod)
    #expect(direct.status == 403)
    let words: String =
      "pods \"extra\" is forbidden: exceeded quota: small, requested: pods=1,requests.cpu=950m, "
      + "used: pods=3,requests.cpu=300m, limited: pods=3,requests.cpu=1"
    #expect(direct.body["message"]?.string == words)
    let bare = Workloads.object("Pod", "v1", "bare", ["spec": ["containers": [["name": "c", "image": "x:1"]]]])
    let refused = await cluster.send("POST", "/api/v1/namespaces/shop/pods", body: bare)
    #expect(refused.body["message"] == "pods \"bare\" is forbidden: failed quota: small: must specify requests.cpu for: c")
    await scale(cluster, 2)
    await cluster.advance(by: 60)
    #expect(await cluster.get("deployments", group: "apps", "web").condition("ReplicaFailure") == nil)
  }

  @Test("A budget counts healthy pods, and holds a granted eviction for two minutes")
  func budget() async throws {
    let budget = Workloads.object(
      "PodDisruptionBudget", "policy/v1", "web",
      ["spec": ["minAvailable": 3, "selector": ["matchLabels": ["app": "web"]]]])
    let cluster = try Workloads.cluster([budget, Self.app(4)], age: 600)
    let before = await cluster.get("poddisruptionbudgets", group: "policy", "web")["status"] ?? [:]
    // Recordings, 07 pdb.
    for (member, count) in [("disruptionsAllowed", 1), ("currentHealthy", 4), ("desiredHealthy", 3), ("expectedPods", 4)] {
      #expect(before[member]?.integer == count)
    }
    #expect(before["conditions"]?[0]?["reason"] == "SufficientPods")
    #expect(before["conditions"]?[0]?["message"] == "")
    let pod = try #require(await cluster.pods("web").first)
    let now = await cluster.now.rfc3339
    await cluster.core.changeWorld { world in
      world.update(ResourceCatalogue.budgets, ObjectKey(namespace: "shop", name: "web")) {
        $0["status"]?["disruptedPods"] = [pod.name: .string(now)]
      }
    }
    await cluster.advance(by: 1)
    let held = await cluster.get("poddisruptionbudgets", group: "policy", "web")["status"] ?? [:]
    #expect(held["disruptionsAllowed"] == 0)
    #expect(held["currentHealthy"] == 3)
    #expect(held["conditions"]?[0]?["reason"] == "InsufficientPods")
    await cluster.advance(by: 120)
    let free = await cluster.get("poddisruptionbudgets", group: "policy", "web")["status"] ?? [:]
    #expect(free["disruptedPods"] == nil)
    #expect(free["disruptionsAllowed"] == 1)
  }

  @Test(
    "Budgets in percent and of maxUnavailable count what the workload wants",
    arguments: [
      ("maxUnavailable", JSONValue.integer(1), 3, 1), ("maxUnavailable", "25%", 3, 1), ("minAvailable", "50%", 2, 2),
      ("maxUnavailable", .integer(0), 4, 0),
    ])
  func budgets(member: String, value: JSONValue, desired: Int, allowed: Int) async throws {
    let budget = Workloads.object(
      "PodDisruptionBudget", "policy/v1", "web", ["spec": [member: value, "selector": ["matchLabels": ["app": "web"]]]])
    let cluster = try Workloads.cluster([budget, Self.app(4)], age: 600)
    let status = await cluster.get("poddisruptionbudgets", group: "policy", "web")["status"] ?? [:]
    #expect(status["desiredHealthy"]?.integer == desired)
    #expect(status["disruptionsAllowed"]?.integer == allowed)
  }

  @Test("Usage is a part of the request, and what annotations and faults say")
  func metrics() async throws {
    let cluster = try Workloads.cluster([Self.app(2, annotations: ["fault.sim/memory": "96Mi"])], age: 600)
    let path = "/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods"
    let items = await cluster.send("GET", path).body["items"]?.array ?? []
    #expect(items.count == 2)
    let usage = items.first?["containers"]?[0]?["usage"] ?? [:]
    let cpu = try #require(usage["cpu"]?.string?.dropLast()).description
    #expect((30_000_000...60_000_000).contains(Int(cpu) ?? 0))
    #expect(usage["memory"] == "98304Ki")
    await cluster.inject(Fault(namespace: "shop", deployment: "web", kind: .usage(cpu: "95%")))
    let hot = await cluster.send("GET", path).body["items"]?[0]?["containers"]?[0]?["usage"]?["cpu"]
    #expect(hot == "95000000n")
    #expect(await cluster.send("GET", "/apis/metrics.k8s.io/v1beta1/nodes").body["items"]?.array?.count == 3)
    await cluster.setMetrics(.absent)
    #expect(await cluster.send("GET", path).status == 404)
    await cluster.setMetrics(.down)
    #expect(await cluster.send("GET", path).status == 503)
  }

  @Test("An autoscaler follows the load up at once and down after five minutes, within its bounds")
  func autoscaler() async throws {
    let cluster = try Workloads.cluster([Self.app(), Self.scaler()], age: 600)
    #expect(await condition(cluster, "ScalingActive") == "True ValidMetricFound")
    #expect(await condition(cluster, "AbleToScale") == "True ReadyForNewScale")
    #expect(await condition(cluster, "ScalingLimited") == "False DesiredWithinRange")
    let load = await cluster.inject(Fault(namespace: "shop", deployment: "web", kind: .usage(cpu: "110%")))
    await cluster.advance(by: 31)
    #expect(await cluster.get("deployments", group: "apps", "web")[path: "spec", "replicas"] == 4)
    #expect(
      await cluster.told("web").contains(
        "SuccessfulRescale: New size: 4; reason: cpu resource utilization (percentage of request) above target"))
    await cluster.advance(by: 60)
    #expect(await cluster.get("deployments", group: "apps", "web")[path: "spec", "replicas"] == 6)
    await cluster.advance(by: 60)
    #expect(await condition(cluster, "ScalingLimited") == "True TooManyReplicas")
    await cluster.removeFault(load)
    await cluster.advance(by: 200)
    #expect(await cluster.get("deployments", group: "apps", "web")[path: "spec", "replicas"] == 6)
    #expect(await condition(cluster, "AbleToScale") == "True ScaleDownStabilized")
    await cluster.advance(by: 300)
    #expect(await cluster.get("deployments", group: "apps", "web")[path: "spec", "replicas"]?.integer ?? 9 <= 5)
  }

  @Test("Without metrics an autoscaler is blind in the recorded words, but keeps its bounds")
  func blind() async throws {
    let cluster = try Workloads.cluster([Self.app(), Self.scaler()])
    await cluster.setMetrics(.absent)
    await cluster.advance(by: 20)
    let scaler = await cluster.get("horizontalpodautoscalers", group: "autoscaling", "web")
    let words: String =
      "the HPA was unable to compute the replica count: failed to get cpu utilization: unable to get metrics for resource cpu: "
      + "unable to fetch metrics from resource metrics API: the server could not find the requested resource "
      + "(get pods.metrics.k8s.io)"
    #expect(scaler.condition("ScalingActive")?["message"]?.string == words)
    #expect(scaler[path: "status", "desiredReplicas"] == 0)
    #expect(scaler[path: "status", "currentMetrics"] == [["type": ""]])
    #expect(
      await cluster.told("web").contains { $0.hasPrefix("FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 1)") })
    await scale(cluster, 1)
    await cluster.advance(by: 16)
    #expect(await cluster.get("deployments", group: "apps", "web")[path: "spec", "replicas"] == 2)
    #expect(await condition(cluster, "AbleToScale") == "True SucceededRescale")
    let ghost = try Workloads.cluster([Self.scaler(target: "ghost")])
    await ghost.advance(by: 16)
    #expect(
      await ghost.get("horizontalpodautoscalers", group: "autoscaling", "web").condition("AbleToScale")?["message"]?.string
        == "the HPA controller was unable to get the target's current scale: deployments.apps \"ghost\" not found")
  }

  @Test("A scale in the middle of a rollout is shared among the ReplicaSets")
  func proportional() async throws {
    let cluster = try Workloads.cluster([Self.app(8)], age: 600)
    try await cluster.apply([Self.app(8, annotations: ["fault.sim/mode": "imagepull"])])
    await cluster.advance(by: 20)
    await scale(cluster, 16)
    await cluster.advance(by: 20)
    let sizes = await cluster.objects("replicasets", group: "apps").compactMap { $0[path: "spec", "replicas"]?.integer }
    #expect(sizes.reduce(0, +) == 20)
    #expect((sizes.max() ?? 0) >= 12)
  }

  @Test("A Service's endpoints are its ready pods")
  func endpoints() async throws {
    let service = Workloads.object(
      "Service", "v1", "web",
      ["spec": ["selector": ["app": "web"], "ports": [["name": "http", "port": 80, "targetPort": 8080]]]])
    let cluster = try Workloads.cluster([service, Self.app()], age: 600)
    func ready() async -> [Bool] {
      let slice = await cluster.objects("endpointslices", group: "discovery.k8s.io", namespace: "shop").first
      return (slice?["endpoints"]?.array ?? []).compactMap { $0[path: "conditions", "ready"]?.bool }
    }
    #expect(await ready() == [true, true])
    #expect(await cluster.get("endpoints", "web")["subsets"]?[0]?["addresses"]?.array?.count == 2)
    await cluster.inject(Fault(namespace: "shop", deployment: "web", kind: .readinessFailure()))
    await cluster.advance(by: 1)
    #expect(await ready() == [false, false])
    #expect(await cluster.get("endpoints", "web")["subsets"]?[0]?["notReadyAddresses"]?.array?.count == 2)
    await scale(cluster, 0)
    await cluster.advance(by: 10)
    let slice = await cluster.objects("endpointslices", group: "discovery.k8s.io", namespace: "shop").first
    #expect(slice?["endpoints"] == .null)
  }

  @Test(
    "Quantities are read and written as Kubernetes does",
    arguments: [
      ("100m", "100m"), ("1000m", "1"), ("1.5", "1500m"), ("64Mi", "64Mi"), ("1024Mi", "1Gi"), ("2000", "2k"), ("0", "0"),
      ("1500Mi", "1500Mi"), ("250000000n", "250m"),
    ])
  func quantities(text: String, canonical: String) { #expect(Quantity(text)?.text == canonical) }
}
