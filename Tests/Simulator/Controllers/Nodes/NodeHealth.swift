/// What the kubelet of a node does: answers, is silent, or reports trouble. Steered by the annotation `fault.sim/node` of the
/// Node (recordings, 08): `down`, `notready`, `memorypressure`, `diskpressure`, `pidpressure`.
struct NodeHealth: Controller {
  static let watched: Watched = .storages([])
  static let statusUnknown = "NodeStatusUnknown"

  func observe(_ change: Change, _ world: inout World) {}

  func reconcile(_ key: ObjectKey, _ world: inout World) {
    guard let node = world.store.object(ResourceCatalogue.nodes, key) else {
      world.silentNodes[key.name] = nil
      return
    }
    let mode = node.annotations[FaultAnnotation.node] ?? ""
    if mode == "down" {
      if let since = world.silentNodes[key.name] {
        if world.now >= since + NodeController.gracePeriod { lose(key, &world) }
      } else {
        world.silentNodes[key.name] = world.now
        world.enqueue(.nodeHealth, key, after: NodeController.gracePeriod)
      }
    } else {
      let wasSilent = world.silentNodes.removeValue(forKey: key.name) != nil
      report(mode, key, wasSilent: wasSilent, &world)
    }
  }

  /// Nothing was heard for too long: every condition is Unknown, and no pod of the node counts as ready.
  private func lose(_ key: ObjectKey, _ world: inout World) {
    guard let node = world.store.object(ResourceCatalogue.nodes, key),
      node.condition("Ready")?["status"]?.string != "Unknown"
    else { return }
    let now = world.now.rfc3339
    world.update(ResourceCatalogue.nodes, key) { node in
      let conditions = (node[path: "status", "conditions"]?.array ?? []).map { condition in
        var condition = condition
        condition["status"] = "Unknown"
        condition["lastTransitionTime"] = .string(now)
        condition["reason"] = .string(Self.statusUnknown)
        condition["message"] = "Kubelet stopped posting node status."
        return condition
      }
      node["status"]?["conditions"] = .array(conditions)
    }
    noteNode(node, .normal, "NodeNotReady", "Node \(key.name) status is now: NodeNotReady", &world)
    for pod in world.pods(on: key.name) where pod.isPodReady { markUnready(pod, &world) }
  }

  private func markUnready(_ pod: JSONValue, _ world: inout World) {
    let now = world.now.rfc3339
    world.update(ResourceCatalogue.pods, pod.objectKey) { pod in
      let conditions = (pod[path: "status", "conditions"]?.array ?? []).map { condition in
        guard condition["type"]?.string == "Ready" else { return condition }
        var condition = condition
        condition["status"] = "False"
        condition["lastTransitionTime"] = .string(now)
        return condition
      }
      pod["status"]?["conditions"] = .array(conditions)
    }
    world.record(
      EventDraft(
        involved: ResourceCatalogue.pods.reference(to: pod), kind: .warning, reason: "NodeNotReady",
        message: "Node is not ready", component: "node-controller"))
  }

  private func noteNode(
    _ node: JSONValue, _ kind: EventDraft.Kind, _ reason: String, _ message: String, _ world: inout World
  ) {
    world.record(
      EventDraft(
        involved: ResourceCatalogue.nodes.reference(to: node).without("resourceVersion"), kind: kind, reason: reason,
        message: message, component: "node-controller"))
  }

  /// The kubelet posts its status: well, or with what the annotation says.
  private func report(_ mode: String, _ key: ObjectKey, wasSilent: Bool, _ world: inout World) {
    guard let node = world.store.object(ResourceCatalogue.nodes, key) else { return }
    let was = node.condition("Ready")?["status"]?.string
    let conditions = Self.conditions(of: node, mode: mode, now: world.now)
    world.update(ResourceCatalogue.nodes, key) { $0["status"]?["conditions"] = .array(conditions) }
    let isReady = mode != "notready"
    if was != (isReady ? "True" : "False") {
      let reason = isReady ? "NodeReady" : "NodeNotReady"
      let involved: JSONValue = [
        "kind": "Node", "name": .string(key.name), "uid": .string(key.name), "apiVersion": "v1",
      ]
      world.record(
        EventDraft(
          involved: involved, kind: .normal, reason: reason, message: "Node \(key.name) status is now: \(reason)",
          component: "kubelet", host: key.name))
      if !isReady { for pod in world.pods(on: key.name) where pod.isPodReady { markUnready(pod, &world) } }
    }
    guard wasSilent || isReady else { return }
    for pod in world.pods(on: key.name) {
      world.kubeletsToRefresh.insert(pod.uid)
      world.enqueue(.kubelet, pod.objectKey, after: world.timing.kubeletSync)
    }
  }

  private static func conditions(of node: JSONValue, mode: String, now: Timestamp) -> [JSONValue] {
    let healthy: [(String, String, String, String)] = [
      ("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
      ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
      ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
      ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
    ]
    let trouble: [String: (String, String, String, String)] = [
      "memorypressure": ("MemoryPressure", "True", "KubeletHasInsufficientMemory", "kubelet has insufficient memory available"),
      "diskpressure": ("DiskPressure", "True", "KubeletHasDiskPressure", "kubelet has disk pressure"),
      "pidpressure": ("PIDPressure", "True", "KubeletHasInsufficientPID", "kubelet has insufficient PID available"),
      "notready": ("Ready", "False", "KubeletNotReady", "container runtime is down, PLEG is not healthy"),
    ]
    return healthy.map { well in
      let (type, status, reason, message) = trouble[mode].flatMap { $0.0 == well.0 ? $0 : nil } ?? well
      let before = node.condition(type)
      let since = before?["status"]?.string == status ? before?["lastTransitionTime"] : nil
      return [
        "type": .string(type), "status": .string(status), "lastHeartbeatTime": .string(now.rfc3339),
        "lastTransitionTime": since ?? .string(now.rfc3339), "reason": .string(reason), "message": .string(message),
      ]
    }
  }
}

extension World {
  /// The pods bound to a node.
  func pods(on node: String) -> [JSONValue] {
    store.objects(ResourceCatalogue.pods).map(\.value).filter { $0[path: "spec", "nodeName"]?.string == node }
  }

  /// Whether the node's kubelet answers nobody.
  func isSilent(_ node: String) -> Bool { !silentNodes.isEmpty && silentNodes[node] != nil }
}

extension JSONValue {
  func without(_ member: String) -> JSONValue {
    var copy = self
    copy[member] = nil
    return copy
  }
}
