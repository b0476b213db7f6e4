import Replay
import Simulator

/// A Deployment in a crash loop because a service refused connections, as a scenario file would have it; tests change one thing each.
struct CrashLoopSituation {
  var agents = ["shop"]
  var settings: JSONValue = [:]
  var history: JSONValue = []
  /// Whether the service that was missed is ready again.
  var isDependencyReady = true
  /// Seconds after the first one at which Alertmanager posts the same alert again, as another exporter has it.
  var repeats: [Int64] = []
  var expectation: JSONValue?

  func situation() throws -> Situation { try scenario().situation }

  func scenario(id: String = "crash", title: String = "") throws -> Scenario {
    var document: JSONValue = [
      "id": .string(id), "title": .string(title), "now": "2026-11-22T10:00:00Z",
      "agents": .array(agents.map { .string($0) }), "deliveries": .array(([0] + repeats).map(delivery)),
      "objects": .array(objects), "settings": settings, "history": history,
      "logs": [
        "shop/checkout-6c9f8d7b5-abcde/app": ["previous": "starting\ndial tcp: connect inventory:8080: connection refused\n"],
        "shop/checkout-6c9f8d7b5-fghij/app": ["previous": "starting\ndial tcp: connect inventory:8080: connection refused\n"],
      ],
    ]
    document["expect"] = expectation
    return try Scenario(document, name: "crash")
  }

  private func delivery(after seconds: Int64) -> JSONValue {
    [
      "after": .integer(seconds),
      "body": [
        "version": "4",
        "alerts": [
          [
            "status": "firing", "startsAt": "2026-11-22T09:55:00Z", "fingerprint": .string("f\(seconds)"),
            "labels": [
              "alertname": "KubePodCrashLooping", "namespace": "shop", "pod": "checkout-6c9f8d7b5-abcde", "severity": "warning",
              "instance": .string("exporter-\(seconds)"),
            ],
            "annotations": ["description": "It crashes."],
          ]
        ],
      ],
    ]
  }

  private var objects: [JSONValue] {
    [
      ["kind": "Namespace", "apiVersion": "v1", "metadata": metadata("shop", namespace: nil)],
      deployment, replicaSet, pod("abcde"), pod("fghij"), inventory,
      [
        "kind": "Service", "apiVersion": "v1", "metadata": metadata("inventory"),
        "spec": ["selector": ["app": "inventory"], "ports": [["port": 8080]]],
      ],
    ]
  }

  private func metadata(_ name: String, namespace: String? = "shop", app: String? = nil, owner: (String, String)? = nil)
    -> JSONValue
  {
    var metadata: JSONValue = [
      "name": .string(name), "uid": .string("uid-\(name)"), "creationTimestamp": "2026-11-01T10:00:00Z", "generation": 1,
    ]
    metadata["namespace"] = namespace.map { .string($0) }
    metadata["labels"] = app.map { ["app": .string($0)] }
    if let (kind, name) = owner {
      metadata["ownerReferences"] = [
        [
          "apiVersion": "apps/v1", "kind": .string(kind), "name": .string(name), "uid": .string("uid-\(name)"),
          "controller": true,
        ]
      ]
    }
    return metadata
  }

  private static let template: JSONValue = [
    "metadata": ["labels": ["app": "checkout"]], "spec": ["containers": [["name": "app", "image": "shop/checkout:1"]]],
  ]

  private var deployment: JSONValue {
    var metadata = metadata("checkout", app: "checkout")
    metadata["annotations"] = ["deployment.kubernetes.io/revision": "1"]
    return [
      "kind": "Deployment", "apiVersion": "apps/v1", "metadata": metadata,
      "spec": [
        "replicas": 2, "selector": ["matchLabels": ["app": "checkout"]], "template": Self.template,
        "strategy": ["type": "RollingUpdate"],
      ],
      "status": [
        "observedGeneration": 1, "replicas": 2, "updatedReplicas": 2, "readyReplicas": 0,
        "conditions": [["type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable"]],
      ],
    ]
  }

  private var replicaSet: JSONValue {
    var metadata = metadata("checkout-6c9f8d7b5", app: "checkout", owner: ("Deployment", "checkout"))
    metadata["annotations"] = ["deployment.kubernetes.io/revision": "1"]
    return [
      "kind": "ReplicaSet", "apiVersion": "apps/v1", "metadata": metadata,
      "spec": ["replicas": 2, "selector": ["matchLabels": ["app": "checkout"]], "template": Self.template],
      "status": ["replicas": 2, "readyReplicas": 0],
    ]
  }

  private func pod(_ suffix: String) -> JSONValue {
    [
      "kind": "Pod", "apiVersion": "v1",
      "metadata": metadata("checkout-6c9f8d7b5-\(suffix)", app: "checkout", owner: ("ReplicaSet", "checkout-6c9f8d7b5")),
      "spec": ["nodeName": "node-1", "containers": [["name": "app", "image": "shop/checkout:1"]]],
      "status": [
        "phase": "Running", "conditions": [["type": "Ready", "status": "False"]],
        "containerStatuses": [
          [
            "name": "app", "image": "shop/checkout:1", "ready": false, "restartCount": 6,
            "state": ["waiting": ["reason": "CrashLoopBackOff", "message": "back-off 2m40s"]],
            "lastState": [
              "terminated": [
                "exitCode": 1, "reason": "Error", "startedAt": "2026-11-22T09:57:00Z", "finishedAt": "2026-11-22T09:57:02Z",
              ]
            ],
          ]
        ],
      ],
    ]
  }

  private var inventory: JSONValue {
    [
      "kind": "Pod", "apiVersion": "v1", "metadata": metadata("inventory-0", app: "inventory"),
      "spec": ["nodeName": "node-1", "containers": [["name": "app", "image": "shop/inventory:1"]]],
      "status": [
        "phase": "Running",
        "conditions": [
          [
            "type": "Ready", "status": isDependencyReady ? "True" : "False", "lastTransitionTime": "2026-11-22T09:58:00Z",
          ]
        ],
        "containerStatuses": [
          [
            "name": "app", "image": "shop/inventory:1", "ready": .bool(isDependencyReady), "restartCount": 0,
            "state": ["running": ["startedAt": "2026-11-22T09:57:30Z"]],
          ]
        ],
      ],
    ]
  }
}
