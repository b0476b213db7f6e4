import Testing

@testable import Simulator

@Suite("Tokens and rights")
struct AccessTests {
  private func review(_ cluster: SimulatedCluster, _ token: String, _ audiences: [String]) async -> JSONValue {
    let body: JSONValue = ["spec": ["token": .string(token), "audiences": .array(audiences.map(JSONValue.string))]]
    let answer = await cluster.send("POST", "/apis/authentication.k8s.io/v1/tokenreviews", body: body)
    #expect(answer.status == 201)
    return answer.body["status"] ?? .null
  }

  @Test("The control plane's account may ask who somebody is and what they may, and nothing else")
  func controlPlane() async throws {
    try await withSimulatedCluster(SimulatedShop.configuration()) { cluster in
      let token = try await cluster.token(namespace: "ai-sre", account: "sre-control-plane")
      let link = try await cluster.token(namespace: "shop", account: "ai-sre-agent", audiences: ["ai-sre-agent"])
      let body: JSONValue = ["spec": ["token": .string(link), "audiences": ["ai-sre-agent"]]]
      let answer = await cluster.send("POST", "/apis/authentication.k8s.io/v1/tokenreviews", body: body, token: token)
      #expect(answer.status == 201)
      #expect(answer.body[path: "status", "authenticated"] == true)
      #expect(answer.body[path: "status", "user", "username"] == "system:serviceaccount:shop:ai-sre-agent")
      #expect(await cluster.send("GET", "/api/v1/namespaces/shop/pods", token: token).status == 403)
    }
  }

  @Test("An expired token is refused a minute after its end, and a deleted account's at once")
  func expiry() async throws {
    try await withSimulatedCluster(SimulatedShop.configuration()) { cluster in
      let token = try await cluster.token(namespace: "shop", account: "ai-sre-agent", audiences: ["a"], seconds: 600)
      await cluster.expireTokens(by: 650)
      #expect(await review(cluster, token, ["a"])["authenticated"] == true)
      await cluster.expireTokens(by: 15)
      let expired = await review(cluster, token, ["a"])
      #expect(expired["authenticated"] == nil)
      #expect(expired["error"] == "[invalid bearer token, service account token has expired]")
      let other = try await cluster.token(namespace: "shop", account: "ai-sre-agent", audiences: ["a"])
      _ = await cluster.send("DELETE", "/api/v1/namespaces/shop/serviceaccounts/ai-sre-agent")
      #expect(
        await review(cluster, other, ["a"])["error"] == "[invalid bearer token, serviceaccounts \"ai-sre-agent\" not found]")
    }
  }

  @Test("A token with a damaged signature is refused")
  func signature() async throws {
    try await withSimulatedCluster(SimulatedShop.configuration()) { cluster in
      let token = try await cluster.token(namespace: "shop", account: "ai-sre-agent", audiences: ["a"])
      let parts = token.split(separator: ".").map(String.init)
      let forged = parts[0] + "." + parts[1] + "." + String(parts[2].reversed())
      #expect(await review(cluster, forged, ["a"])["authenticated"] == nil)
    }
  }

  @Test(
    "What an agent may do in its own namespace, and not elsewhere",
    arguments: [
      ("GET", "/api/v1/namespaces/shop/pods", 200), ("GET", "/api/v1/namespaces/shop", 200),
      ("GET", "/apis/apps/v1/namespaces/shop/replicasets", 200), ("GET", "/api/v1/namespaces/shop/events", 200),
      ("GET", "/api/v1/namespaces/shop/secrets", 403), ("GET", "/api/v1/namespaces/default/pods", 403),
      ("GET", "/api/v1/namespaces", 403), ("DELETE", "/apis/apps/v1/namespaces/shop/deployments/checkout", 403),
      ("PUT", "/apis/apps/v1/namespaces/shop/deployments/checkout", 403), ("GET", "/api/v1/nodes", 403),
    ])
  func agent(method: String, path: String, status: Int) async throws {
    try await withSimulatedCluster(SimulatedShop.configuration()) { cluster in
      let token = try await cluster.token(namespace: "shop", account: "ai-sre-agent")
      #expect(await cluster.send(method, path, token: token).status == status)
    }
  }

  @Test("Mutating requests are recorded, reviews and dry runs are not among them, and tokens are left out")
  func requestLog() async throws {
    try await withSimulatedCluster(SimulatedShop.configuration()) { cluster in
      let path = "/apis/apps/v1/namespaces/shop/deployments/checkout"
      let token = try await cluster.token(namespace: "shop", account: "ai-sre-agent")
      _ = await review(cluster, token, ["a"])
      let patch: JSONValue = ["metadata": ["annotations": ["a": "b"]]]
      _ = await cluster.send("PATCH", path, query: "dryRun=All", body: patch, contentType: "application/merge-patch+json")
      _ = await cluster.send("PATCH", path, body: patch, contentType: "application/merge-patch+json", token: token)
      _ = await cluster.send("GET", path)
      let mutations = await cluster.requests(RequestQuery(mutatingOnly: true))
      #expect(mutations.map(\.path) == [path])
      #expect(mutations.first?.user == "system:serviceaccount:shop:ai-sre-agent")
      #expect(mutations.first?.body == patch)
      #expect(await cluster.requests(RequestQuery(pathContains: "tokenreviews")).allSatisfy { $0.body == nil })
    }
  }
}
