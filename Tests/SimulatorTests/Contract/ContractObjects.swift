@testable import Simulator

/// Objects that an exchange needs and no other shows.
enum ContractObjects {
  /// The agent's pod and its node (01 token-request-pod-bound).
  static let agentPod: [JSONValue] = [
    [
      "kind": "Pod", "apiVersion": "v1",
      "metadata": ["name": "agent-0", "namespace": "shop", "uid": "83c0f7ca-7610-43d4-b28f-6e997239e1bd"],
      "spec": ["nodeName": "fake-node-2", "containers": []], "status": ["phase": "Running"],
    ],
    [
      "kind": "Node", "apiVersion": "v1",
      "metadata": ["name": "fake-node-2", "uid": "40cff5ab-e91d-4e70-9a86-7d0e92d44276"], "spec": [:], "status": [:],
    ],
  ]

  private static func account(_ name: String, uid: String) -> JSONValue {
    [
      "kind": "ServiceAccount", "apiVersion": "v1",
      "metadata": ["name": .string(name), "namespace": "shop", "uid": .string(uid)],
    ]
  }

  static let leavingAccount = account("temp-agent", uid: "sa-shop-temp-agent")
  /// The error shows both uids.
  static let recreatedAccount = account("temp-agent", uid: "0eec1f24-15e8-4ad6-b782-911ddee2121b")
  static let leaver = account("leaver", uid: "sa-shop-leaver")
  static let leaverBinding: JSONValue = [
    "kind": "RoleBinding", "apiVersion": "rbac.authorization.k8s.io/v1", "metadata": ["name": "leaver", "namespace": "shop"],
  ]

  /// The Deployment of which 02 get-metadata-only shows the metadata.
  static var webMetadata: [JSONValue] {
    guard let shown = try? Recordings.load("02-pods.json").first(where: { $0.name == "get-metadata-only" })?.body else {
      return []
    }
    return [["kind": "Deployment", "apiVersion": "apps/v1", "metadata": shown.metadata, "spec": [:], "status": [:]]]
  }

  /// Pods that were in the same state when the table was recorded.
  static let podsOfTheTable = [
    "pull", "healthy", "crashloop", "oom", "liveness", "notready", "slowstart", "nomount", "secretkey", "initcrash", "sidecar",
    "selector", "volume", "gated",
  ]

  /// The policies behind 11 variant-*, which show only in their effect.
  static let policyVariants: [JSONValue] = [
    variant("v-default", "false"), variant("v-warn", "false", message: "please do not", actions: ["Warn"]),
    variant("v-error", "object.data.missing.size() > 0"),
    variant("v-ignore", "object.data.missing.size() > 0", failure: "Ignore"),
  ].flatMap { $0 }

  private static func variant(
    _ name: String, _ expression: String, message: String? = nil, failure: String = "Fail", actions: JSONValue = ["Deny"]
  ) -> [JSONValue] {
    var validation: JSONValue = ["expression": .string(expression)]
    validation["message"] = message.map(JSONValue.string)
    let condition: JSONValue = ["name": "own", "expression": .string("object.metadata.name.startsWith('\(name)-')")]
    let rule: JSONValue = [
      "operations": ["CREATE"], "apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"], "scope": "*",
    ]
    let apiVersion: JSONValue = "admissionregistration.k8s.io/v1"
    return [
      [
        "kind": "ValidatingAdmissionPolicy", "apiVersion": apiVersion, "metadata": ["name": .string(name), "uid": .string(name)],
        "spec": [
          "failurePolicy": .string(failure), "matchConstraints": ["resourceRules": [rule]], "matchConditions": [condition],
          "validations": [validation],
        ],
      ],
      [
        "kind": "ValidatingAdmissionPolicyBinding", "apiVersion": apiVersion,
        "metadata": ["name": .string(name), "uid": .string("binding-\(name)")],
        "spec": ["policyName": .string(name), "validationActions": actions],
      ],
    ]
  }
}

extension ContractObjects {
  /// The object that an exchange shows.
  static func shown(_ file: String, _ name: String) -> [JSONValue] {
    (try? Recordings.load(file).first { $0.name == name }?.shown.map(\.object)) ?? []
  }

  /// What 09 every-namespace-has-one finds beside the journal.
  static let rootCertificates: JSONValue = [
    "kind": "ConfigMap", "apiVersion": "v1",
    "metadata": [
      "name": "kube-root-ca.crt", "namespace": "shop", "uid": "root",
      "annotations": [
        "kubernetes.io/description": .string(
          "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal "
            + "service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.")
      ],
    ], "data": ["ca.crt": "x"],
  ]

  static let fixed: JSONValue = [
    "kind": "ConfigMap", "apiVersion": "v1", "metadata": ["name": "ai-sre-fixed", "namespace": "shop", "uid": "fixed"],
    "data": ["seq": "1"], "immutable": true,
  ]

  static let execPod: JSONValue = [
    "kind": "Pod", "apiVersion": "v1", "metadata": ["name": "err-pod", "namespace": "shop", "uid": "err-pod"],
    "spec": ["containers": [["name": "app"]]], "status": ["phase": "Running"],
  ]

  static let lostNode: JSONValue = [
    "kind": "Node", "apiVersion": "v1", "metadata": ["name": "lost-node", "uid": "lost"], "spec": [:], "status": [:],
  ]

  static let cartReplicas: JSONValue = [
    "kind": "ReplicaSet", "apiVersion": "apps/v1",
    "metadata": ["name": "cart-5cc9cfbcd4", "namespace": "shop", "uid": "87ab75de-b133-47f7-9ec9-f34422628fed"],
    "spec": ["replicas": 2, "selector": ["matchLabels": ["app": "cart", "pod-template-hash": "5cc9cfbcd4"]]],
    "status": ["replicas": 2],
  ]

  /// The agent had these rights too while 11 was recorded.
  static let policyRights = rights(
    "policy", ["apiGroups": ["apps"], "resources": ["deployments", "statefulsets", "daemonsets"], "verbs": ["patch", "update"]])

  /// And this one for 01 rbac-escalation.
  static let roleMaker = rights(
    "role-maker", ["apiGroups": ["rbac.authorization.k8s.io"], "resources": ["roles"], "verbs": ["create"]])

  private static func rights(_ name: String, _ rule: JSONValue) -> [JSONValue] {
    let metadata: JSONValue = ["name": .string(name), "namespace": "shop", "uid": .string(name)]
    return [
      ["kind": "Role", "apiVersion": "rbac.authorization.k8s.io/v1", "metadata": metadata, "rules": [rule]],
      [
        "kind": "RoleBinding", "apiVersion": "rbac.authorization.k8s.io/v1", "metadata": metadata,
        "subjects": [["kind": "ServiceAccount", "name": "ai-sre-agent", "namespace": "shop"]],
        "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": .string(name)],
      ],
    ]
  }

  /// The scenes of 07, whose pods show only after their eviction.
  enum Stage { case front, recovered, pending, sick, sickAlwaysAllowed, fresh, freshObserved, never }

  static func stage(_ stage: Stage) -> [JSONValue] {
    switch stage {
    case .front: [pod("front-846699c49f-4n5tn", uid: "94ba400c-3877-4ca1-9349-01c890ce9f71"), pod("front-846699c49f-5t5hg")]
    case .recovered: [pod("front-846699c49f-5t5hg"), budget("front", allowed: 1, current: 4, desired: 3)]
    case .pending: [pod("wide", phase: "Pending", node: nil), budget("wide", allowed: 0, current: 0, desired: 1)]
    case .sick: [pod("sick-fd7b8969c-2qz9k", ready: "False"), budget("sick", allowed: 0, current: 0, desired: 2)]
    case .sickAlwaysAllowed:
      [
        pod("sick-fd7b8969c-2qz9k", ready: "False"),
        budget("sick", allowed: 0, current: 0, desired: 2, policy: "AlwaysAllow"),
      ]
    case .fresh: [pod("fresh-5474c58f58-6pz4t"), budget("fresh", allowed: 1, current: 2, desired: 1, observed: 0)]
    case .freshObserved: [pod("fresh-5474c58f58-6pz4t"), budget("fresh", allowed: 1, current: 2, desired: 1)]
    case .never: [pod("single-5cfd8478fd-v56b4"), budget("single", allowed: 0, current: 1, desired: 1)]
    }
  }

  private static func pod(
    _ name: String, uid: String? = nil, phase: String = "Running", node: String? = "fake-node-1", ready: String = "True"
  ) -> JSONValue {
    let app = name.split(separator: "-").first.map(String.init) ?? name
    var spec: JSONValue = ["containers": [], "terminationGracePeriodSeconds": 30]
    spec["nodeName"] = node.map(JSONValue.string)
    return [
      "kind": "Pod", "apiVersion": "v1",
      "metadata": [
        "name": .string(name), "namespace": "shop", "uid": .string(uid ?? name), "generation": 1,
        "labels": ["app": .string(app)],
      ], "spec": spec,
      "status": ["phase": .string(phase), "conditions": [["type": "Ready", "status": .string(ready)]]],
    ]
  }

  private static func budget(
    _ app: String, allowed: Int64, current: Int64, desired: Int64, observed: Int64 = 1, policy: String? = nil
  ) -> JSONValue {
    var spec: JSONValue = ["minAvailable": .integer(desired), "selector": ["matchLabels": ["app": .string(app)]]]
    spec["unhealthyPodEvictionPolicy"] = policy.map(JSONValue.string)
    return [
      "kind": "PodDisruptionBudget", "apiVersion": "policy/v1",
      "metadata": ["name": .string(app), "namespace": "shop", "uid": .string("pdb-\(app)"), "generation": 1], "spec": spec,
      "status": [
        "observedGeneration": .integer(observed), "disruptionsAllowed": .integer(allowed), "currentHealthy": .integer(current),
        "desiredHealthy": .integer(desired), "expectedPods": 2,
      ],
    ]
  }
}
