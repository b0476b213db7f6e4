@testable import Simulator

/// A namespace `shop` with a Deployment `checkout` of two days' age, on a manual clock.
enum SimulatedShop {
  static let start = Timestamp(seconds: 1_795_345_700)

  static func deployment(
    _ name: String = "checkout", replicas: Int = 2, image: String = "shop/checkout:1", extra: JSONValue = [:]
  ) -> JSONValue {
    let labels: JSONValue = ["app": .string(name)]
    var spec: JSONValue = [
      "replicas": .integer(Int64(replicas)), "selector": ["matchLabels": labels],
      "template": [
        "metadata": ["labels": labels],
        "spec": [
          "containers": [
            [
              "name": "app", "image": .string(image), "readinessProbe": ["httpGet": ["path": "/ready", "port": 8080]],
            ]
          ]
        ],
      ],
    ]
    for (key, value) in extra.object ?? JSONObject() { spec[key] = value }
    return [
      "kind": "Deployment", "apiVersion": "apps/v1",
      "metadata": ["name": .string(name), "namespace": "shop", "labels": labels], "spec": spec,
    ]
  }

  static func configuration(_ seeds: [Seed]? = nil) -> SimulatedCluster.Configuration {
    var configuration = SimulatedCluster.Configuration()
    configuration.clock = .manual
    configuration.start = start
    configuration.agentNamespaces = ["shop"]
    configuration.seeds = seeds ?? [Seed(deployment(), age: 2 * 86_400)]
    return configuration
  }
}

extension SimulatedCluster {
  /// The pods of an app that are not being deleted.
  func pods(_ app: String = "checkout") async -> [JSONValue] {
    await objects("pods", namespace: "shop").filter { $0.labels["app"] == app && !$0.isBeingDeleted }
  }

  /// The Deployment.
  func deployment(_ name: String = "checkout") async -> JSONValue {
    await object("deployments", group: "apps", namespace: "shop", name) ?? [:]
  }

  /// The status of a pod's only container.
  static func container(_ pod: JSONValue) -> JSONValue { pod[path: "status", "containerStatuses"]?[0] ?? [:] }

  /// The events about an object, by reason.
  func events(_ name: String, _ reason: String) async -> [JSONValue] {
    await objects("events", namespace: "shop").filter {
      $0[path: "involvedObject", "name"]?.string == name && $0["reason"]?.string == reason
    }
  }

  /// One request as the administrator, past the network.
  func send(
    _ method: String, _ path: String, query: String = "", body: JSONValue? = nil, contentType: String = "application/json",
    token: String? = nil
  ) async -> (status: Int, body: JSONValue) {
    var request = APIRequest(method: method, path: path, queryText: query)
    request.contentType = contentType
    request.userAgent = "tests/1.0"
    request.body = body?.encoded ?? []
    let response = await core.respond(to: request, query: query, token: token ?? adminToken)
    switch response.body {
    case .json(let value): return (response.status, value)
    case .text(let text): return (response.status, .string(text))
    default: return (response.status, .null)
    }
  }
}
