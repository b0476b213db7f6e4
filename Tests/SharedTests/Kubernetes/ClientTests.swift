import Foundation
import HTTP
import Simulator
import Support
import Testing

@testable import Kubernetes

@Suite("The client against a cluster")
struct ClientTests {
  private static let manifests = """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web, namespace: shop, labels: {app: web}, annotations: {simulator.ai-sre.dev/age: 1h}}
    spec:
      replicas: 7
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec: {containers: [{name: web, image: "shop/web:1"}]}
    """

  private func with(_ body: (SimulatedCluster, KubernetesClient) async throws -> Void) async throws {
    var configuration = SimulatedCluster.Configuration()
    configuration.seeds = try ManifestLoader.seeds(yaml: Self.manifests)
    configuration.agentNamespaces = ["shop"]
    configuration.clock = .running(speed: 30)
    try await withSimulatedCluster(configuration) { cluster in
      let authority = FileManager.default.temporaryDirectory.appending(path: "client-\(UUID().uuidString).pem")
      try cluster.caCertificate.write(to: authority, atomically: true, encoding: .utf8)
      defer { try? FileManager.default.removeItem(at: authority) }
      let tls = HTTP.TLSConfiguration(caFile: authority.path())
      let token = try await cluster.token(namespace: "shop", account: "ai-sre-agent")
      let http = HTTPClient(configuration: .init(tls: tls))
      try await body(
        cluster,
        KubernetesClient(
          configuration: ClusterConfiguration(server: cluster.url, tls: tls, credential: .bearer(token), namespace: "shop"),
          http: http, userAgent: "tests"))
      await http.shutdown()
    }
  }

  private func error(_ body: () async throws(KubernetesError) -> Void) async -> KubernetesError? {
    do {
      try await body()
      return nil
    } catch {
      return error
    }
  }

  @Test("A list comes page by page and whole, and more than the caller's bound is an error")
  func lists() async throws {
    try await with { cluster, client in
      let pods = try await client.list(Pod.self, namespace: "shop", options: ListOptions(pageSize: 3))
      #expect(pods.items.count == 7)
      #expect(Set(pods.items.map(\.metadata.name)).count == 7)
      #expect(await cluster.requests(.init(pathContains: "/pods")).count == 3)
      let none = try await client.list(Pod.self, namespace: "shop", options: ListOptions(labelSelector: "app=none"))
      #expect(none.items.isEmpty && !none.resourceVersion.isEmpty)
      let tooMany = await error { () async throws(KubernetesError) in
        _ = try await client.list(Pod.self, namespace: "shop", options: ListOptions(maximumItems: 5))
      }
      guard case .listTooLong(5)? = tooMany else { Issue.record("\(String(describing: tooMany))"); return }
      #expect(try await client.listMetadata(of: ReplicaSet.type, namespace: "shop").items.count == 1)
    }
  }

  @Test("A watch sees a change, and one from a forgotten version is Expired")
  func watches() async throws {
    try await with { cluster, client in
      let list = try await client.list(Deployment.self, namespace: "shop")
      let stream = try await client.watch(Deployment.self, namespace: "shop", from: list.resourceVersion)
      let operations: [JSONPatchOperation] = [
        .test(JSONPointer("metadata", "uid"), .string(list.items[0].metadata.uid)),
        .add(JSONPointer("metadata", "annotations", "ai-sre.dev/note"), "a/b~c"),
      ]
      let patched: Deployment = try await client.patch(named: "web", namespace: "shop", operations)
      #expect(patched.metadata.annotations["ai-sre.dev/note"] == "a/b~c")
      for try await event in stream {
        guard case .modified(let deployment) = event, deployment.metadata.annotations["ai-sre.dev/note"] != nil else { continue }
        break
      }
      await cluster.dropWatchHistory()
      let expired = await error { () async throws(KubernetesError) in
        for try await _ in try await client.watch(Deployment.self, namespace: "shop", from: "1") {}
      }
      guard case .expired? = expired else { Issue.record("\(String(describing: expired))"); return }
    }
  }

  @Test("A dry run changes nothing; a failed test is Invalid")
  func patches() async throws {
    try await with { _, client in
      let note = JSONPatchOperation.add(JSONPointer("metadata", "annotations", "ai-sre.dev/note"), "x")
      let _: Deployment = try await client.patch(
        named: "web", namespace: "shop", [note], options: WriteOptions(fieldManager: "ai-sre", dryRun: true))
      let deployment: Deployment = try await client.get(named: "web", namespace: "shop")
      #expect(deployment.metadata.annotations["ai-sre.dev/note"] == nil)
      let failed = await error { () async throws(KubernetesError) in
        let _: Deployment = try await client.patch(
          named: "web", namespace: "shop", [.test(JSONPointer("metadata", "generation"), 99), note])
      }
      guard case .invalid? = failed else { Issue.record("\(String(describing: failed))"); return }
    }
  }

  @Test("A ConfigMap is created once and replaced only by who has seen its latest version")
  func compareAndSwap() async throws {
    try await with { _, client in
      let first = try await client.createConfigMap(
        named: "ai-sre-journal", namespace: "shop", labels: ["a": "b"], data: ["k": "1"])
      let exists = await error { () async throws(KubernetesError) in
        _ = try await client.createConfigMap(named: "ai-sre-journal", namespace: "shop", data: [:])
      }
      guard case .alreadyExists? = exists else { Issue.record("\(String(describing: exists))"); return }
      let second = try await client.replaceConfigMap(first, data: ["k": "2"])
      #expect(second.data == ["k": "2"] && second.metadata.labels == ["a": "b"])
      let stale = await error { () async throws(KubernetesError) in
        _ = try await client.replaceConfigMap(first, data: ["k": "3"])
      }
      guard case .conflict? = stale else { Issue.record("\(String(describing: stale))"); return }
    }
  }

  @Test("Logs are cut by lines and by bytes; missing things say what is missing")
  func logs() async throws {
    try await with { cluster, client in
      await cluster.inject(
        Fault(namespace: "shop", deployment: "web", kind: .crashLoop(logs: ["one", "two", "three"]), restarts: 3))
      let pod = try #require(try await client.list(Pod.self, namespace: "shop").items.first).metadata.name
      let tail = try await client.log(
        pod: pod, namespace: "shop", options: LogOptions(container: "web", previous: true, tailLines: 2))
      #expect(String(decoding: tail, as: UTF8.self).split(separator: "\n").count == 2)
      let cut = try await client.log(
        pod: pod, namespace: "shop", options: LogOptions(container: "web", previous: true, limitBytes: 5))
      #expect(cut.count == 5)
      let wrong = await error { () async throws(KubernetesError) in
        _ = try await client.log(pod: pod, namespace: "shop", options: LogOptions(container: "nope"))
      }
      #expect(wrong?.status?.code == 400)
      let gone = await error { () async throws(KubernetesError) in
        _ = try await client.log(pod: "gone", namespace: "shop", options: LogOptions(container: "web"))
      }
      guard case .notFound? = gone else { Issue.record("\(String(describing: gone))"); return }
    }
  }

  @Test("A token is reviewed for its audience, and RBAC is asked about a resource that no API serves")
  func reviews() async throws {
    try await with { cluster, agent in
      let authority = FileManager.default.temporaryDirectory.appending(path: "reviews-\(UUID().uuidString).pem")
      try cluster.caCertificate.write(to: authority, atomically: true, encoding: .utf8)
      defer { try? FileManager.default.removeItem(at: authority) }
      let tls = HTTP.TLSConfiguration(caFile: authority.path())
      let http = HTTPClient(configuration: .init(tls: tls))
      let client = KubernetesClient(
        configuration: ClusterConfiguration(
          server: cluster.url, tls: tls, credential: .bearer(cluster.adminToken), namespace: "x"),
        http: http, userAgent: "tests")
      let token = try await cluster.token(namespace: "shop", account: "ai-sre-agent", audiences: ["ai-sre-agent"])
      let valid = try await client.review(token: token, audiences: ["ai-sre-agent"])
      #expect(valid.user?.username == "system:serviceaccount:shop:ai-sre-agent")
      #expect(valid.audiences == ["ai-sre-agent"])
      #expect(try await client.review(token: token, audiences: ["ai-sre"]).user == nil)
      func allowed(_ user: String, _ groups: [String]) async throws -> Bool {
        try await client.review(
          .init(user: user, groups: groups, verb: "approve", group: "ai-sre.dev", resource: "remediations", namespace: "shop")
        ).allowed
      }
      #expect(try await allowed("root", ["system:masters"]))
      #expect(try await !allowed("ada", []))
      let forbidden = await error { () async throws(KubernetesError) in _ = try await agent.review(token: "x", audiences: ["y"]) }
      guard case .forbidden? = forbidden else { Issue.record("\(String(describing: forbidden))"); return }
      await http.shutdown()
    }
  }

  @Test("A connection that is cut, and flow control, are told apart")
  func troubles() async throws {
    try await with { cluster, client in
      await cluster.fail(APIFailure(.status(429), pathContains: "/deployments"))
      let limited = await error { () async throws(KubernetesError) in
        _ = try await client.get(Deployment.self, named: "web", namespace: "shop")
      }
      guard case .tooManyRequests? = limited else { Issue.record("\(String(describing: limited))"); return }
      #expect(limited?.retryAfter == .seconds(1))
      await cluster.fail(APIFailure(.cutBefore, count: nil, pathContains: "/deployments"))
      let cut = await error { () async throws(KubernetesError) in
        _ = try await client.get(Deployment.self, named: "web", namespace: "shop")
      }
      guard case .transport? = cut else { Issue.record("\(String(describing: cut))"); return }
      #expect(cut?.mayPassLater == true)
    }
  }
}
