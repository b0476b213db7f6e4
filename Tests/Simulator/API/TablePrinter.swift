/// The columns and cells of a Table, as `kubectl get` shows them (recordings, 02, 12; printers/internalversion).
struct TablePrinter: Sendable {
  struct Column: Sendable {
    let name: String
    var type = "string"
    var format = ""
    /// 0 is always shown, 1 with `-o wide`.
    var priority = 0

    var definition: JSONValue {
      [
        "name": .string(name), "type": .string(type), "format": .string(format), "description": .string(name),
        "priority": .integer(Int64(priority)),
      ]
    }
  }

  let type: ResourceType
  let now: Timestamp

  var columns: [Column] {
    let name = Column(name: "Name", format: "name")
    switch type {
    case ResourceCatalogue.pods:
      return [name] + Self.plain("Ready", "Status", "Restarts", "Age")
        + Self.wide("IP", "Node", "Nominated Node", "Readiness Gates")
    case ResourceCatalogue.deployments:
      return [name] + Self.plain("Ready", "Up-to-date", "Available", "Age") + Self.wide("Containers", "Images", "Selector")
    case ResourceCatalogue.replicaSets:
      return [name]
        + ["Desired", "Current", "Ready"].map { Column(name: $0, type: "integer") } + Self.plain("Age")
        + Self.wide("Containers", "Images", "Selector")
    case ResourceCatalogue.events, ResourceCatalogue.eventsV1:
      return Self.plain("Last Seen", "Type", "Reason", "Object") + Self.wide("Subobject", "Source") + Self.plain("Message")
        + Self.wide("First Seen") + [Column(name: "Count", type: "integer", priority: 1)]
        + [Column(name: "Name", format: "name", priority: 1)]
    case ResourceCatalogue.namespaces: return [name] + Self.plain("Status", "Age")
    case ResourceCatalogue.nodes:
      return [name] + Self.plain("Status", "Roles", "Age", "Version")
        + Self.wide("Internal-IP", "External-IP", "OS-Image", "Kernel-Version", "Container-Runtime")
    case ResourceCatalogue.configMaps: return [name] + Self.plain("Data", "Age")
    case ResourceCatalogue.secrets: return [name] + Self.plain("Type", "Data", "Age")
    case ResourceCatalogue.serviceAccounts: return [name] + Self.plain("Secrets", "Age")
    case ResourceCatalogue.services:
      return [name] + Self.plain("Type", "Cluster-IP", "External-IP", "Port(s)", "Age") + Self.wide("Selector")
    case ResourceCatalogue.leases: return [name] + Self.plain("Holder", "Age")
    default: return [name] + (Self.kinds[type.qualifiedName]?.columns ?? Self.plain("Age"))
    }
  }

  func cells(_ object: JSONValue) -> [JSONValue] {
    let age = JSONValue.string(self.age(object.creation))
    let name = JSONValue.string(object.name)
    switch type {
    case ResourceCatalogue.pods: return pod(object)
    case ResourceCatalogue.deployments: return deployment(object)
    case ResourceCatalogue.replicaSets:
      let status = object["status"] ?? [:]
      return [
        name, object[path: "spec", "replicas"] ?? 0, status["replicas"] ?? 0, status["readyReplicas"] ?? 0, age,
      ] + template(object)
    case ResourceCatalogue.events, ResourceCatalogue.eventsV1: return event(object)
    case ResourceCatalogue.namespaces: return [name, object[path: "status", "phase"] ?? "", age]
    case ResourceCatalogue.nodes: return node(object)
    case ResourceCatalogue.configMaps:
      return [name, .integer(Int64((object["data"]?.object?.count ?? 0) + (object["binaryData"]?.object?.count ?? 0))), age]
    case ResourceCatalogue.secrets:
      return [name, object["type"] ?? "", .integer(Int64(object["data"]?.object?.count ?? 0)), age]
    case ResourceCatalogue.serviceAccounts: return [name, .integer(Int64(object["secrets"]?.array?.count ?? 0)), age]
    case ResourceCatalogue.services: return service(object)
    case ResourceCatalogue.leases: return [name, object[path: "spec", "holderIdentity"] ?? "", age]
    default: return [name] + (Self.kinds[type.qualifiedName]?.cells(object, self) ?? [age])
    }
  }

  func age(_ moment: Timestamp?) -> String {
    guard let moment, moment.nanoseconds > 0 else { return "<unknown>" }
    return GoDuration.human(seconds: now - moment)
  }

  private func pod(_ pod: JSONValue) -> [JSONValue] {
    let statuses = pod[path: "status", "containerStatuses"]?.array ?? []
    let total = pod[path: "spec", "containers"]?.array?.count ?? 0
    let ready = statuses.filter { $0["ready"]?.bool == true }.count
    let restarts = statuses.reduce(0) { $0 + ($1["restartCount"]?.integer ?? 0) }
    let lastRestart = statuses.compactMap {
      $0[path: "lastState", "terminated", "finishedAt"]?.string.flatMap(Timestamp.init(rfc3339:))
    }.max()
    var restartText = String(restarts)
    if restarts > 0, let lastRestart { restartText += " (\(age(lastRestart)) ago)" }
    return [
      .string(pod.name), .string("\(ready)/\(total)"), .string(podStatus(pod, statuses)), .string(restartText),
      .string(age(pod.creation)), pod[path: "status", "podIP"] ?? "<none>", pod[path: "spec", "nodeName"] ?? "<none>",
      "<none>", "<none>",
    ]
  }

  /// The word under STATUS, which no field of the pod holds.
  private func podStatus(_ pod: JSONValue, _ statuses: [JSONValue]) -> String {
    var reason = pod[path: "status", "reason"]?.string ?? pod[path: "status", "phase"]?.string ?? "Unknown"
    if pod.condition("PodScheduled")?["reason"]?.string == "SchedulingGated" { reason = "SchedulingGated" }
    if let initial = initStatus(pod) { return initial }
    var hasRunning = false
    for status in statuses.reversed() {
      if let waiting = status[path: "state", "waiting", "reason"]?.string, !waiting.isEmpty {
        reason = waiting
      } else if let terminated = status[path: "state", "terminated"] {
        let code = terminated["exitCode"]?.integer ?? 0
        reason = terminated["reason"]?.string ?? "ExitCode:\(code)"
      } else if status["ready"]?.bool == true, status[path: "state", "running"] != nil {
        hasRunning = true
      }
    }
    if reason == "Completed", hasRunning { reason = pod.condition("Ready")?["status"]?.string == "True" ? "Running" : "NotReady" }
    guard pod.isBeingDeleted else { return reason }
    let phase = pod[path: "status", "phase"]?.string
    return phase == "Succeeded" || phase == "Failed" ? reason : "Terminating"
  }

  /// `Init:…` while an init container has not ended well.
  private func initStatus(_ pod: JSONValue) -> String? {
    let statuses = pod[path: "status", "initContainerStatuses"]?.array ?? []
    for (index, status) in statuses.enumerated() {
      if let terminated = status[path: "state", "terminated"] {
        let code = terminated["exitCode"]?.integer ?? 0
        if code == 0 { continue }
        return "Init:" + (terminated["reason"]?.string ?? "ExitCode:\(code)")
      }
      if let reason = status[path: "state", "waiting", "reason"]?.string, !reason.isEmpty, reason != "PodInitializing" {
        return "Init:\(reason)"
      }
      return "Init:\(index)/\(statuses.count)"
    }
    return nil
  }

  private func deployment(_ deployment: JSONValue) -> [JSONValue] {
    let status = deployment["status"] ?? [:]
    return [
      .string(deployment.name),
      .string("\(status["readyReplicas"]?.integer ?? 0)/\(deployment[path: "spec", "replicas"]?.integer ?? 0)"),
      status["updatedReplicas"] ?? 0, status["availableReplicas"] ?? 0, .string(age(deployment.creation)),
    ] + template(deployment)
  }

  private func template(_ workload: JSONValue) -> [JSONValue] {
    containers(workload) + [.string(Self.labels(workload[path: "spec", "selector", "matchLabels"]?.stringDictionary ?? [:]))]
  }

  private func event(_ event: JSONValue) -> [JSONValue] {
    func moment(_ member: String) -> Timestamp? { event[member]?.string.flatMap(Timestamp.init(rfc3339:)) }
    let first = moment("firstTimestamp") ?? moment("eventTime")
    let last = moment("lastTimestamp") ?? first
    let involved = event["involvedObject"] ?? [:]
    let kind = involved["kind"]?.string?.lowercased() ?? ""
    let source = [
      event[path: "source", "component"]?.string ?? event["reportingComponent"]?.string, event[path: "source", "host"]?.string,
    ]
    .compactMap { $0 }.joined(separator: ", ")
    let message = (event["message"]?.string ?? "").split(separator: "\n").joined(separator: " ")
    return [
      .string(age(last)), event["type"] ?? "", event["reason"] ?? "", .string("\(kind)/\(involved["name"]?.string ?? "")"),
      involved["fieldPath"] ?? "", .string(source), .string(message), .string(age(first)), event["count"] ?? 1,
      .string(event.name),
    ]
  }

  private func node(_ node: JSONValue) -> [JSONValue] {
    var status = node.condition("Ready")?["status"]?.string == "True" ? "Ready" : "NotReady"
    if node[path: "spec", "unschedulable"]?.bool == true { status += ",SchedulingDisabled" }
    let prefix = "node-role.kubernetes.io/"
    let roles = node.labels.keys.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }.sorted()
    let info = node[path: "status", "nodeInfo"] ?? [:]
    let addresses = node[path: "status", "addresses"]?.array ?? []
    func address(_ type: String) -> JSONValue { addresses.first { $0["type"]?.string == type }?["address"] ?? "<none>" }
    return [
      .string(node.name), .string(status), .string(roles.isEmpty ? "<none>" : roles.joined(separator: ",")),
      .string(age(node.creation)), info["kubeletVersion"] ?? "", address("InternalIP"), address("ExternalIP"),
      info["osImage"] ?? "",
      .string("\(info["kernelVersion"]?.string ?? "") (\(info["architecture"]?.string ?? ""))"),
      info["containerRuntimeVersion"] ?? "",
    ]
  }

  private func service(_ service: JSONValue) -> [JSONValue] {
    let spec = service["spec"] ?? [:]
    let ports = (spec["ports"]?.array ?? []).map { port in
      let node = port["nodePort"]?.integer.map { ":\($0)" } ?? ""
      return "\(port["port"]?.integer ?? 0)\(node)/\(port["protocol"]?.string ?? "TCP")"
    }
    return [
      .string(service.name), spec["type"] ?? "", spec["clusterIP"] ?? "<none>", "<none>",
      .string(ports.isEmpty ? "<none>" : ports.joined(separator: ",")), .string(age(service.creation)),
      .string(Self.labels(spec["selector"]?.stringDictionary ?? [:])),
    ]
  }
}
