/// What the API server adds to an object that somebody writes.
enum Defaults {
  /// Absent and `null` are the same to a server that decodes into types; kubectl sends `creationTimestamp: null` in templates.
  static func dropNulls(_ object: inout JSONValue) {
    for member in ["metadata", "spec", "data", "stringData", "rules", "subjects"] {
      if let value = object[member] { object[member] = withoutNulls(value) }
    }
  }

  private static func withoutNulls(_ value: JSONValue) -> JSONValue {
    switch value {
    case .object(let members):
      .object(JSONObject(members.compactMap { $0.value.isNull ? nil : ($0.key, withoutNulls($0.value)) }))
    case .array(let elements): .array(elements.map(withoutNulls))
    default: value
    }
  }

  static func apply(to object: inout JSONValue, type: ResourceType, world: inout World, isNew: Bool) {
    switch type {
    case ResourceCatalogue.pods: if isNew { PodDefaults.apply(to: &object, suffix: world.nameSuffix()) }
    case ResourceCatalogue.deployments: deployment(&object)
    case ResourceCatalogue.replicaSets: workloadTemplate(&object, isNew: isNew)
    case ResourceCatalogue.namespaces: namespace(&object, isNew: isNew)
    case ResourceCatalogue.services: service(&object, &world)
    case ResourceCatalogue.autoscalers: autoscaler(&object)
    case ResourceCatalogue.admissionPolicies: AdmissionPolicy.applyDefaults(to: &object)
    case ResourceCatalogue.secrets: object.setDefault("type", "Opaque")
    case ResourceCatalogue.jobs: JobDefaults.apply(to: &object)
    case ResourceCatalogue.cronJobs: JobDefaults.applyCron(to: &object)
    case ResourceCatalogue.statefulSets, ResourceCatalogue.daemonSets: WorkloadDefaults.apply(to: &object, type: type)
    case ResourceCatalogue.claims: if isNew { ClaimDefaults.apply(to: &object, world) }
    default:
      if type.group == "apps", type.hasScale { workloadTemplate(&object, isNew: isNew) }
    }
    if isNew, type.hasStatus, object["status"] == nil || type == ResourceCatalogue.deployments { initialStatus(&object, type) }
  }

  private static func initialStatus(_ object: inout JSONValue, _ type: ResourceType) {
    switch type {
    case ResourceCatalogue.nodes: break
    case ResourceCatalogue.autoscalers: object["status"] = ["desiredReplicas": 0, "currentMetrics": .null]
    case ResourceCatalogue.replicaSets: object["status"] = ["replicas": 0]
    case ResourceCatalogue.services: object["status"] = ["loadBalancer": [:]]
    default: object["status"] = [:]
    }
  }

  private static func autoscaler(_ object: inout JSONValue) {
    guard object["spec"]?.object != nil else { return }
    object["spec"]?.setDefault("minReplicas", 1)
    let metric: JSONValue = [
      "type": "Resource", "resource": ["name": "cpu", "target": ["type": "Utilization", "averageUtilization": 80]],
    ]
    if (object[path: "spec", "metrics"]?.array ?? []).isEmpty { object["spec"]?["metrics"] = [metric] }
  }

  private static func workloadTemplate(_ object: inout JSONValue, isNew: Bool) {
    var spec = object["spec"] ?? [:]
    spec.setDefault("replicas", 1)
    if var template = spec["template"], template.object != nil {
      var podSpec = template["spec"] ?? [:]
      PodDefaults.applyTemplate(&podSpec)
      template["spec"] = podSpec
      spec["template"] = template
    }
    object["spec"] = spec
  }

  private static func deployment(_ object: inout JSONValue) {
    guard object["spec"]?.object != nil else { return }
    workloadTemplate(&object, isNew: true)
    var spec = object["spec"] ?? [:]
    var strategy = spec["strategy"] ?? [:]
    strategy.setDefault("type", "RollingUpdate")
    if strategy["type"]?.string == "RollingUpdate" {
      var rolling = strategy["rollingUpdate"] ?? [:]
      rolling.setDefault("maxUnavailable", "25%")
      rolling.setDefault("maxSurge", "25%")
      strategy["rollingUpdate"] = rolling
    }
    spec["strategy"] = strategy
    spec.setDefault("revisionHistoryLimit", 10)
    spec.setDefault("progressDeadlineSeconds", 600)
    object["spec"] = spec
  }

  private static func namespace(_ object: inout JSONValue, isNew: Bool) {
    var labels = object[path: "metadata", "labels"] ?? [:]
    labels["kubernetes.io/metadata.name"] = .string(object.name)
    object["metadata"]?["labels"] = labels
    guard isNew else { return }
    object["spec"] = ["finalizers": ["kubernetes"]]
    object["status"] = ["phase": "Active"]
  }

  private static func service(_ object: inout JSONValue, _ world: inout World) {
    var spec = object["spec"] ?? [:]
    spec.setDefault("type", "ClusterIP")
    spec.setDefault("sessionAffinity", "None")
    spec.setDefault("internalTrafficPolicy", "Cluster")
    spec.setDefault("ipFamilies", ["IPv4"])
    spec.setDefault("ipFamilyPolicy", "SingleStack")
    if spec["clusterIP"] == nil, spec["type"]?.string != "ExternalName" {
      world.allocatedClusterIPs += 1
      spec["clusterIP"] = .string("10.96.\(world.allocatedClusterIPs / 250).\(world.allocatedClusterIPs % 250 + 2)")
    }
    if let address = spec["clusterIP"] { spec.setDefault("clusterIPs", [address]) }
    spec["ports"] = spec["ports"]?.array.map { ports in
      .array(
        ports.map { port in
          var port = port
          port.setDefault("protocol", "TCP")
          if let number = port["port"] { port.setDefault("targetPort", number) }
          return port
        })
    }
    object["spec"] = spec
  }
}
