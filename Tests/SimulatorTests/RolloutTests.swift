import Testing

@testable import Simulator

@Suite("Rollouts")
struct RolloutTests {
  private static let path = "/apis/apps/v1/namespaces/shop/deployments/checkout"

  private func replicaSets(_ cluster: SimulatedCluster) async -> [JSONValue] {
    await cluster.objects("replicasets", group: "apps", namespace: "shop")
  }

  @Test("A new image rolls within maxSurge and maxUnavailable, and the old ReplicaSet stays as history")
  func rolling() async throws {
    let seed = Seed(SimulatedShop.deployment(replicas: 4), age: 86_400)
    try await withSimulatedCluster(SimulatedShop.configuration([seed])) { cluster in
      try await cluster.apply([SimulatedShop.deployment(replicas: 4, image: "shop/checkout:2")])
      let stale = await cluster.deployment()
      #expect(stale.generation == 2)
      #expect(stale[path: "status", "observedGeneration"] == 1)
      var most = 0
      var fewest = 4
      for _ in 0..<100 {
        await cluster.advance(by: 0.3)
        let pods = await cluster.pods()
        most = max(most, pods.count)
        fewest = min(fewest, pods.filter { $0.condition("Ready")?["status"] == "True" }.count)
      }
      #expect(most == 5)
      #expect(fewest == 3)
      let done = await cluster.deployment()
      #expect(done[path: "status", "observedGeneration"] == 2)
      #expect(done[path: "status", "updatedReplicas"] == 4)
      #expect(done.annotations["deployment.kubernetes.io/revision"] == "2")
      #expect(done.condition("Progressing")?["reason"] == "NewReplicaSetAvailable")
      let sets = await replicaSets(cluster)
      #expect(sets.map { $0[path: "spec", "replicas"] ?? .null }.sorted { $0.text < $1.text } == [0, 4])
      #expect(await cluster.pods().allSatisfy { $0[path: "spec", "containers"]?[0]?["image"] == "shop/checkout:2" })
    }
  }

  @Test("A rollback uses the old ReplicaSet again and renumbers it")
  func rollback() async throws {
    try await withSimulatedCluster(SimulatedShop.configuration()) { cluster in
      try await cluster.apply([SimulatedShop.deployment(image: "shop/checkout:2")])
      await cluster.advance(by: 30)
      try await cluster.apply([SimulatedShop.deployment()])
      await cluster.advance(by: 30)
      let sets = await replicaSets(cluster)
      #expect(sets.count == 2)
      let current = try #require(sets.first { $0[path: "spec", "replicas"] == 2 })
      #expect(current.annotations["deployment.kubernetes.io/revision"] == "3")
      #expect(current.annotations["deployment.kubernetes.io/revision-history"] == "1")
      #expect(await cluster.deployment().annotations["deployment.kubernetes.io/revision"] == "3")
    }
  }

  @Test("A revision that never becomes ready exceeds its deadline while the old pods stay")
  func deadline() async throws {
    let seed = Seed(SimulatedShop.deployment(extra: ["progressDeadlineSeconds": 60]), age: 86_400)
    try await withSimulatedCluster(SimulatedShop.configuration([seed])) { cluster in
      await cluster.inject(Fault(namespace: "shop", deployment: "checkout", kind: .imagePull()))
      try await cluster.apply([SimulatedShop.deployment(image: "shop/checkout:nope", extra: ["progressDeadlineSeconds": 60])])
      await cluster.advance(by: 70)
      let deployment = await cluster.deployment()
      #expect(deployment.condition("Progressing")?["reason"] == "ProgressDeadlineExceeded")
      #expect(deployment.condition("Progressing")?["status"] == "False")
      #expect(deployment.condition("Available")?["status"] == "True")
      #expect(deployment[path: "status", "availableReplicas"] == 2)
    }
  }

  @Test("A paused Deployment takes a restart and does not roll")
  func paused() async throws {
    try await withSimulatedCluster(SimulatedShop.configuration()) { cluster in
      let before = await cluster.pods().map(\.name)
      try await cluster.apply([SimulatedShop.deployment(image: "shop/checkout:2", extra: ["paused": true])])
      await cluster.advance(by: 30)
      #expect(await cluster.pods().map(\.name) == before)
      #expect(await cluster.deployment().condition("Progressing")?["reason"] == "DeploymentPaused")
      #expect(await replicaSets(cluster).count == 1)
    }
  }

  @Test("Annotations raise the generation of a Deployment, labels do not, and the same value again changes nothing")
  func generation() async throws {
    try await withSimulatedCluster(SimulatedShop.configuration()) { cluster in
      func patch(_ body: JSONValue) async -> JSONValue {
        await cluster.send("PATCH", Self.path, body: body, contentType: "application/merge-patch+json").body
      }
      #expect(await patch(["metadata": ["labels": ["a": "b"]]]).generation == 1)
      let annotated = await patch(["metadata": ["annotations": ["note": "x"]]])
      #expect(annotated.generation == 2)
      #expect(await patch(["metadata": ["annotations": ["note": "x"]]]).resourceVersion == annotated.resourceVersion)
      let dry = await cluster.send(
        "PATCH", Self.path, query: "dryRun=All", body: ["spec": ["replicas": 9]], contentType: "application/merge-patch+json")
      #expect(dry.body.generation == 3)
      #expect(await cluster.deployment()[path: "spec", "replicas"] == 2)
    }
  }

  @Test("managedFields say who changed what")
  func managedFields() async throws {
    try await withSimulatedCluster(SimulatedShop.configuration()) { cluster in
      let answer = await cluster.send(
        "PATCH", Self.path, query: "fieldManager=ai-sre", body: ["metadata": ["annotations": ["note": "x"]]],
        contentType: "application/merge-patch+json")
      let entry = try #require(
        answer.body[path: "metadata", "managedFields"]?.array?.first { $0["manager"] == "ai-sre" })
      #expect(entry["operation"] == "Update")
      #expect(entry[path: "fieldsV1", "f:metadata", "f:annotations", "f:note"] == [:])
    }
  }

  @Test("Recreate waits for the last old pod")
  func recreate() async throws {
    let seed = Seed(SimulatedShop.deployment(extra: ["strategy": ["type": "Recreate"]]), age: 86_400)
    try await withSimulatedCluster(SimulatedShop.configuration([seed])) { cluster in
      try await cluster.apply([SimulatedShop.deployment(image: "shop/checkout:2")])
      var mixed = false
      for _ in 0..<60 {
        await cluster.advance(by: 0.25)
        let images = Set(await cluster.objects("pods", namespace: "shop").map { $0[path: "spec", "containers"]?[0]?["image"] })
        mixed = mixed || images.count > 1
      }
      #expect(!mixed)
      #expect(await cluster.deployment()[path: "status", "readyReplicas"] == 2)
    }
  }

  @Test("A deleted pod terminates within its grace period and is replaced")
  func replacement() async throws {
    try await withSimulatedCluster(SimulatedShop.configuration()) { cluster in
      let name = try #require(await cluster.pods().first?.name)
      let answer = await cluster.send("DELETE", "/api/v1/namespaces/shop/pods/\(name)")
      #expect(answer.body[path: "metadata", "deletionGracePeriodSeconds"] == 30)
      #expect(answer.body["kind"] == "Pod")
      await cluster.advance(by: 0.5)
      #expect(await cluster.events(name, "Killing").first?["message"] == "Stopping container app")
      #expect(await cluster.pods().count == 2)
      await cluster.advance(by: 10)
      #expect(await cluster.object("pods", namespace: "shop", name) == nil)
      #expect(await cluster.deployment()[path: "status", "readyReplicas"] == 2)
    }
  }

  @Test("Deleting a Deployment takes its ReplicaSets and pods with it")
  func garbage() async throws {
    try await withSimulatedCluster(SimulatedShop.configuration()) { cluster in
      let answer = await cluster.send("DELETE", Self.path)
      #expect(answer.body["kind"] == "Status")
      #expect(answer.body["status"] == "Success")
      await cluster.advance(by: 5)
      #expect(await replicaSets(cluster).isEmpty)
      #expect(await cluster.objects("pods", namespace: "shop").isEmpty)
    }
  }

  @Test("The scale subresource changes replicas; at zero its spec is empty")
  func scale() async throws {
    try await withSimulatedCluster(SimulatedShop.configuration()) { cluster in
      let answer = await cluster.send(
        "PATCH", Self.path + "/scale", body: ["spec": ["replicas": 0]], contentType: "application/merge-patch+json")
      #expect(answer.body["kind"] == "Scale")
      #expect(answer.body["spec"] == [:])
      await cluster.advance(by: 5)
      #expect(await cluster.pods().isEmpty)
      #expect(await cluster.deployment()[path: "status", "replicas"] == nil)
    }
  }
}
