import Testing

@testable import Simulator

@Suite("Crash loops")
struct CrashLoopTests {
  private let fault = Fault(
    namespace: "shop", deployment: "checkout", kind: .crashLoop(logs: ["boot", "FATAL no db"], exitCode: 3, runsFor: 1))

  @Test("Seeded workloads look as old as they are and have settled")
  func seeded() async throws {
    try await withSimulatedCluster(SimulatedShop.configuration()) { cluster in
      let deployment = await cluster.deployment()
      #expect(deployment[path: "status", "availableReplicas"] == 2)
      #expect(deployment.condition("Progressing")?["reason"] == "NewReplicaSetAvailable")
      #expect(SimulatedShop.start - deployment.creation == 2 * 86_400)
      for pod in await cluster.pods() {
        #expect(pod[path: "status", "phase"] == "Running")
        #expect(SimulatedShop.start - pod.creation > 1.9 * 86_400)
      }
      #expect(await cluster.objects("events").isEmpty)
    }
  }

  @Test("The first restart comes at once, then the waits double from 10 s to 300 s while the phase stays Running")
  func backOff() async throws {
    try await withSimulatedCluster(SimulatedShop.configuration([Seed(SimulatedShop.deployment(replicas: 1), age: 86_400)])) {
      cluster in
      await cluster.inject(fault)
      let pod = try #require(await cluster.pods().first)
      var waits: [Double] = []
      var restarts = 0
      for _ in 0..<2000 where restarts < 8 {
        await cluster.advance(by: 0.5)
        let current = try #require(await cluster.pods().first)
        #expect(current.name == pod.name)
        #expect(current[path: "status", "phase"] == "Running")
        let container = SimulatedCluster.container(current)
        guard let count = container["restartCount"]?.integer, count > restarts else { continue }
        restarts = count
        let ended = try #require(
          container[path: "lastState", "terminated", "finishedAt"]?.string.flatMap(Timestamp.init(rfc3339:)))
        waits.append((await cluster.now - ended).rounded())
        #expect(container[path: "lastState", "terminated", "exitCode"] == 3)
        #expect(container[path: "lastState", "terminated", "reason"] == "Error")
      }
      for (wait, expected) in zip(waits, [1.0, 10, 20, 40, 80, 160, 300, 300]) { #expect(abs(wait - expected) <= 1.5) }
      #expect(waits.count == 8)
    }
  }

  @Test("While it waits the status names the back-off, and one event counts up")
  func waiting() async throws {
    try await withSimulatedCluster(SimulatedShop.configuration()) { cluster in
      await cluster.inject(fault)
      await cluster.advance(by: 6)
      let pod = try #require(await cluster.pods().first)
      let container = SimulatedCluster.container(pod)
      #expect(container[path: "state", "waiting", "reason"] == "CrashLoopBackOff")
      #expect(
        container[path: "state", "waiting", "message"]?.string
          == "back-off 10s restarting failed container=app pod=\(pod.name)_shop(\(pod.uid))")
      #expect(container["ready"] == false)
      #expect(pod.condition("Ready")?["status"] == "False")
      #expect(pod.condition("Ready")?["message"] == "containers with unready status: [app]")
      let first = await cluster.events(pod.name, "BackOff")
      #expect(first.count == 1)
      await cluster.advance(by: 120)
      let later = await cluster.events(pod.name, "BackOff")
      #expect(later.count == 1)
      #expect(try #require(later.first?["count"]?.integer) > (try #require(first.first?["count"]?.integer)))
      #expect(await cluster.deployment()[path: "status", "unavailableReplicas"] == 2)
    }
  }

  @Test("A fault may begin deep in its back-off")
  func restartsGiven() async throws {
    try await withSimulatedCluster(SimulatedShop.configuration()) { cluster in
      var deep = fault
      deep.restarts = 5
      await cluster.inject(deep)
      let pod = try #require(await cluster.pods().first)
      let container = SimulatedCluster.container(pod)
      #expect(container["restartCount"] == 5)
      #expect(container[path: "state", "waiting", "message"]?.string?.hasPrefix("back-off 2m40s restarting") == true)
      let event = try #require(await cluster.events(pod.name, "BackOff").first)
      #expect(try #require(event["count"]?.integer) > 5)
      await cluster.advance(by: 150)
      #expect(SimulatedCluster.container(try #require(await cluster.pods().first))["restartCount"] == 5)
      await cluster.advance(by: 15)
      #expect(SimulatedCluster.container(try #require(await cluster.pods().first))["restartCount"] == 6)
    }
  }

  @Test("The log of the last run is both the current and the previous one while it waits")
  func logs() async throws {
    try await withSimulatedCluster(SimulatedShop.configuration()) { cluster in
      let name = try #require(await cluster.pods().first?.name)
      let path = "/api/v1/namespaces/shop/pods/\(name)/log"
      #expect(await cluster.send("GET", path, query: "previous=true").status == 400)
      await cluster.inject(fault)
      await cluster.advance(by: 6)
      #expect(await cluster.send("GET", path).body == "boot\nFATAL no db\n")
      #expect(await cluster.send("GET", path, query: "previous=true&tailLines=1").body == "FATAL no db\n")
      #expect(await cluster.send("GET", path, query: "previous=true&limitBytes=7").body == "boot\nFA")
    }
  }

  @Test("A restart heals a fault that heals on restart, and no other")
  func restartHeals() async throws {
    for (heals, expected) in [(Fault.Healing.onRestart, 2), (.never, 0)] {
      try await withSimulatedCluster(SimulatedShop.configuration()) { cluster in
        var fault = fault
        fault.heals = heals
        fault.restarts = 3
        await cluster.inject(fault)
        await cluster.advance(by: 5)
        let patch: JSONValue = [
          "spec": [
            "template": ["metadata": ["annotations": ["kubectl.kubernetes.io/restartedAt": "2026-11-22T11:11:30Z"]]]
          ]
        ]
        let answer = await cluster.send(
          "PATCH", "/apis/apps/v1/namespaces/shop/deployments/checkout", body: patch,
          contentType: "application/strategic-merge-patch+json")
        #expect(answer.status == 200)
        #expect(answer.body.generation == 2)
        await cluster.advance(by: 60)
        #expect((await cluster.deployment()[path: "status", "readyReplicas"]?.integer ?? 0) == expected)
      }
    }
  }

  @Test("Out of memory shows as OOMKilled with 137 in lastState")
  func outOfMemory() async throws {
    try await withSimulatedCluster(SimulatedShop.configuration()) { cluster in
      await cluster.inject(Fault(namespace: "shop", deployment: "checkout", kind: .oomKill(), restarts: 2))
      let container = SimulatedCluster.container(try #require(await cluster.pods().first))
      #expect(container[path: "lastState", "terminated", "reason"] == "OOMKilled")
      #expect(container[path: "lastState", "terminated", "exitCode"] == 137)
    }
  }

  @Test("A missing image keeps new pods Pending between ErrImagePull and ImagePullBackOff; old ones run on")
  func imagePull() async throws {
    try await withSimulatedCluster(SimulatedShop.configuration()) { cluster in
      await cluster.inject(Fault(namespace: "shop", deployment: "checkout", kind: .imagePull()))
      try await cluster.apply([SimulatedShop.deployment(image: "shop/checkout:nope")])
      await cluster.advance(by: 15)
      let pods = await cluster.pods()
      let pending = pods.filter { $0[path: "status", "phase"] == "Pending" }
      #expect(pods.count == 3)
      #expect(pending.count == 1)
      let container = SimulatedCluster.container(try #require(pending.first))
      #expect(container[path: "state", "waiting", "reason"] == "ImagePullBackOff")
      #expect(container["restartCount"] == 0)
    }
  }

  @Test("A failing readiness probe takes readiness and nothing else; a failing liveness probe kills")
  func probes() async throws {
    try await withSimulatedCluster(SimulatedShop.configuration()) { cluster in
      let id = await cluster.inject(Fault(namespace: "shop", deployment: "checkout", kind: .readinessFailure()))
      await cluster.advance(by: 25)
      var container = SimulatedCluster.container(try #require(await cluster.pods().first))
      #expect(container["ready"] == false)
      #expect(container["started"] == true)
      #expect(container["restartCount"] == 0)
      let name = try #require(await cluster.pods().first?.name)
      #expect(await cluster.events(name, "Unhealthy").first?["count"] == 2)
      await cluster.removeFault(id)
      await cluster.inject(Fault(namespace: "shop", deployment: "checkout", kind: .livenessFailure()))
      await cluster.advance(by: 35)
      container = SimulatedCluster.container(try #require(await cluster.pods().first))
      #expect(container["restartCount"] == 1)
      #expect(container[path: "lastState", "terminated", "exitCode"] == 137)
      #expect(await cluster.events(name, "Killing").first?["message"] == "Container app failed liveness probe, will be restarted")
    }
  }
}
