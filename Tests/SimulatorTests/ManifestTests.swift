import Testing

@testable import Simulator

@Suite("Manifests")
struct ManifestTests {
  @Test("YAML documents become seeds with their ages, and numbers stay numbers")
  func seeds() throws {
    let seeds = try ManifestLoader.seeds(
      yaml: """
        kind: ConfigMap
        apiVersion: v1
        metadata:
          name: a
          annotations: {simulator.ai-sre.dev/age: 3d, keep: "yes"}
        data: {port: "8080", text: "true"}
        ---
        kind: List
        apiVersion: v1
        items:
        - {kind: Namespace, apiVersion: v1, metadata: {name: b}, spec: {replicas: 3, paused: false, ratio: 0.5, none: null}}
        """)
    #expect(seeds.map(\.age) == [3 * 86_400, 0])
    #expect(seeds[0].object.annotations == ["keep": "yes"])
    #expect(seeds[0].object["data"] == ["port": "8080", "text": "true"])
    #expect(seeds[1].object["spec"] == ["replicas": 3, "paused": false, "ratio": 0.5, "none": .null])
  }

  @Test("A wrong age and an unknown kind are refused with a reason")
  func refusals() async throws {
    let text = "{kind: Pod, apiVersion: v1, metadata: {name: a, annotations: {simulator.ai-sre.dev/age: old}}}"
    #expect(throws: SeedError.self) { try ManifestLoader.seeds(yaml: text) }
    await #expect(throws: SeedError.self) {
      _ = try await SimulatedCluster.start(SimulatedShop.configuration([Seed(["kind": "Thing", "apiVersion": "v1"])]))
    }
  }

  @Test("The same object of two ages is a history")
  func history() async throws {
    let seeds = [
      Seed(SimulatedShop.deployment(image: "shop/checkout:2"), age: 3600), Seed(SimulatedShop.deployment(), age: 86_400),
    ]
    try await withSimulatedCluster(SimulatedShop.configuration(seeds)) { cluster in
      #expect(await cluster.objects("replicasets", group: "apps").count == 2)
      #expect(await cluster.deployment().annotations["deployment.kubernetes.io/revision"] == "2")
      #expect(await cluster.pods().allSatisfy { $0[path: "spec", "containers"]?[0]?["image"] == "shop/checkout:2" })
    }
  }

  @Test("Hundreds of pods have settled when it begins to serve")
  func manyPods() async throws {
    let seeds = (0..<50).map { Seed(SimulatedShop.deployment("app-\($0)", replicas: 10), age: 86_400) }
    try await withSimulatedCluster(SimulatedShop.configuration(seeds)) { cluster in
      #expect(await cluster.objects("pods").filter { $0.condition("Ready")?["status"] == "True" }.count == 500)
    }
  }
}
