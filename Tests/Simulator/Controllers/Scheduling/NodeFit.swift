/// Whether a pod fits a node, in the words of the scheduler's filters (recordings, 12 cpu, selector, taint).
struct NodeFit {
  /// Why a node is out.
  struct Obstacle {
    let reasons: [String]
    /// Whether evicting other pods could help.
    let mayPreempt: Bool
  }

  let pod: JSONValue
  let spec: JSONValue
  private let cpu: Quantity
  private let memory: Quantity
  private let antiAffinity: [JSONValue]

  init(_ pod: JSONValue) {
    self.pod = pod
    spec = pod["spec"] ?? [:]
    cpu = PodResources.total("requests", "cpu", of: spec)
    memory = PodResources.total("requests", "memory", of: spec)
    antiAffinity = Self.antiAffinity(of: spec)
  }

  static func antiAffinity(of spec: JSONValue) -> [JSONValue] {
    guard let affinity = spec["affinity"] else { return [] }
    return affinity[path: "podAntiAffinity", "requiredDuringSchedulingIgnoredDuringExecution"]?.array ?? []
  }

  /// `nil` when the pod fits. The filters come in the order of the real scheduler; the first that refuses speaks.
  func obstacle(on node: JSONValue, _ world: World) -> Obstacle? {
    if node[path: "spec", "unschedulable"]?.bool == true, !Toleration.tolerates(spec, Self.unschedulable) {
      return Obstacle(reasons: ["node(s) were unschedulable"], mayPreempt: false)
    }
    let taints = (node[path: "spec", "taints"]?.array ?? []).filter { $0["effect"]?.string != "PreferNoSchedule" }
    if taints.contains(where: { !Toleration.tolerates(spec, $0) }) {
      return Obstacle(reasons: ["node(s) had untolerated taint(s)"], mayPreempt: false)
    }
    guard Self.matchesAffinity(spec, node) else {
      return Obstacle(reasons: ["node(s) didn't match Pod's node affinity/selector"], mayPreempt: false)
    }
    return resources(on: node, world) ?? neighbours(on: node, world)
  }

  private static let unschedulable: JSONValue = ["key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"]

  private func resources(on node: JSONValue, _ world: World) -> Obstacle? {
    let load = world.nodeLoads[node.name] ?? NodeLoad()
    let allocatable = node[path: "status", "allocatable"] ?? [:]
    var reasons: [String] = []
    var mayPreempt = true
    func check(_ name: String, _ wanted: Int64, _ used: Int64, _ words: String) {
      guard let all = Quantity(allocatable[name]), wanted > 0, used + wanted > all.milli else { return }
      reasons.append(words)
      if wanted > all.milli { mayPreempt = false }
    }
    check("pods", 1000, Int64(load.pods) * 1000, "Too many pods")
    check("cpu", cpu.milli, load.cpu, "Insufficient cpu")
    check("memory", memory.milli, load.memory, "Insufficient memory")
    return reasons.isEmpty ? nil : Obstacle(reasons: reasons, mayPreempt: mayPreempt)
  }

  private func neighbours(on node: JSONValue, _ world: World) -> Obstacle? {
    guard !antiAffinity.isEmpty || !world.podsWithAntiAffinity.isEmpty else { return nil }
    for term in antiAffinity where world.hasPod(matching: term, inTopologyOf: node, from: pod.namespace) {
      return Obstacle(reasons: ["node(s) didn't match pod anti-affinity rules"], mayPreempt: true)
    }
    for key in world.podsWithAntiAffinity {
      guard let other = world.store.object(ResourceCatalogue.pods, key), key != pod.objectKey,
        let place = other[path: "spec", "nodeName"]?.string,
        let otherNode = world.store.object(ResourceCatalogue.nodes, ObjectKey(namespace: "", name: place))
      else { continue }
      for term in Self.antiAffinity(of: other["spec"] ?? [:]) {
        guard Self.concerns(term, pod, from: other.namespace), let topology = term["topologyKey"]?.string,
          let value = otherNode.labels[topology], node.labels[topology] == value
        else { continue }
        return Obstacle(reasons: ["node(s) didn't satisfy existing pods anti-affinity rules"], mayPreempt: true)
      }
    }
    return nil
  }

  static func concerns(_ term: JSONValue, _ pod: JSONValue, from namespace: String) -> Bool {
    let namespaces = (term["namespaces"]?.array ?? []).compactMap(\.string)
    guard namespaces.isEmpty ? pod.namespace == namespace : namespaces.contains(pod.namespace) else { return false }
    return LabelSelector(workload: term["labelSelector"]).matches(pod)
  }

  /// `nodeSelector` and the required node affinity.
  static func matchesAffinity(_ spec: JSONValue, _ node: JSONValue) -> Bool {
    if let selector = spec["nodeSelector"]?.stringDictionary, !selector.isEmpty {
      let labels = node.labels
      guard selector.allSatisfy({ labels[$0.key] == $0.value }) else { return false }
    }
    guard let affinity = spec["affinity"],
      let terms = affinity[path: "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms"]?.array
    else { return true }
    return terms.contains { term in
      let labels = (term["matchExpressions"]?.array ?? []).allSatisfy { matches($0, node.labels[$0["key"]?.string ?? ""]) }
      let fields = (term["matchFields"]?.array ?? []).allSatisfy { matches($0, node.name) }
      return labels && fields && !((term["matchExpressions"] == nil) && (term["matchFields"] == nil))
    }
  }

  private static func matches(_ requirement: JSONValue, _ value: String?) -> Bool {
    let values = (requirement["values"]?.array ?? []).compactMap(\.string)
    switch requirement["operator"]?.string {
    case "In": return value.map(values.contains) ?? false
    case "NotIn": return value.map { !values.contains($0) } ?? true
    case "Exists": return value != nil
    case "DoesNotExist": return value == nil
    case "Gt": return (value.flatMap { Int($0) } ?? .min) > (values.first.flatMap { Int($0) } ?? .max)
    case "Lt": return (value.flatMap { Int($0) } ?? .max) < (values.first.flatMap { Int($0) } ?? .min)
    default: return false
    }
  }
}

/// What the pods on a node ask for.
struct NodeLoad: Sendable, Equatable {
  var pods = 0
  /// Thousandths of a core.
  var cpu: Int64 = 0
  /// Thousandths of a byte.
  var memory: Int64 = 0
}

extension World {
  /// Books a pod's requests on its node, or takes them off when it is gone or has ended.
  mutating func account(for change: Change) {
    let uid = change.object.uid
    let node = change.object[path: "spec", "nodeName"]?.string ?? ""
    let isThere = change.kind != .deleted && !node.isEmpty && change.object.isPodActive
    if let booked = bookings[uid] {
      guard !isThere else { return }
      bookings[uid] = nil
      nodeLoads[booked.node]?.pods -= 1
      nodeLoads[booked.node]?.cpu -= booked.cpu
      nodeLoads[booked.node]?.memory -= booked.memory
      podsWithAntiAffinity.remove(change.key)
    } else if isThere {
      let spec = change.object["spec"] ?? [:]
      let booking = Booking(
        node: node, cpu: PodResources.total("requests", "cpu", of: spec).milli,
        memory: PodResources.total("requests", "memory", of: spec).milli)
      bookings[uid] = booking
      nodeLoads[node, default: NodeLoad()].pods += 1
      nodeLoads[node]?.cpu += booking.cpu
      nodeLoads[node]?.memory += booking.memory
      if !NodeFit.antiAffinity(of: spec).isEmpty { podsWithAntiAffinity.insert(change.key) }
    }
  }

  /// Whether a pod that an anti-affinity term means runs in the node's zone, host or whatever the term says.
  func hasPod(matching term: JSONValue, inTopologyOf node: JSONValue, from namespace: String) -> Bool {
    guard let topology = term["topologyKey"]?.string, let value = node.labels[topology] else { return false }
    let listed = (term["namespaces"]?.array ?? []).compactMap(\.string)
    for place in listed.isEmpty ? [namespace] : listed {
      for pod in store.unorderedObjects(ResourceCatalogue.pods, namespace: place) {
        guard let name = pod[path: "spec", "nodeName"]?.string, pod.isPodActive, NodeFit.concerns(term, pod, from: namespace),
          let other = store.object(ResourceCatalogue.nodes, ObjectKey(namespace: "", name: name)), other.labels[topology] == value
        else { continue }
        return true
      }
    }
    return false
  }
}

/// A pod's requests on its node.
struct Booking: Sendable {
  let node: String
  let cpu: Int64
  let memory: Int64
}
