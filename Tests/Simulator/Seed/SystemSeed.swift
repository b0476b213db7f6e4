/// What every simulated cluster has: namespaces, nodes, roles and the account of the control plane.
enum SystemSeed {
  static func seeds(nodes: Int, age: Double) -> [Seed] {
    let objects =
      ["default", "kube-system", "kube-public", "kube-node-lease"].map(namespace)
      + (0..<nodes).map { NodeSeed.node(number: $0 + 1) } + [storageClass]
      + [namespace(BootstrapRoles.controlPlane.namespace), account(BootstrapRoles.controlPlane)]
      + BootstrapRoles.clusterRoles.flatMap { role in
        [
          ["kind": "ClusterRole", "apiVersion": rbac, "metadata": ["name": .string(role.name)], "rules": role.rules],
          [
            "kind": "ClusterRoleBinding", "apiVersion": rbac, "metadata": ["name": .string(role.name)],
            "subjects": role.subjects,
            "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": .string(role.name)],
          ],
        ]
      }
    return objects.map { Seed($0, age: age) }
  }

  /// The account, role and binding of an agent in a namespace; `*` is the cluster agent's.
  static func agent(namespace: String) -> [JSONValue] {
    guard namespace != "*" else { return clusterAgent }
    let metadata: JSONValue = ["name": .string(BootstrapRoles.agent), "namespace": .string(namespace)]
    return [
      account(ObjectKey(namespace: namespace, name: BootstrapRoles.agent)),
      ["kind": "Role", "apiVersion": rbac, "metadata": metadata, "rules": BootstrapRoles.agentRules],
      [
        "kind": "RoleBinding", "apiVersion": rbac, "metadata": metadata,
        "subjects": [
          ["kind": "ServiceAccount", "name": .string(BootstrapRoles.agent), "namespace": .string(namespace)]
        ],
        "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": .string(BootstrapRoles.agent)],
      ],
    ]
  }

  private static var clusterAgent: [JSONValue] {
    let key = BootstrapRoles.clusterAgent
    let atHome: JSONValue = ["name": .string(key.name), "namespace": .string(key.namespace)]
    let everywhere: JSONValue = ["name": .string(key.name)]
    let subjects: JSONValue = [["kind": "ServiceAccount", "name": .string(key.name), "namespace": .string(key.namespace)]]
    func reference(_ kind: String) -> JSONValue {
      ["apiGroup": "rbac.authorization.k8s.io", "kind": .string(kind), "name": .string(key.name)]
    }
    return [
      account(key),
      ["kind": "Role", "apiVersion": rbac, "metadata": atHome, "rules": BootstrapRoles.clusterAgentHomeRules],
      ["kind": "RoleBinding", "apiVersion": rbac, "metadata": atHome, "subjects": subjects, "roleRef": reference("Role")],
      ["kind": "ClusterRole", "apiVersion": rbac, "metadata": everywhere, "rules": BootstrapRoles.clusterAgentRules],
      [
        "kind": "ClusterRoleBinding", "apiVersion": rbac, "metadata": everywhere, "subjects": subjects,
        "roleRef": reference("ClusterRole"),
      ],
    ]
  }

  private static let storageClass: JSONValue = [
    "kind": "StorageClass", "apiVersion": "storage.k8s.io/v1",
    "metadata": ["name": "standard", "annotations": [ClaimController.defaultClassAnnotation: "true"]],
    "provisioner": "csi.sim", "reclaimPolicy": "Delete", "volumeBindingMode": "Immediate",
  ]

  private static let rbac = JSONValue.string("rbac.authorization.k8s.io/v1")

  private static func namespace(_ name: String) -> JSONValue {
    ["kind": "Namespace", "apiVersion": "v1", "metadata": ["name": .string(name)]]
  }

  private static func account(_ key: ObjectKey) -> JSONValue {
    [
      "kind": "ServiceAccount", "apiVersion": "v1",
      "metadata": ["name": .string(key.name), "namespace": .string(key.namespace)],
    ]
  }
}
