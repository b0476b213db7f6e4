import Testing

@testable import Simulator

@Suite("StatefulSets")
struct StatefulSetTests {
  private static let path = "/apis/apps/v1/namespaces/shop/statefulsets/db"

  private static func set(_ replicas: Int = 3, image: String = "postgres:16", extra: JSONValue = [:]) -> JSONValue {
    Workloads.workload(
      "StatefulSet", "db", replicas: replicas,
      template: Workloads.template(
        "db", image: image, container: ["readinessProbe": ["tcpSocket": ["port": 5432]]]), extra: extra)
  }

  private func names(_ cluster: SimulatedCluster) async -> [String] { await cluster.pods("db").map(\.name) }

  @Test("Pods start one after the other, each when the one before it is ready")
  func ordered() async throws {
    let cluster = try Workloads.cluster([Self.set()])
    await cluster.advance(by: 1)
    #expect(await names(cluster) == ["db-0"])
    await cluster.advance(by: 5)
    #expect(await names(cluster).count == 2)
    await cluster.advance(by: 15)
    let pod = try #require(await cluster.pods("db").last)
    #expect(pod.name == "db-2")
    #expect(pod.labels["apps.kubernetes.io/pod-index"] == "2")
    #expect(pod.labels["statefulset.kubernetes.io/pod-name"] == "db-2")
    #expect(pod[path: "spec", "hostname"] == "db-2")
    #expect(await cluster.told("db").contains("SuccessfulCreate: create Pod db-0 in StatefulSet db successful"))
  }

  @Test("Parallel pods start together")
  func parallel() async throws {
    let cluster = try Workloads.cluster([Self.set(extra: ["podManagementPolicy": "Parallel"])])
    await cluster.advance(by: 1)
    #expect(await names(cluster).count == 3)
  }

  @Test("A new template rolls from the highest ordinal down; status and revisions read as recorded")
  func rolling() async throws {
    let cluster = try Workloads.cluster([Self.set(2)], age: 600)
    let before = await cluster.get("statefulsets", group: "apps", "db")["status"] ?? [:]
    #expect(before["currentRevision"] == before["updateRevision"])
    #expect(before["updatedReplicas"] == 2)
    try await cluster.apply([Self.set(2, image: "postgres:17")])
    await cluster.advance(by: 0.5)
    let during = await cluster.get("statefulsets", group: "apps", "db")["status"] ?? [:]
    // Recordings, 05 statefulset-rolling.
    #expect(during["replicas"] == 2)
    #expect(during["currentReplicas"] == 1)
    #expect(during["updatedReplicas"] == nil)
    #expect(during["collisionCount"] == 0)
    #expect(during["currentRevision"] != during["updateRevision"])
    #expect(await cluster.told("db").contains("SuccessfulDelete: delete Pod db-1 in StatefulSet db successful"))
    await cluster.advance(by: 60)
    let after = await cluster.get("statefulsets", group: "apps", "db")["status"] ?? [:]
    #expect(after["currentRevision"] == after["updateRevision"])
    #expect(after["currentReplicas"] == 2)
    #expect(after["updatedReplicas"] == 2)
    let revisions = await cluster.objects("controllerrevisions", group: "apps", namespace: "shop")
    #expect(revisions.map { $0["revision"]?.integer ?? 0 }.sorted() == [1, 2])
    #expect(revisions.allSatisfy { $0[path: "data", "spec", "template", "$patch"] == "replace" })
    let hash = try #require(revisions.last?.labels["controller.kubernetes.io/hash"])
    #expect(revisions.last?.name == "db-\(hash)")
  }

  @Test("The old template again renumbers its revision")
  func rollback() async throws {
    let cluster = try Workloads.cluster([Self.set(1)], age: 600)
    try await cluster.apply([Self.set(1, image: "postgres:17")])
    await cluster.advance(by: 30)
    try await cluster.apply([Self.set(1)])
    await cluster.advance(by: 30)
    let revisions = await cluster.objects("controllerrevisions", group: "apps", namespace: "shop")
    #expect(revisions.map { $0["revision"]?.integer ?? 0 }.sorted() == [2, 3])
  }

  @Test("Ordinals below the partition keep the old revision")
  func partition() async throws {
    let cluster = try Workloads.cluster([Self.set()], age: 600)
    try await cluster.apply([
      Self.set(image: "postgres:17", extra: ["updateStrategy": ["type": "RollingUpdate", "rollingUpdate": ["partition": 2]]])
    ])
    await cluster.advance(by: 60)
    let images = await cluster.pods("db").map { $0[path: "spec", "containers"]?[0]?["image"]?.string }
    #expect(images == ["postgres:16", "postgres:16", "postgres:17"])
  }

  @Test("Each ordinal keeps its claim; a class that does not exist leaves the pod Pending")
  func claims() async throws {
    let claim: JSONValue = [
      "metadata": ["name": "data"],
      "spec": ["accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": "1Gi"]]],
    ]
    var slow = claim
    slow["spec"]?["storageClassName"] = "fast"
    let cluster = try Workloads.cluster([Self.set(1, extra: ["volumeClaimTemplates": [claim]])])
    await cluster.advance(by: 10)
    #expect(await cluster.get("persistentvolumeclaims", "data-db-0")[path: "status", "phase"] == "Bound")
    #expect(await cluster.objects("persistentvolumes").count == 1)
    #expect(await cluster.get("pods", "db-0")[path: "status", "phase"] == "Running")
    let stuck = try Workloads.cluster([Self.set(1, extra: ["volumeClaimTemplates": [slow]])])
    await stuck.advance(by: 10)
    #expect(await stuck.get("persistentvolumeclaims", "data-db-0")[path: "status", "phase"] == "Pending")
    #expect(
      await stuck.told("data-db-0") == ["ProvisioningFailed: storageclass.storage.k8s.io \"fast\" not found"])
    let message = await stuck.get("pods", "db-0").condition("PodScheduled")?["message"]?.string
    #expect(message?.hasPrefix("0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.") == true)
  }

  @Test("A broken pod blocks the order, as it does in reality")
  func broken() async throws {
    let cluster = try Workloads.cluster([Self.set()], age: 600)
    var bad = Self.set(image: "postgres:nope")
    bad["spec"]?["template"]?["metadata"]?["annotations"] = ["fault.sim/mode": "imagepull"]
    try await cluster.apply([bad])
    await cluster.advance(by: 120)
    let status = await cluster.get("statefulsets", group: "apps", "db")["status"] ?? [:]
    #expect(status["readyReplicas"] == 2)
    #expect(status["updatedReplicas"] == 1)
  }
}
