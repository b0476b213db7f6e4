/// The columns of the kinds that need no more than a few fields each (printers/internalversion).
extension TablePrinter {
  /// One kind's columns beside NAME, and its cells.
  struct Kind: Sendable {
    let columns: [Column]
    let cells: @Sendable (JSONValue, TablePrinter) -> [JSONValue]
  }

  static let kinds: [String: Kind] = [
    "statefulsets.apps": Kind(columns: plain("Ready", "Age") + wide("Containers", "Images")) { object, printer in
      [ready(object), printer.ageCell(object)] + printer.containers(object)
    },
    "daemonsets.apps": Kind(
      columns: numbers("Desired", "Current", "Ready", "Up-to-date", "Available") + plain("Node Selector", "Age")
        + wide("Containers", "Images", "Selector")
    ) { object, printer in
      let status = object["status"] ?? [:]
      let counts = [
        "desiredNumberScheduled", "currentNumberScheduled", "numberReady", "updatedNumberScheduled", "numberAvailable",
      ].map { status[$0] ?? 0 }
      let nodes = object[path: "spec", "template", "spec", "nodeSelector"]?.stringDictionary ?? [:]
      return counts + [.string(labels(nodes)), printer.ageCell(object)] + printer.containers(object) + [selector(object)]
    },
    "controllerrevisions.apps": Kind(columns: plain("Controller", "Revision", "Age")) { object, printer in
      let owner = object.controllingOwner
      let kind = (owner?["kind"]?.string ?? "").lowercased()
      return [
        .string(owner == nil ? "<none>" : "\(kind).apps/\(owner?["name"]?.string ?? "")"), object["revision"] ?? 0,
        printer.ageCell(object),
      ]
    },
    "jobs.batch": Kind(
      columns: plain("Status", "Completions", "Duration", "Age") + wide("Containers", "Images", "Selector")
    ) { object, printer in
      let wanted = object[path: "spec", "completions"]?.integer ?? 1
      let done = object[path: "status", "succeeded"]?.integer ?? 0
      return [
        .string(jobStatus(object)), .string("\(done)/\(wanted)"), .string(printer.duration(object)), printer.ageCell(object),
      ] + printer.containers(object) + [selector(object)]
    },
    "cronjobs.batch": Kind(
      columns: plain("Schedule", "Timezone", "Suspend") + numbers("Active") + plain("Last Schedule", "Age")
    ) { object, printer in
      let last = object[path: "status", "lastScheduleTime"]?.string.flatMap(Timestamp.init(rfc3339:))
      return [
        object[path: "spec", "schedule"] ?? "", object[path: "spec", "timeZone"] ?? "<none>",
        .string(object[path: "spec", "suspend"]?.bool == true ? "True" : "False"),
        .integer(Int64(object[path: "status", "active"]?.array?.count ?? 0)),
        .string(last.map(printer.age) ?? "<none>"), printer.ageCell(object),
      ]
    },
    "poddisruptionbudgets.policy": Kind(
      columns: plain("Min Available", "Max Unavailable") + numbers("Allowed Disruptions") + plain("Age")
    ) { object, printer in
      func limit(_ member: String) -> JSONValue { .string(object[path: "spec", member].map(scalar) ?? "N/A") }
      return [
        limit("minAvailable"), limit("maxUnavailable"), object[path: "status", "disruptionsAllowed"] ?? 0,
        printer.ageCell(object),
      ]
    },
    "horizontalpodautoscalers.autoscaling": Kind(
      columns: plain("Reference", "Targets", "MinPods", "MaxPods", "Replicas", "Age")
    ) { object, printer in
      let target = object[path: "spec", "scaleTargetRef"] ?? [:]
      return [
        .string("\(target["kind"]?.string ?? "")/\(target["name"]?.string ?? "")"), .string(autoscalerTargets(object)),
        .string(object[path: "spec", "minReplicas"].map(scalar) ?? "<unset>"), object[path: "spec", "maxReplicas"] ?? 0,
        object[path: "status", "currentReplicas"] ?? 0, printer.ageCell(object),
      ]
    },
    "endpoints": Kind(columns: plain("Endpoints", "Age")) { object, printer in
      let places = (object["subsets"]?.array ?? []).flatMap { subset in
        (subset["addresses"]?.array ?? []).flatMap { address in
          (subset["ports"]?.array ?? []).map { "\(address["ip"]?.string ?? ""):\($0["port"]?.integer ?? 0)" }
        }
      }
      return [.string(shortened(places)), printer.ageCell(object)]
    },
    "endpointslices.discovery.k8s.io": Kind(columns: plain("AddressType", "Ports", "Endpoints", "Age")) { object, printer in
      let ports = (object["ports"]?.array ?? []).compactMap { $0["port"].map(scalar) }
      let addresses = (object["endpoints"]?.array ?? []).flatMap { ($0["addresses"]?.array ?? []).compactMap(\.string) }
      return [
        object["addressType"] ?? "", .string(ports.isEmpty ? "<unset>" : ports.joined(separator: ",")),
        .string(shortened(addresses)), printer.ageCell(object),
      ]
    },
    "persistentvolumeclaims": Kind(
      columns: plain("Status", "Volume", "Capacity", "Access Modes", "StorageClass", "VolumeAttributesClass", "Age")
        + wide("VolumeMode")
    ) { object, printer in
      let modes = (object[path: "status", "accessModes"]?.array ?? []).compactMap(\.string).map(accessMode)
      return [
        object[path: "status", "phase"] ?? "", object[path: "spec", "volumeName"] ?? "",
        object[path: "status", "capacity", "storage"] ?? "", .string(modes.joined(separator: ",")),
        object[path: "spec", "storageClassName"] ?? "", "<unset>", printer.ageCell(object),
        object[path: "spec", "volumeMode"] ?? "Filesystem",
      ]
    },
    "resourcequotas": Kind(columns: plain("Request", "Limit", "Age")) { object, printer in
      let hard = object[path: "status", "hard"]?.stringDictionary ?? [:]
      let used = object[path: "status", "used"]?.stringDictionary ?? [:]
      func text(_ isLimit: Bool) -> JSONValue {
        let names = hard.keys.filter { $0.hasPrefix("limits.") == isLimit }.sorted()
        return .string(names.map { "\($0): \(used[$0] ?? "0")/\(hard[$0] ?? "0")" }.joined(separator: ", "))
      }
      return [text(false), text(true), printer.ageCell(object)]
    },
    "networkpolicies.networking.k8s.io": Kind(columns: plain("Pod-Selector", "Age")) { object, printer in
      let chosen = object[path: "spec", "podSelector", "matchLabels"]?.stringDictionary ?? [:]
      return [.string(labels(chosen)), printer.ageCell(object)]
    },
    "rolebindings.rbac.authorization.k8s.io": Kind(
      columns: plain("Role", "Age") + wide("Users", "Groups", "ServiceAccounts"), cells: binding),
    "clusterrolebindings.rbac.authorization.k8s.io": Kind(
      columns: plain("Role", "Age") + wide("Users", "Groups", "ServiceAccounts"), cells: binding),
    "roles.rbac.authorization.k8s.io": Kind(columns: plain("Created At")) { object, _ in
      [object[path: "metadata", "creationTimestamp"] ?? ""]
    },
    "clusterroles.rbac.authorization.k8s.io": Kind(columns: plain("Created At")) { object, _ in
      [object[path: "metadata", "creationTimestamp"] ?? ""]
    },
    "validatingadmissionpolicies.admissionregistration.k8s.io": Kind(
      columns: numbers("Validations") + plain("ParamKind", "Age")
    ) { object, printer in
      [.integer(Int64(object[path: "spec", "validations"]?.array?.count ?? 0)), "<unset>", printer.ageCell(object)]
    },
    "validatingadmissionpolicybindings.admissionregistration.k8s.io": Kind(
      columns: plain("PolicyName", "ParamRef", "Age")
    ) { object, printer in [object[path: "spec", "policyName"] ?? "", "<unset>", printer.ageCell(object)] },
    "componentstatuses": Kind(columns: plain("Status", "Message", "Error")) { object, _ in
      let condition = object["conditions"]?[0] ?? [:]
      let isHealthy = condition["status"]?.string == "True"
      return [
        .string(isHealthy ? "Healthy" : "Unhealthy"), condition["message"] ?? "", condition["error"] ?? "",
      ]
    },
  ]

  static func plain(_ names: String...) -> [Column] { names.map { Column(name: $0) } }
  static func wide(_ names: String...) -> [Column] { names.map { Column(name: $0, priority: 1) } }
  private static func numbers(_ names: String...) -> [Column] { names.map { Column(name: $0, type: "integer") } }

  func ageCell(_ object: JSONValue) -> JSONValue { .string(age(object.creation)) }

  func containers(_ workload: JSONValue) -> [JSONValue] {
    let containers = workload[path: "spec", "template", "spec", "containers"]?.array ?? []
    return ["name", "image"].map { member in
      .string(containers.compactMap { $0[member]?.string }.joined(separator: ","))
    }
  }

  static func labels(_ labels: [String: String]) -> String {
    labels.isEmpty ? "<none>" : labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
  }

  private static func selector(_ workload: JSONValue) -> JSONValue {
    .string(labels(workload[path: "spec", "selector", "matchLabels"]?.stringDictionary ?? [:]))
  }

  private static func ready(_ workload: JSONValue) -> JSONValue {
    .string(
      "\(workload[path: "status", "readyReplicas"]?.integer ?? 0)/\(workload[path: "spec", "replicas"]?.integer ?? 0)")
  }

  /// A number or percentage as text.
  private static func scalar(_ value: JSONValue) -> String { value.string ?? value.text }

  /// The first three, as `formatEndpoints` shows them.
  private static func shortened(_ list: [String]) -> String {
    guard !list.isEmpty else { return "<none>" }
    let rest = list.count > 3 ? " + \(list.count - 3) more..." : ""
    return list.prefix(3).joined(separator: ",") + rest
  }

  private static func accessMode(_ mode: String) -> String {
    ["ReadWriteOnce": "RWO", "ReadOnlyMany": "ROX", "ReadWriteMany": "RWX", "ReadWriteOncePod": "RWOP"][mode] ?? mode
  }

  private static func jobStatus(_ job: JSONValue) -> String {
    for (condition, text) in [("Complete", "Complete"), ("Failed", "Failed"), ("FailureTarget", "FailureTarget")]
    where job.condition(condition)?["status"]?.string == "True" { return text }
    if job.isBeingDeleted { return "Terminating" }
    return job.condition("Suspended")?["status"]?.string == "True" ? "Suspended" : "Running"
  }

  private func duration(_ job: JSONValue) -> String {
    func moment(_ member: String) -> Timestamp? { job[path: "status", member]?.string.flatMap(Timestamp.init(rfc3339:)) }
    guard let start = moment("startTime") else { return "" }
    return GoDuration.human(seconds: (moment("completionTime") ?? now) - start)
  }

  private static func autoscalerTargets(_ autoscaler: JSONValue) -> String {
    let metrics = autoscaler[path: "spec", "metrics"]?.array ?? []
    let current = autoscaler[path: "status", "currentMetrics"]?.array ?? []
    let texts = metrics.enumerated().map { index, metric -> String in
      let name = metric[path: "resource", "name"]?.string ?? "unknown"
      let target = metric[path: "resource", "target"] ?? [:]
      let present = index < current.count ? current[index][path: "resource", "current"] : nil
      if let wanted = target["averageUtilization"]?.integer {
        return "\(name): \(present?["averageUtilization"]?.integer.map { "\($0)%" } ?? "<unknown>")/\(wanted)%"
      }
      return "\(name): \(present?["averageValue"]?.string ?? "<unknown>")/\(target["averageValue"]?.string ?? "<auto>")"
    }
    return texts.isEmpty ? "<none>" : texts.joined(separator: ", ")
  }

  @Sendable private static func binding(_ object: JSONValue, _ printer: TablePrinter) -> [JSONValue] {
    func subjects(_ kind: String) -> JSONValue {
      let names = (object["subjects"]?.array ?? []).filter { $0["kind"]?.string == kind }.map { subject in
        let name = subject["name"]?.string ?? ""
        return kind == "ServiceAccount" ? "\(subject["namespace"]?.string ?? "")/\(name)" : name
      }
      return .string(names.joined(separator: ", "))
    }
    let role = object["roleRef"] ?? [:]
    return [
      .string("\(role["kind"]?.string ?? "")/\(role["name"]?.string ?? "")"), printer.ageCell(object), subjects("User"),
      subjects("Group"), subjects("ServiceAccount"),
    ]
  }
}
