import Kubernetes
import Testing
import Wire

@testable import AgentCore

/// One action with a cluster in which it is possible, and the order for it.
struct ActCase: Sendable, CustomTestStringConvertible {
  let order: Order
  let cluster: PaperCluster
  var testDescription: String { order.action.rawValue }

  static let all = Action.allCases.map(ActCase.init)

  init(_ action: Action) {
    let meaning = ActCatalogue.meaning(of: action)
    let name = meaning.kind == Node.type ? "node-1" : meaning.kind == Pod.type ? "web-1-a" : "web"
    let objects = Self.objects(action)
    let target = objects["\(meaning.kind.plural)/\(name)"] ?? .null
    let template = target["spec"]?["template"]
    cluster = PaperCluster(objects)
    order = Order(
      incident: "7", action: action,
      target: Target(
        apiVersion: meaning.kind.apiVersion, kind: meaning.kind.kind, namespace: meaning.kind == Node.type ? "" : "shop",
        name: name, uid: target["metadata"]?["uid"]?.stringValue ?? ""),
      preconditions: .init(
        templateDigest: template.map { TemplateDigest.of($0) },
        replicas: action == .scaleDeployment ? 2 : action == .raiseHPAMax ? 4 : nil),
      parameters: Self.parameters(action), risk: action.risk, verdictDigest: String(repeating: "a", count: 64))
  }

  init(order: Order, cluster: PaperCluster) {
    self.order = order
    self.cluster = cluster
  }

  /// The same with an object changed, or taken away.
  func changing(_ key: String, _ path: [String], to value: JSONValue?) -> ActCase {
    var cluster = cluster
    cluster.objects[key] = (cluster.objects[key] ?? .object([:])).setting(value, at: path)
    return ActCase(order: order, cluster: cluster)
  }

  func with(
    preconditions: Order.Preconditions? = nil, parameters: Order.Parameters? = nil, uid: String? = nil
  ) -> ActCase {
    let target = order.target
    return ActCase(
      order: Order(
        incident: order.incident, action: order.action,
        target: Target(
          apiVersion: target.apiVersion, kind: target.kind, namespace: target.namespace, name: target.name, uid: uid ?? target.uid
        ),
        preconditions: preconditions ?? order.preconditions, parameters: parameters ?? order.parameters, risk: order.risk,
        verdictDigest: order.verdictDigest),
      cluster: cluster)
  }

  private static func parameters(_ action: Action) -> Order.Parameters {
    switch action {
    case .scaleDeployment: .init(replicas: 5)
    case .raiseHPAMax: .init(replicas: 6)
    case .rollbackDeployment: .init(revision: 1)
    case .execPod: .init(command: "reload")
    default: .init()
    }
  }

  private static func objects(_ action: Action) -> [String: JSONValue] {
    var objects: [String: JSONValue] = [
      "deployments/web": workload("deployment-uid", image: "web:2", notes: [Deployment.revisionAnnotation: "2"]),
      "statefulsets/web": workload("statefulset-uid", image: "web:2"),
      "daemonsets/web": workload("daemonset-uid", image: "web:2"),
      "replicasets/web-1": replicaSet("web-1", revision: 1, image: "web:1"),
      "replicasets/web-2": replicaSet("web-2", revision: 2, image: "web:2"),
      "nodes/node-1": [
        "metadata": ["name": "node-1", "uid": "node-uid", "resourceVersion": "9", "annotations": ["a": "b"]],
        "spec": action == .uncordonNode ? ["unschedulable": true] : [:],
      ],
      "configmaps/ai-sre-exec": [
        "data": [
          "reload": #"{"argv": ["kill", "-HUP", "1"], "container": "app", "selector": {"app": "web"}, "timeoutSeconds": 10}"#
        ]
      ],
    ]
    for name in ["web-1-a", "web-1-b", "web-1-c"] { objects["pods/\(name)"] = pod(name, owner: "ReplicaSet") }
    objects["pods/log-1"] = pod("log-1", owner: "DaemonSet")
    if action == .raiseHPAMax {
      objects["horizontalpodautoscalers/web"] = [
        "metadata": ["name": "web", "namespace": "shop", "uid": "hpa-uid", "resourceVersion": "4"],
        "spec": ["scaleTargetRef": ["kind": "Deployment", "name": "web"], "minReplicas": 2, "maxReplicas": 4],
      ]
    }
    return objects
  }

  static func pod(_ name: String, owner: String?) -> JSONValue {
    var metadata: [String: JSONValue] = [
      "name": .string(name), "namespace": "shop", "uid": .string(name + "-uid"), "resourceVersion": "3",
      "labels": ["app": "web"],
    ]
    metadata["ownerReferences"] = owner.map {
      [["apiVersion": "apps/v1", "kind": .string($0), "name": "web-1", "uid": "owner", "controller": true]]
    }
    return ["metadata": .object(metadata), "spec": ["containers": []], "status": ["phase": "Running"]]
  }

  private static func template(_ image: String, labels: JSONValue) -> JSONValue {
    ["metadata": ["labels": labels], "spec": ["containers": [["name": "app", "image": .string(image)]]]]
  }

  private static func workload(_ uid: String, image: String, notes: [String: String] = [:]) -> JSONValue {
    var metadata: [String: JSONValue] = [
      "name": "web", "namespace": "shop", "uid": .string(uid), "resourceVersion": "10", "generation": 3,
    ]
    if !notes.isEmpty { metadata["annotations"] = .object(notes.mapValues { .string($0) }) }
    return [
      "metadata": .object(metadata),
      "spec": [
        "replicas": 2, "selector": ["matchLabels": ["app": "web"]], "template": template(image, labels: ["app": "web"]),
      ],
    ]
  }

  private static func replicaSet(_ name: String, revision: Int, image: String) -> JSONValue {
    [
      "metadata": [
        "name": .string(name), "namespace": "shop", "uid": .string(name), "resourceVersion": "5",
        "annotations": [Deployment.revisionAnnotation: .string("\(revision)")],
        "ownerReferences": [
          ["apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "uid": "deployment-uid", "controller": true]
        ],
      ],
      "spec": ["replicas": 0, "template": template(image, labels: ["app": "web", "pod-template-hash": .string(name)])],
      "status": ["replicas": 0],
    ]
  }
}
