import Testing

@testable import Simulator

@Suite("DaemonSets")
struct DaemonSetTests {
  private static func set(image: String = "shop/ship:1") -> JSONValue {
    Workloads.workload("DaemonSet", "ship", template: Workloads.template("ship", image: image))
  }

  @Test("One pod on every node, with the status, revision and labels as recorded")
  func everyNode() async throws {
    let cluster = try Workloads.cluster([Self.set()], age: 600)
    let set = await cluster.get("daemonsets", group: "apps", "ship")
    // Recordings, 05 daemonset.
    #expect(
      set["status"] == [
        "currentNumberScheduled": 3, "numberMisscheduled": 0, "desiredNumberScheduled": 3, "numberReady": 3,
        "observedGeneration": 1, "updatedNumberScheduled": 3, "numberAvailable": 3,
      ])
    let pods = await cluster.pods("ship")
    #expect(Set(pods.compactMap { $0[path: "spec", "nodeName"]?.string }).count == 3)
    let revision = try #require(await cluster.objects("controllerrevisions", group: "apps").first)
    let hash = try #require(revision.labels["controller-revision-hash"])
    #expect(revision.name == "ship-\(hash)")
    #expect(revision.annotations["deprecated.daemonset.template.generation"] == "1")
    #expect(pods.allSatisfy { $0.labels["controller-revision-hash"] == hash && $0.labels["pod-template-generation"] == "1" })
  }

  @Test("A restart replaces one pod at a time")
  func rolling() async throws {
    let cluster = try Workloads.cluster([Self.set()], age: 600)
    try await cluster.apply([Self.set(image: "shop/ship:2")])
    var fewest = 3
    for _ in 0..<60 {
      await cluster.advance(by: 0.5)
      fewest = min(fewest, await cluster.pods("ship").filter(\.isPodReady).count)
    }
    #expect(fewest == 2)
    let set = await cluster.get("daemonsets", group: "apps", "ship")
    #expect(set[path: "status", "updatedNumberScheduled"] == 3)
    #expect(set.annotations["deprecated.daemonset.template.generation"] == "2")
  }

  @Test("A new node gets its pod, a cordoned one keeps it")
  func nodes() async throws {
    let cluster = try Workloads.cluster([Self.set()], age: 600)
    #expect(await cluster.patch("/api/v1/nodes/node-1", ["spec": ["unschedulable": true]]) == 200)
    try await cluster.apply([NodeSeed.node(number: 4)])
    await cluster.advance(by: 10)
    #expect(await cluster.pods("ship").count == 4)
    #expect(await cluster.get("daemonsets", group: "apps", "ship")[path: "status", "numberReady"] == 4)
  }
}
