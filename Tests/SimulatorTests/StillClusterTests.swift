import Foundation
import Testing

@testable import Simulator

@Suite("A cluster that stands still")
struct StillClusterTests {
  private static let now = Timestamp(seconds: 1_795_345_700)

  private static let pod: JSONValue = [
    "kind": "Pod", "apiVersion": "v1",
    "metadata": [
      "name": "web-1", "namespace": "shop", "uid": "11111111-0000-4000-8000-000000000000",
      "creationTimestamp": "2026-11-22T08:00:00Z",
      "labels": ["app": "web"], "ownerReferences": [["kind": "ReplicaSet", "name": "web", "uid": "r", "controller": true]],
    ],
    "spec": ["nodeName": "node-9", "containers": [["name": "app", "image": "web:1"]]],
    "status": [
      "phase": "Running",
      "containerStatuses": [
        [
          "name": "app", "ready": false, "restartCount": 4,
          "state": ["waiting": ["reason": "CrashLoopBackOff"]],
          "lastState": ["terminated": ["exitCode": 1, "finishedAt": "2026-11-22T09:59:00Z"]],
        ]
      ],
    ],
  ]
  private static let secret: JSONValue = [
    "kind": "ExternalSecret", "apiVersion": "external-secrets.io/v1", "metadata": ["name": "db", "namespace": "shop"],
    "status": ["conditions": [["type": "Ready", "status": "False"]]],
  ]
  private static let metrics: JSONValue = [
    "kind": "PodMetrics", "apiVersion": "metrics.k8s.io/v1beta1", "metadata": ["name": "web-1", "namespace": "shop"],
    "containers": [["name": "app", "usage": ["cpu": "250m", "memory": "64Mi"]]],
  ]

  private static func cluster(logs: [String: StillCluster.Log] = [:]) throws -> SimulatedCluster {
    try SimulatedCluster(
      still: StillCluster(objects: [pod, secret, metrics], logs: logs, now: now, agentNamespaces: ["shop"]))
  }

  private func get(_ cluster: SimulatedCluster, _ path: String, token: String? = nil) async throws -> (Int, JSONValue) {
    let response = await cluster.respond(to: DirectRequest("GET", path, token: token))
    return (response.status, try JSONValue(parsing: response.body))
  }

  @Test("Objects are served as they were recorded, with a resourceVersion")
  func exact() async throws {
    let cluster = try Self.cluster()
    let (status, body) = try await get(cluster, "/api/v1/namespaces/shop/pods/web-1")
    var expected = Self.pod
    expected["metadata"]?["resourceVersion"] = body[path: "metadata", "resourceVersion"]
    #expect(status == 200)
    #expect(body == expected)
    #expect(Int(body.resourceVersion) != nil)
  }

  @Test("Kinds that no catalogue knows are served under the group, version and plural of their API")
  func custom() async throws {
    let cluster = try Self.cluster()
    let path = "/apis/external-secrets.io/v1/namespaces/shop/externalsecrets"
    #expect(try await get(cluster, path + "/db").1["status"] == Self.secret["status"])
    #expect(try await get(cluster, path).1["items"]?.array?.count == 1)
    #expect(try await get(cluster, "/apis/external-secrets.io/v1").1["resources"]?[0]?["kind"] == "ExternalSecret")
    #expect(try await get(cluster, "/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods/web-1").1["containers"]?.array?.count == 1)
  }

  @Test("Time and objects stay where they are; a change by request is kept and nobody acts on it")
  func still() async throws {
    let cluster = try Self.cluster()
    let before = await cluster.objects("pods")
    await cluster.advance(by: 3600)
    #expect(await cluster.objects("pods") == before)
    let path = "/api/v1/namespaces/shop/pods/web-1"
    let answer = await cluster.respond(to: DirectRequest("DELETE", path))
    #expect(answer.status == 200)
    await cluster.advance(by: 3600)
    #expect(await cluster.object("pods", namespace: "shop", "web-1")?.isBeingDeleted == true)
  }

  @Test("Between two runs the latest log is the current and the previous one; text without times counts as just written")
  func logs() async throws {
    let cluster = try Self.cluster(logs: ["shop/web-1/app": .init(current: "boot\n2026-11-22T09:58:59.5Z ERROR no db\ngone\n")])
    let path = "/api/v1/namespaces/shop/pods/web-1/log"
    for query in ["", "?previous=true", "?previous=true&sinceTime=2026-11-22T09:58:00Z"] {
      let body = await cluster.respond(to: DirectRequest("GET", path + query)).body
      #expect(String(decoding: body, as: UTF8.self) == "boot\n2026-11-22T09:58:59.5Z ERROR no db\ngone\n")
    }
    let tail = await cluster.respond(to: DirectRequest("GET", path + "?tailLines=1")).body
    #expect(String(decoding: tail, as: UTF8.self) == "gone\n")
  }

  @Test("An agent's account has its rights, and the same is served on a socket")
  func agent() async throws {
    let cluster = try Self.cluster()
    let token = try await cluster.token(namespace: "shop", account: "ai-sre-agent")
    #expect(try await get(cluster, "/api/v1/namespaces/shop/pods", token: token).0 == 200)
    #expect(try await get(cluster, "/api/v1/namespaces/shop/secrets", token: token).0 == 403)
    try await cluster.listen()
    #expect(cluster.port > 0)
    await cluster.stop()
  }

  @Test("What is no object, or there twice, is refused with its name")
  func refusals() {
    #expect(throws: SeedError.self) { try SimulatedCluster(still: StillCluster(objects: [["kind": "Pod"]], now: Self.now)) }
    #expect(throws: SeedError.self) {
      try SimulatedCluster(still: StillCluster(objects: [Self.pod, Self.pod], now: Self.now))
    }
  }
}
