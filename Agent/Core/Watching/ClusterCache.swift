import Wire

/// Nodes and namespaces of the whole cluster, with counts of their pods. Only a cluster agent has any. Pure.
struct ClusterCache: Sendable {
  private struct Count: Sendable {
    var pods = 0
    var notReady = 0
  }

  private(set) var nodes: [String: CachedNode] = [:]
  private(set) var namespaces: [String: CachedNamespace] = [:]
  private var pods: [String: CachedPlacement] = [:]
  /// By name.
  private var onNode: [String: Count] = [:]
  private var inNamespace: [String: Count] = [:]
  private var uids = (nodes: [String: String](), namespaces: [String: String]())

  mutating func replace(nodes listed: [CachedNode]) -> InventoryChange {
    var change = InventoryChange()
    let present = Set(listed.map(\.uid))
    for uid in nodes.keys where !present.contains(uid) { change.merge(removeNode(uid)) }
    for node in listed { change.merge(apply(node)) }
    return change
  }

  mutating func apply(_ node: CachedNode) -> InventoryChange {
    uids.nodes[node.name] = node.uid
    return nodes.updateValue(node, forKey: node.uid) == node ? InventoryChange() : InventoryChange(touched: [node.uid])
  }

  mutating func removeNode(_ uid: String) -> InventoryChange {
    guard let node = nodes.removeValue(forKey: uid) else { return InventoryChange() }
    if uids.nodes[node.name] == uid { uids.nodes[node.name] = nil }
    return InventoryChange(removed: [uid])
  }

  mutating func replace(namespaces listed: [CachedNamespace]) -> InventoryChange {
    var change = InventoryChange()
    let present = Set(listed.map(\.uid))
    for uid in namespaces.keys where !present.contains(uid) { change.merge(removeNamespace(uid)) }
    for namespace in listed { change.merge(apply(namespace)) }
    return change
  }

  mutating func apply(_ namespace: CachedNamespace) -> InventoryChange {
    uids.namespaces[namespace.name] = namespace.uid
    let isSame = namespaces.updateValue(namespace, forKey: namespace.uid) == namespace
    return isSame ? InventoryChange() : InventoryChange(touched: [namespace.uid])
  }

  mutating func removeNamespace(_ uid: String) -> InventoryChange {
    guard let namespace = namespaces.removeValue(forKey: uid) else { return InventoryChange() }
    if uids.namespaces[namespace.name] == uid { uids.namespaces[namespace.name] = nil }
    return InventoryChange(removed: [uid])
  }
}

extension ClusterCache {
  mutating func replace(pods listed: [CachedPlacement]) -> InventoryChange {
    var change = InventoryChange()
    let present = Set(listed.map(\.uid))
    for uid in pods.keys where !present.contains(uid) { change.merge(removePod(uid)) }
    for pod in listed { change.merge(apply(pod)) }
    return change
  }

  mutating func apply(_ pod: CachedPlacement) -> InventoryChange {
    let before = pods.updateValue(pod, forKey: pod.uid)
    guard before != pod else { return InventoryChange() }
    var change = before.map { count($0, by: -1) } ?? InventoryChange()
    change.merge(count(pod, by: 1))
    return change
  }

  mutating func removePod(_ uid: String) -> InventoryChange {
    pods.removeValue(forKey: uid).map { count($0, by: -1) } ?? InventoryChange()
  }

  /// A pod that is over holds no place on its node and is neither ready nor not.
  private mutating func count(_ pod: CachedPlacement, by step: Int) -> InventoryChange {
    guard !pod.isOver else { return InventoryChange() }
    var touched: Set<String> = []
    for (path, name, uid) in [
      (\Self.onNode, pod.node, pod.node.flatMap { uids.nodes[$0] }),
      (\Self.inNamespace, pod.namespace, uids.namespaces[pod.namespace]),
    ] {
      guard let name else { continue }
      self[keyPath: path][name, default: Count()].pods += step
      if !pod.ready { self[keyPath: path][name, default: Count()].notReady += step }
      if self[keyPath: path][name]?.pods == 0 { self[keyPath: path][name] = nil }
      if let uid { touched.insert(uid) }
    }
    return InventoryChange(touched: touched)
  }

  func summary(ofNode uid: String) -> NodeSummary? {
    nodes[uid].map {
      NodeSummary(
        name: $0.name, uid: $0.uid, ready: $0.ready, unschedulable: $0.unschedulable, pods: onNode[$0.name]?.pods ?? 0)
    }
  }

  func summary(ofNamespace uid: String) -> NamespaceSummary? {
    namespaces[uid].map {
      let count = inNamespace[$0.name] ?? Count()
      return NamespaceSummary(name: $0.name, uid: $0.uid, phase: $0.phase, pods: count.pods, notReadyPods: count.notReady)
    }
  }
}
