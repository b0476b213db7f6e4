import HTTP
import Kubernetes
import Testing

@Suite("A request as RBAC sees it")
struct APICallTests {
  static let cases: [(String, String, APICall?)] = [
    ("GET", "/api/v1/namespaces/shop/pods/web-1", call(.get, "pods", "shop", "web-1")),
    ("GET", "/api/v1/namespaces/shop/pods?limit=500", call(.list, "pods", "shop")),
    ("GET", "/api/v1/namespaces/shop/pods?limit=500&watch=true", call(.watch, "pods", "shop")),
    ("GET", "/api/v1/namespaces/shop/pods/web-1/log?container=a", call(.get, "pods/log", "shop", "web-1")),
    ("GET", "/api/v1/namespaces/shop", call(.get, "namespaces", "shop", "shop")),
    ("GET", "/api/v1/nodes", call(.list, "nodes")),
    ("PATCH", "/api/v1/nodes/worker-1", call(.patch, "nodes", nil, "worker-1")),
    ("PATCH", "/apis/apps/v1/namespaces/shop/deployments/web", call(.patch, "deployments", "shop", "web", group: "apps")),
    (
      "PUT", "/apis/apps/v1/namespaces/shop/deployments/web/scale",
      call(.update, "deployments/scale", "shop", "web", group: "apps")
    ),
    ("POST", "/api/v1/namespaces/shop/pods/web-1/eviction", call(.create, "pods/eviction", "shop", "web-1")),
    ("POST", "/api/v1/namespaces/shop/configmaps", call(.create, "configmaps", "shop")),
    ("DELETE", "/apis/apps/v1/namespaces/shop/deployments/web", call(.delete, "deployments", "shop", "web", group: "apps")),
    ("DELETE", "/apis/apps/v1/namespaces/shop/deployments", call(.deletecollection, "deployments", "shop", group: "apps")),
    ("GET", "/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods", call(.list, "pods", "shop", group: "metrics.k8s.io")),
    ("GET", "/version", nil), ("GET", "/apis", nil), ("GET", "/api/v1", nil), ("OPTIONS", "/api/v1/pods", nil), ("GET", "", nil),
  ]

  @Test("Verb, group, resource with subresource, namespace and name are told from method and path", arguments: cases)
  func reading(method: String, path: String, expected: APICall?) { #expect(APICall(method: method, path: path) == expected) }

  @Test("A restricted client does not send a call that is not on its list")
  func restricted() async throws {
    // Nothing listens there: a request that was sent would fail otherwise.
    let http = HTTPClient(configuration: .init())
    let cluster = ClusterConfiguration(server: "https://127.0.0.1:1", tls: .init(), credential: nil, namespace: "shop")
    let client = KubernetesClient(configuration: cluster, http: http, userAgent: "test").restricted { $0.resource == "pods" }
    await #expect {
      _ = try await client.get(ConfigMap.self, named: "ai-sre-guard", namespace: "shop")
    } throws: { error in
      if case .unlisted("GET /api/v1/namespaces/shop/configmaps/ai-sre-guard") = error as? KubernetesError { true } else { false }
    }
    await #expect {
      _ = try await client.get(Pod.self, named: "web-1", namespace: "shop")
    } throws: { error in
      if case .transport = error as? KubernetesError { true } else { false }
    }
    await http.shutdown()
  }

  private static func call(
    _ verb: APICall.Verb, _ resource: String, _ namespace: String? = nil, _ name: String? = nil, group: String = ""
  ) -> APICall {
    APICall(verb: verb, group: group, resource: resource, namespace: namespace, name: name)
  }
}
