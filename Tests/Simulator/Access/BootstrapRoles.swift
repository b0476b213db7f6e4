/// The roles that are there from the start: those of every cluster that matter to a client, and those of this project.
enum BootstrapRoles {
  /// The namespace and name of the control plane's account.
  static let controlPlane = ObjectKey(namespace: "ai-sre", name: "sre-control-plane")
  /// The name of an agent's account in its namespace.
  static let agent = "ai-sre-agent"

  /// What an agent may do in its own namespace.
  static let agentRules: JSONValue = [
    rule(
      ["get", "list", "watch"], "",
      [
        "pods", "pods/log", "events", "services", "configmaps", "persistentvolumeclaims",
        "resourcequotas", "endpoints",
      ]),
    rule(["get"], "", ["namespaces"]),
    rule(["get", "list", "watch"], "events.k8s.io", ["events"]),
    rule(["get", "list", "watch"], "apps", ["deployments", "replicasets", "statefulsets", "daemonsets", "controllerrevisions"]),
    rule(["get", "list", "watch"], "batch", ["jobs", "cronjobs"]),
    rule(["get", "list", "watch"], "autoscaling", ["horizontalpodautoscalers"]),
    rule(["get", "list", "watch"], "policy", ["poddisruptionbudgets"]),
    rule(["get", "list", "watch"], "discovery.k8s.io", ["endpointslices"]),
    rule(["get", "list", "watch"], "networking.k8s.io", ["networkpolicies"]),
    rule(["get", "list", "watch"], "batch", ["jobs", "cronjobs"]),
    rule(["get", "list"], "metrics.k8s.io", ["pods"]),
    rule(["get", "list"], "external-secrets.io", ["externalsecrets"]),
    rule(["get", "list"], "cert-manager.io", ["certificates"]),
    rule(["get", "list"], "keda.sh", ["scaledobjects"]),
    rule(["get", "list"], "argoproj.io", ["applications", "rollouts"]),
    rule(["get", "list"], "kustomize.toolkit.fluxcd.io", ["kustomizations"]),
    rule(["get", "list"], "helm.toolkit.fluxcd.io", ["helmreleases"]),
    rule(["patch"], "apps", ["deployments", "statefulsets", "daemonsets"]),
    rule(["patch"], "autoscaling", ["horizontalpodautoscalers"]),
    rule(["get", "patch", "update"], "apps", ["deployments/scale"]),
    rule(["create"], "", ["pods/eviction"]),
    rule(["create"], "", ["configmaps"]),
    rule(["get", "update", "patch"], "", ["configmaps"], names: ["ai-sre-journal"]),
    // The guard is the team's: an agent that could write it could lift its own stop.
    rule(["get"], "", ["configmaps"], names: ["ai-sre-guard"]),
    rule(["create"], "coordination.k8s.io", ["leases"]),
    rule(["get", "update", "patch"], "coordination.k8s.io", ["leases"], names: ["ai-sre-agent"]),
  ]

  /// The account of the one cluster agent, in the control plane's namespace.
  static let clusterAgent = ObjectKey(namespace: controlPlane.namespace, name: "ai-sre-cluster-agent")

  /// What the cluster agent may do everywhere.
  static let clusterAgentRules: JSONValue = [
    rule(["get", "list", "watch", "patch"], "", ["nodes"]),
    rule(["get", "list", "watch"], "", ["namespaces", "pods", "events"]),
    rule(["get", "list"], "metrics.k8s.io", ["nodes"]),
    rule(["create"], "", ["pods/eviction"]),
  ]

  /// What the cluster agent may do at home.
  static let clusterAgentHomeRules: JSONValue = [
    rule(["create"], "", ["configmaps"]),
    rule(["get", "update"], "", ["configmaps"], names: ["ai-sre-journal"]),
    rule(["get"], "", ["configmaps"], names: ["ai-sre-guard"]),
  ]

  /// What the control plane may do: ask who somebody is and what they may.
  static let controlPlaneRules: JSONValue = [
    rule(["create"], "authentication.k8s.io", ["tokenreviews"]),
    rule(["create"], "authorization.k8s.io", ["subjectaccessreviews"]),
  ]

  /// ClusterRoles with their rules and the subjects they are bound to.
  static let clusterRoles: [(name: String, rules: JSONValue, subjects: JSONValue)] = [
    (
      "cluster-admin", [["apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]], ["nonResourceURLs": ["*"], "verbs": ["*"]]],
      [group("system:masters")]
    ),
    (
      "system:basic-user",
      [
        rule(["create"], "authorization.k8s.io", ["selfsubjectaccessreviews", "selfsubjectrulesreviews"]),
        rule(["create"], "authentication.k8s.io", ["selfsubjectreviews"]),
      ], [group("system:authenticated")]
    ),
    (
      "system:discovery",
      [
        urls([
          "/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz", "/version",
          "/version/",
        ])
      ],
      [group("system:authenticated")]
    ),
    (
      "system:service-account-issuer-discovery", [urls(["/.well-known/openid-configuration", "/openid/v1/jwks"])],
      [group("system:serviceaccounts")]
    ),
    (
      "system:public-info-viewer", [urls(["/healthz", "/livez", "/readyz", "/version", "/version/"])],
      [group("system:authenticated"), group("system:unauthenticated")]
    ),
    (
      "ai-sre-control-plane", controlPlaneRules,
      [["kind": "ServiceAccount", "name": .string(controlPlane.name), "namespace": .string(controlPlane.namespace)]]
    ),
  ]

  private static func rule(_ verbs: [String], _ group: String, _ resources: [String], names: [String] = []) -> JSONValue {
    var rule: JSONValue = [
      "verbs": .array(verbs.map(JSONValue.string)), "apiGroups": [.string(group)],
      "resources": .array(resources.map(JSONValue.string)),
    ]
    if !names.isEmpty { rule["resourceNames"] = .array(names.map(JSONValue.string)) }
    return rule
  }

  private static func urls(_ urls: [String]) -> JSONValue {
    ["verbs": ["get"], "nonResourceURLs": .array(urls.map(JSONValue.string))]
  }

  private static func group(_ name: String) -> JSONValue {
    ["kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": .string(name)]
  }
}
