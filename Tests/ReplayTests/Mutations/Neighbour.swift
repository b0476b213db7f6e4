import Simulator

/// A workload that is well and has nothing to do with anything.
enum Neighbour {
  static func objects(in namespace: String) -> [JSONValue] {
    let template: JSONValue = [
      "metadata": ["labels": ["app": "bystander"]],
      "spec": ["containers": [["name": "srv", "image": "registry.example.com/bystander:3"]]],
    ]
    return [deployment(namespace, template), replicaSet(namespace, template)] + [1, 2].map { pod(namespace, $0, template) }
      + [configuration(namespace)]
  }

  private static func metadata(_ namespace: String, _ kind: String, _ name: String, owner: (String, String)? = nil) -> JSONValue {
    var metadata: JSONValue = [
      "name": .string(name), "namespace": .string(namespace), "uid": .string("\(namespace)-\(kind)-\(name)"), "generation": 3,
      "creationTimestamp": "2025-01-01T00:00:00Z", "labels": ["app": "bystander"],
      "annotations": ["deployment.kubernetes.io/revision": "3"],
    ]
    if let (kind, name) = owner {
      metadata["ownerReferences"] = [
        [
          "apiVersion": "apps/v1", "kind": .string(kind), "name": .string(name), "uid": .string("\(namespace)-\(kind)-\(name)"),
          "controller": true,
        ]
      ]
    }
    return metadata
  }

  private static func deployment(_ namespace: String, _ template: JSONValue) -> JSONValue {
    [
      "apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata(namespace, "Deployment", "bystander"),
      "spec": ["replicas": 2, "selector": ["matchLabels": ["app": "bystander"]], "template": template],
      "status": [
        "observedGeneration": 3, "replicas": 2, "updatedReplicas": 2, "readyReplicas": 2, "availableReplicas": 2,
        "conditions": [["type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable"]],
      ],
    ]
  }

  private static func replicaSet(_ namespace: String, _ template: JSONValue) -> JSONValue {
    [
      "apiVersion": "apps/v1", "kind": "ReplicaSet",
      "metadata": metadata(namespace, "ReplicaSet", "bystander-5c7", owner: ("Deployment", "bystander")),
      "spec": ["replicas": 2, "selector": ["matchLabels": ["app": "bystander"]], "template": template],
      "status": ["replicas": 2, "readyReplicas": 2, "availableReplicas": 2],
    ]
  }

  private static func pod(_ namespace: String, _ number: Int, _ template: JSONValue) -> JSONValue {
    [
      "apiVersion": "v1", "kind": "Pod",
      "metadata": metadata(namespace, "Pod", "bystander-5c7-aaaa\(number)", owner: ("ReplicaSet", "bystander-5c7")),
      "spec": ["nodeName": "node-0", "containers": template["spec"]?["containers"] ?? []],
      "status": [
        "phase": "Running",
        "conditions": [["type": "Ready", "status": "True", "lastTransitionTime": "2025-01-01T00:01:00Z"]],
        "containerStatuses": [
          [
            "name": "srv", "image": "registry.example.com/bystander:3", "ready": true, "restartCount": 0,
            "state": ["running": ["startedAt": "2025-01-01T00:01:00Z"]],
          ]
        ],
      ],
    ]
  }

  private static func configuration(_ namespace: String) -> JSONValue {
    ["apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata(namespace, "ConfigMap", "bystander"), "data": ["a": "b"]]
  }
}
