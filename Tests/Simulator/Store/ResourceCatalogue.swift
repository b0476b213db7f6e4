/// All resource types that the simulator serves. A kind without a controller is kept as it was written.
enum ResourceCatalogue {
  static let namespaces = ResourceType(
    group: "", version: "v1", plural: "namespaces", kind: "Namespace", namespaced: false, shortNames: ["ns"], hasStatus: true,
    verbs: ["create", "delete", "get", "list", "patch", "update", "watch"])
  static let nodes = ResourceType(
    group: "", version: "v1", plural: "nodes", kind: "Node", namespaced: false, shortNames: ["no"], hasStatus: true)
  static let pods = ResourceType(
    group: "", version: "v1", plural: "pods", kind: "Pod", namespaced: true, shortNames: ["po"], categories: ["all"],
    generation: .spec, hasStatus: true)
  static let events = ResourceType(
    group: "", version: "v1", plural: "events", kind: "Event", namespaced: true, shortNames: ["ev"], isCached: false)
  static let eventsV1 = ResourceType(
    group: "events.k8s.io", version: "v1", plural: "events", kind: "Event", namespaced: true, shortNames: ["ev"], isCached: false)
  static let configMaps = ResourceType(
    group: "", version: "v1", plural: "configmaps", kind: "ConfigMap", namespaced: true, shortNames: ["cm"])
  static let secrets = ResourceType(group: "", version: "v1", plural: "secrets", kind: "Secret", namespaced: true)
  static let services = ResourceType(
    group: "", version: "v1", plural: "services", kind: "Service", namespaced: true, shortNames: ["svc"], categories: ["all"],
    hasStatus: true)
  static let serviceAccounts = ResourceType(
    group: "", version: "v1", plural: "serviceaccounts", kind: "ServiceAccount", namespaced: true, shortNames: ["sa"])
  static let deployments = ResourceType(
    group: "apps", version: "v1", plural: "deployments", kind: "Deployment", namespaced: true, shortNames: ["deploy"],
    categories: ["all"], generation: .specAndAnnotations, hasStatus: true, hasScale: true)
  static let replicaSets = ResourceType(
    group: "apps", version: "v1", plural: "replicasets", kind: "ReplicaSet", namespaced: true, shortNames: ["rs"],
    categories: ["all"], generation: .spec, hasStatus: true, hasScale: true)
  static let claims = ResourceType(
    group: "", version: "v1", plural: "persistentvolumeclaims", kind: "PersistentVolumeClaim", namespaced: true,
    shortNames: ["pvc"], hasStatus: true)
  static let quotas = ResourceType(
    group: "", version: "v1", plural: "resourcequotas", kind: "ResourceQuota", namespaced: true, shortNames: ["quota"],
    hasStatus: true)
  static let controllerRevisions = ResourceType(
    group: "apps", version: "v1", plural: "controllerrevisions", kind: "ControllerRevision", namespaced: true)
  static let daemonSets = ResourceType(
    group: "apps", version: "v1", plural: "daemonsets", kind: "DaemonSet", namespaced: true, shortNames: ["ds"],
    categories: ["all"], generation: .spec, hasStatus: true)
  static let statefulSets = ResourceType(
    group: "apps", version: "v1", plural: "statefulsets", kind: "StatefulSet", namespaced: true, shortNames: ["sts"],
    categories: ["all"], generation: .spec, hasStatus: true, hasScale: true)
  static let autoscalers = ResourceType(
    group: "autoscaling", version: "v2", plural: "horizontalpodautoscalers", kind: "HorizontalPodAutoscaler", namespaced: true,
    shortNames: ["hpa"], categories: ["all"], hasStatus: true)
  static let cronJobs = ResourceType(
    group: "batch", version: "v1", plural: "cronjobs", kind: "CronJob", namespaced: true, shortNames: ["cj"],
    categories: ["all"], generation: .spec, hasStatus: true)
  static let jobs = ResourceType(
    group: "batch", version: "v1", plural: "jobs", kind: "Job", namespaced: true, categories: ["all"], generation: .spec,
    hasStatus: true)
  static let budgets = ResourceType(
    group: "policy", version: "v1", plural: "poddisruptionbudgets", kind: "PodDisruptionBudget", namespaced: true,
    shortNames: ["pdb"], generation: .spec, hasStatus: true)
  static let endpointSlices = ResourceType(
    group: "discovery.k8s.io", version: "v1", plural: "endpointslices", kind: "EndpointSlice", namespaced: true,
    generation: .spec)
  static let endpoints = ResourceType(
    group: "", version: "v1", plural: "endpoints", kind: "Endpoints", namespaced: true, shortNames: ["ep"])
  static let volumes = ResourceType(
    group: "", version: "v1", plural: "persistentvolumes", kind: "PersistentVolume", namespaced: false, shortNames: ["pv"],
    hasStatus: true)
  static let storageClasses = ResourceType(
    group: "storage.k8s.io", version: "v1", plural: "storageclasses", kind: "StorageClass", namespaced: false, shortNames: ["sc"])
  static let podMetrics = ResourceType(
    group: "metrics.k8s.io", version: "v1beta1", plural: "pods", kind: "PodMetrics", namespaced: true, verbs: ["get", "list"],
    isCached: false)
  static let nodeMetrics = ResourceType(
    group: "metrics.k8s.io", version: "v1beta1", plural: "nodes", kind: "NodeMetrics", namespaced: false, verbs: ["get", "list"],
    isCached: false)
  static let componentStatuses = ResourceType(
    group: "", version: "v1", plural: "componentstatuses", kind: "ComponentStatus", namespaced: false, shortNames: ["cs"],
    verbs: ["get", "list"], isCached: false)
  static let admissionPolicies = ResourceType(
    group: "admissionregistration.k8s.io", version: "v1", plural: "validatingadmissionpolicies",
    kind: "ValidatingAdmissionPolicy", namespaced: false, categories: ["api-extensions"], generation: .spec, hasStatus: true)
  static let admissionPolicyBindings = ResourceType(
    group: "admissionregistration.k8s.io", version: "v1", plural: "validatingadmissionpolicybindings",
    kind: "ValidatingAdmissionPolicyBinding", namespaced: false, categories: ["api-extensions"], generation: .spec)
  static let leases = ResourceType(
    group: "coordination.k8s.io", version: "v1", plural: "leases", kind: "Lease", namespaced: true)
  static let roles = rbac("roles", "Role", namespaced: true)
  static let roleBindings = rbac("rolebindings", "RoleBinding", namespaced: true)
  static let clusterRoles = rbac("clusterroles", "ClusterRole", namespaced: false)
  static let clusterRoleBindings = rbac("clusterrolebindings", "ClusterRoleBinding", namespaced: false)

  /// Every type, in the order of discovery.
  static let all: [ResourceType] = [
    componentStatuses, configMaps, endpoints,
    events, namespaces, nodes,
    claims,
    pods,
    quotas,
    secrets, serviceAccounts, services, admissionPolicies, admissionPolicyBindings,
    controllerRevisions,
    daemonSets,
    deployments, replicaSets,
    statefulSets,
    eventsV1,
    autoscalers,
    cronJobs,
    jobs,
    ResourceType(
      group: "networking.k8s.io", version: "v1", plural: "networkpolicies", kind: "NetworkPolicy", namespaced: true,
      shortNames: ["netpol"], generation: .spec),
    budgets,
    clusterRoleBindings, clusterRoles, roleBindings, roles, leases,
    endpointSlices,
    volumes, storageClasses,
    ResourceType(
      group: "", version: "v1", plural: "limitranges", kind: "LimitRange", namespaced: true, shortNames: ["limits"]),
    ResourceType(
      group: "networking.k8s.io", version: "v1", plural: "ingresses", kind: "Ingress", namespaced: true, shortNames: ["ing"],
      generation: .spec, hasStatus: true),
    ResourceType(
      group: "scheduling.k8s.io", version: "v1", plural: "priorityclasses", kind: "PriorityClass", namespaced: false,
      shortNames: ["pc"]),
    nodeMetrics, podMetrics,
  ]

  /// Groups that have only virtual resources, besides those of ``all``.
  static let virtualGroups = ["authentication.k8s.io", "authorization.k8s.io"]

  private static let byPath: [String: ResourceType] = Dictionary(
    uniqueKeysWithValues: all.map { ("\($0.group)/\($0.version)/\($0.plural)", $0) })
  private static let byKind: [String: ResourceType] = Dictionary(
    uniqueKeysWithValues: all.map { ("\($0.apiVersion)/\($0.kind)", $0) })

  private static let byStorage: [String: ResourceType] = Dictionary(all.map { ($0.storage, $0) }) { first, _ in first }

  /// The type whose objects are kept there.
  static func type(storage: String) -> ResourceType? { byStorage[storage] }

  /// The type that a path names.
  static func type(group: String, version: String, plural: String) -> ResourceType? { byPath["\(group)/\(version)/\(plural)"] }

  /// The type of an object by its `apiVersion` and `kind`.
  static func type(apiVersion: String, kind: String) -> ResourceType? { byKind["\(apiVersion)/\(kind)"] }

  private static func rbac(_ plural: String, _ kind: String, namespaced: Bool) -> ResourceType {
    ResourceType(group: "rbac.authorization.k8s.io", version: "v1", plural: plural, kind: kind, namespaced: namespaced)
  }
}
