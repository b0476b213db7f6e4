import Testing

@testable import Simulator

/// Workloads of a namespace `shop` on a manual clock, past the network.
enum Workloads {
  static func cluster(_ objects: [JSONValue], age: Double = 0) throws -> SimulatedCluster {
    try SimulatedCluster(SimulatedShop.configuration(objects.map { Seed($0, age: age) }))
  }

  static func template(
    _ name: String, image: String = "shop/app:1", annotations: [String: String] = [:], container: JSONValue = [:],
    spec: JSONValue = [:]
  ) -> JSONValue {
    var app: JSONValue = ["name": "app", "image": .string(image)]
    for (key, value) in container.object ?? JSONObject() { app[key] = value }
    var podSpec: JSONValue = ["containers": [app]]
    for (key, value) in spec.object ?? JSONObject() { podSpec[key] = value }
    var metadata: JSONValue = ["labels": ["app": .string(name)]]
    if !annotations.isEmpty {
      metadata["annotations"] = JSONValue(strings: annotations.sorted { $0.key < $1.key }.map { ($0, $1) })
    }
    return ["metadata": metadata, "spec": podSpec]
  }

  static func object(_ kind: String, _ apiVersion: String, _ name: String, _ rest: JSONValue) -> JSONValue {
    var object: JSONValue = [
      "kind": .string(kind), "apiVersion": .string(apiVersion),
      "metadata": ["name": .string(name), "namespace": "shop", "labels": ["app": .string(name)]],
    ]
    for (key, value) in rest.object ?? JSONObject() { object[key] = value }
    return object
  }

  static func workload(_ kind: String, _ name: String, replicas: Int? = nil, template: JSONValue, extra: JSONValue = [:])
    -> JSONValue
  {
    var spec: JSONValue = ["selector": ["matchLabels": ["app": .string(name)]], "template": template]
    if let replicas { spec["replicas"] = .integer(Int64(replicas)) }
    for (key, value) in extra.object ?? JSONObject() { spec[key] = value }
    return object(kind, "apps/v1", name, ["spec": spec])
  }

  static func job(_ name: String, restartPolicy: String = "Never", annotations: [String: String] = [:], extra: JSONValue = [:])
    -> JSONValue
  {
    var template = template(name, annotations: annotations, spec: ["restartPolicy": .string(restartPolicy)])
    template["metadata"]?["labels"] = ["app": .string(name)]
    var spec: JSONValue = ["template": template]
    for (key, value) in extra.object ?? JSONObject() { spec[key] = value }
    return object("Job", "batch/v1", name, ["spec": spec])
  }
}

extension SimulatedCluster {
  func get(_ plural: String, group: String = "", _ name: String) async -> JSONValue {
    await object(plural, group: group, namespace: "shop", name) ?? .null
  }

  /// Every event about an object of this name: reason and message.
  func told(_ name: String) async -> [String] {
    await objects("events").filter { $0[path: "involvedObject", "name"]?.string == name }
      .map { "\($0["reason"]?.string ?? ""): \($0["message"]?.string ?? "")" }
  }

  func patch(_ path: String, _ body: JSONValue) async -> Int {
    await send("PATCH", path, body: body, contentType: "application/merge-patch+json").status
  }
}
