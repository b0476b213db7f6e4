import Testing

@testable import Simulator

/// The policy that goes with an agent, at work in the simulator's admission.
@Suite("What the admission policy leaves to an agent")
struct AgentPolicyTests {
  private static let deployment = "/apis/apps/v1/namespaces/shop/deployments/checkout"
  private static let autoscaler = "/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers/checkout"

  private func withPolicy(
    labels: JSONValue = [:], _ body: (SimulatedCluster, String) async throws -> Void
  ) async throws {
    let policies = try ManifestLoader.seeds(path: "deploy/agent/admission-policy.yaml")
    let namespace: JSONValue = ["kind": "Namespace", "apiVersion": "v1", "metadata": ["name": "shop", "labels": labels]]
    let scaler: JSONValue = [
      "kind": "HorizontalPodAutoscaler", "apiVersion": "autoscaling/v2", "metadata": ["name": "checkout", "namespace": "shop"],
      "spec": [
        "scaleTargetRef": ["apiVersion": "apps/v1", "kind": "Deployment", "name": "checkout"], "minReplicas": 2,
        "maxReplicas": 4,
      ],
    ]
    let seeds = [namespace, SimulatedShop.deployment(), scaler].map { Seed($0, age: 86_400) } + policies
    try await withSimulatedCluster(SimulatedShop.configuration(seeds)) { cluster in
      // A policy takes effect a moment after its binding was made.
      await cluster.advance(by: 5)
      try await body(cluster, try await cluster.token(namespace: "shop", account: "ai-sre-agent"))
    }
  }

  private func patch(_ cluster: SimulatedCluster, _ path: String, _ body: JSONValue, _ token: String) async -> Int {
    await cluster.send("PATCH", path, body: body, contentType: "application/merge-patch+json", token: token).status
  }

  private func template(_ template: JSONValue) -> JSONValue { ["spec": ["template": template]] }

  @Test("A restart and the proof of it pass; an image, a label of others, and an annotation of others do not")
  func restartOnly() async throws {
    try await withPolicy { cluster, token in
      let restart = template(["metadata": ["annotations": ["kubectl.kubernetes.io/restartedAt": "2026-11-22T10:00:00Z"]]])
      #expect(await patch(cluster, Self.deployment, restart, token) == 200)
      let proof: JSONValue = ["metadata": ["annotations": ["ai-sre.dev/last-command": "1"]]]
      #expect(await patch(cluster, Self.deployment, proof, token) == 200)
      let image = template(["spec": ["containers": [["name": "app", "image": "shop/checkout:0"]]]])
      #expect(await patch(cluster, Self.deployment, image, token) == 403)
      #expect(await patch(cluster, Self.deployment, ["metadata": ["labels": ["team": "x"]]], token) == 403)
      #expect(await patch(cluster, Self.deployment, ["metadata": ["annotations": ["team": "x"]]], token) == 403)
      #expect(await patch(cluster, Self.deployment, ["spec": ["replicas": 9]], token) == 403)
    }
  }

  @Test("A namespace that allows rollbacks lets the template change")
  func rollback() async throws {
    try await withPolicy(labels: ["ai-sre.dev/allow-rollback": "true"]) { cluster, token in
      let image = template(["spec": ["containers": [["name": "app", "image": "shop/checkout:0"]]]])
      #expect(await patch(cluster, Self.deployment, image, token) == 200)
    }
  }

  @Test("An autoscaler's ceiling may be raised to twice itself, and nothing else of it may change")
  func ceiling() async throws {
    try await withPolicy { cluster, token in
      #expect(await patch(cluster, Self.autoscaler, ["spec": ["maxReplicas": 9]], token) == 403)
      #expect(await patch(cluster, Self.autoscaler, ["spec": ["maxReplicas": 8]], token) == 200)
      #expect(await patch(cluster, Self.autoscaler, ["spec": ["minReplicas": 1]], token) == 403)
    }
  }
}
