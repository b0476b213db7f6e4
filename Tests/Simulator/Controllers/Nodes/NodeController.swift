/// The life of nodes as the control plane sees it: heartbeats, taints, and what becomes of the pods of a node that is down or
/// gone (node_lifecycle_controller.go, taint_eviction.go, gc_controller.go; recordings, 08).
struct NodeController: Controller {
  static let watched: Watched = .storages([ResourceCatalogue.nodes])
  /// Silence after which a node's state is unknown (--node-monitor-grace-period).
  static let gracePeriod = 50.0
  /// How often the controller looks at nodes (--node-monitor-period).
  static let monitorPeriod = 5.0
  private static let unreachable = "node.kubernetes.io/unreachable"
  private static let notReady = "node.kubernetes.io/not-ready"

  func observe(_ change: Change, _ world: inout World) {
    if change.kind == .deleted {
      // The pod garbage collector looks every 20 s and waits 40 s before it believes that a node is gone.
      world.enqueue(.podGarbage, change.key, after: world.timing.orphanPatience)
      return
    }
    let wasDown = change.previous?.annotations[FaultAnnotation.node]
    if change.object.annotations[FaultAnnotation.node] != wasDown { world.enqueue(.nodeHealth, change.key, after: 0) }
    if change.previous == nil || change.previous?["spec"] != change.object["spec"]
      || change.previous?["status"]?["conditions"] != change.object["status"]?["conditions"]
    {
      world.enqueue(.node, change.key, after: world.timing.controllerDelay)
    }
  }

  /// Brings the taints in line with conditions and cordon, one step at a time.
  func reconcile(_ key: ObjectKey, _ world: inout World) {
    guard let node = world.store.object(ResourceCatalogue.nodes, key) else { return }
    let ready = node.condition("Ready")?["status"]?.string
    var wanted: [(key: String, effect: String)] = []
    if node[path: "spec", "unschedulable"]?.bool == true { wanted.append(("node.kubernetes.io/unschedulable", "NoSchedule")) }
    if ready == "Unknown" { wanted.append((Self.unreachable, "NoSchedule")) }
    if ready == "False" { wanted.append((Self.notReady, "NoSchedule")) }
    for (condition, taint) in [
      ("MemoryPressure", "memory-pressure"), ("DiskPressure", "disk-pressure"), ("PIDPressure", "pid-pressure"),
    ] where node.condition(condition)?["status"]?.string == "True" {
      wanted.append(("node.kubernetes.io/\(taint)", "NoSchedule"))
    }
    setTaints(wanted, key, &world)
    executeTaints(ready, key, &world)
    if let node = world.store.object(ResourceCatalogue.nodes, key) { TaintEviction.look(at: node, &world) }
  }

  private static let owned: Set<String> = [
    "node.kubernetes.io/unschedulable", unreachable, notReady, "node.kubernetes.io/memory-pressure",
    "node.kubernetes.io/disk-pressure", "node.kubernetes.io/pid-pressure",
  ]

  private func setTaints(_ wanted: [(key: String, effect: String)], _ key: ObjectKey, _ world: inout World) {
    let now = world.now.rfc3339
    world.update(ResourceCatalogue.nodes, key) { node in
      var taints = node[path: "spec", "taints"]?.array ?? []
      taints.removeAll { taint in
        taint["effect"]?.string == "NoSchedule" && Self.owned.contains(taint["key"]?.string ?? "")
          && !wanted.contains { $0.key == taint["key"]?.string }
      }
      for (key, effect) in wanted
      where !taints.contains(where: { $0["key"]?.string == key && $0["effect"]?.string == effect }) {
        taints.append(["key": .string(key), "effect": .string(effect), "timeAdded": .string(now)])
      }
      node["spec"]?["taints"] = taints.isEmpty ? nil : .array(taints)
    }
  }

  /// The NoExecute taint follows a moment later, and goes at the controller's next look.
  private func executeTaints(_ ready: String?, _ key: ObjectKey, _ world: inout World) {
    let wanted = ready == "Unknown" ? Self.unreachable : ready == "False" ? Self.notReady : nil
    let present = (world.store.object(ResourceCatalogue.nodes, key)?[path: "spec", "taints"]?.array ?? [])
      .filter { $0["effect"]?.string == "NoExecute" && [Self.unreachable, Self.notReady].contains($0["key"]?.string ?? "") }
      .compactMap { $0["key"]?.string }
    guard present != (wanted.map { [$0] } ?? []) else { return }
    world.enqueue(.nodeTaint, key, after: wanted == nil ? Self.monitorPeriod - 1.5 : 0.07)
  }
}

/// The delayed half of the taints.
struct NodeTaintController: Controller {
  static let watched: Watched = .storages([])

  func observe(_ change: Change, _ world: inout World) {}

  func reconcile(_ key: ObjectKey, _ world: inout World) {
    guard let node = world.store.object(ResourceCatalogue.nodes, key) else { return }
    let ready = node.condition("Ready")?["status"]?.string
    let wanted = ready == "Unknown" ? "unreachable" : ready == "False" ? "not-ready" : nil
    let now = world.now.rfc3339
    world.update(ResourceCatalogue.nodes, key) { node in
      var taints = (node[path: "spec", "taints"]?.array ?? []).filter { taint in
        let name = taint["key"]?.string ?? ""
        let isOurs = name == "node.kubernetes.io/unreachable" || name == "node.kubernetes.io/not-ready"
        return taint["effect"]?.string != "NoExecute" || !isOurs || name == wanted.map { "node.kubernetes.io/\($0)" }
      }
      if let wanted {
        let key = "node.kubernetes.io/\(wanted)"
        if !taints.contains(where: { $0["key"]?.string == key && $0["effect"]?.string == "NoExecute" }) {
          taints.append(["key": .string(key), "effect": "NoExecute", "timeAdded": .string(now)])
        }
      }
      node["spec"]?["taints"] = taints.isEmpty ? nil : .array(taints)
    }
  }
}
