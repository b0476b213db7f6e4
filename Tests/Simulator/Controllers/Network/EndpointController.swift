/// Keeps the EndpointSlice and the Endpoints of every Service with a selector (endpointslice/reconciler.go,
/// endpoint/endpoints_controller.go).
struct EndpointController: Controller {
  static let watched: Watched = .storages([ResourceCatalogue.services, ResourceCatalogue.pods])

  func observe(_ change: Change, _ world: inout World) {
    if change.storage == ResourceCatalogue.services.storage {
      world.enqueue(.endpoints, change.key, after: world.timing.controllerDelay)
      return
    }
    guard world.store.hasObjects(ResourceCatalogue.services, namespace: change.key.namespace), Self.matters(change) else {
      return
    }
    for service in world.store.unorderedObjects(ResourceCatalogue.services, namespace: change.key.namespace) {
      let selector = service[path: "spec", "selector"]?.stringDictionary ?? [:]
      guard !selector.isEmpty else { continue }
      let matches = [change.object, change.previous].compactMap { $0 }.contains { pod in
        let labels = pod.labels
        return selector.allSatisfy { labels[$0.key] == $0.value }
      }
      if matches { world.enqueue(.endpoints, service.objectKey, after: world.timing.controllerDelay) }
    }
  }

  private static func matters(_ change: Change) -> Bool {
    guard change.kind == .modified, let before = change.previous else { return true }
    return before[path: "status", "podIP"] != change.object[path: "status", "podIP"]
      || before.isPodReady != change.object.isPodReady || before.isBeingDeleted != change.object.isBeingDeleted
      || before.isPodActive != change.object.isPodActive
      || before[path: "metadata", "labels"] != change.object[path: "metadata", "labels"]
  }

  func reconcile(_ key: ObjectKey, _ world: inout World) {
    guard let service = world.store.object(ResourceCatalogue.services, key) else {
      return world.deleteIfThere(ResourceCatalogue.endpoints, key)
    }
    let selector = service[path: "spec", "selector"]?.stringDictionary ?? [:]
    guard !selector.isEmpty, service[path: "spec", "type"]?.string != "ExternalName" else { return }
    let pods = world.store.objects(ResourceCatalogue.pods, namespace: key.namespace).map(\.value).filter { pod in
      guard pod[path: "status", "podIP"]?.string != nil, pod.isPodActive else { return false }
      let labels = pod.labels
      return selector.allSatisfy { labels[$0.key] == $0.value }
    }
    writeSlice(of: service, pods, &world)
    writeEndpoints(of: service, pods, &world)
  }

  private static func target(_ pod: JSONValue) -> JSONValue {
    ["kind": "Pod", "namespace": .string(pod.namespace), "name": .string(pod.name), "uid": .string(pod.uid)]
  }

  /// A Service's ports as a pod serves them: the target's number, by name if it has one.
  private static func ports(of service: JSONValue, _ pods: [JSONValue]) -> [JSONValue] {
    (service[path: "spec", "ports"]?.array ?? []).map { port in
      var number = port["targetPort"] ?? port["port"] ?? 80
      if let name = number.string {
        let named = pods.lazy.flatMap { $0[path: "spec", "containers"]?.array ?? [] }
          .flatMap { $0["ports"]?.array ?? [] }.first { $0["name"]?.string == name }
        number = named?["containerPort"] ?? port["port"] ?? 80
      }
      return ["name": port["name"] ?? "", "protocol": port["protocol"] ?? "TCP", "port": number]
    }
  }

  private func writeSlice(of service: JSONValue, _ pods: [JSONValue], _ world: inout World) {
    let nodes = world.store.objects(ResourceCatalogue.nodes)
    let zones = Dictionary(uniqueKeysWithValues: nodes.map { ($0.key.name, $0.value.labels["topology.kubernetes.io/zone"]) })
    let endpoints = pods.map { pod -> JSONValue in
      let isReady = pod.isPodReady
      var endpoint: JSONValue = [
        "addresses": [pod[path: "status", "podIP"] ?? ""],
        "conditions": [
          "ready": .bool(isReady && !pod.isBeingDeleted), "serving": .bool(isReady), "terminating": .bool(pod.isBeingDeleted),
        ],
        "targetRef": Self.target(pod),
      ]
      endpoint["nodeName"] = pod[path: "spec", "nodeName"]
      if let zone = zones[pod[path: "spec", "nodeName"]?.string ?? ""] ?? nil { endpoint["zone"] = .string(zone) }
      return endpoint
    }
    let shown: JSONValue = endpoints.isEmpty ? .null : .array(endpoints)
    let ports = JSONValue.array(Self.ports(of: service, pods))
    let stamp = world.now.rfc3339
    if let slice = world.store.objects(ResourceCatalogue.endpointSlices, ownedBy: service.uid).first {
      guard slice.value["endpoints"] != shown || slice.value["ports"] != ports else { return }
      world.update(ResourceCatalogue.endpointSlices, slice.key) { slice in
        slice["endpoints"] = shown
        slice["ports"] = ports
        World.raiseGeneration(&slice)
        slice["metadata"]?["annotations"] = ["endpoints.kubernetes.io/last-change-trigger-time": .string(stamp)]
      }
      return
    }
    let prefix = service.name + "-"
    let slice: JSONValue = [
      "kind": "EndpointSlice", "apiVersion": "discovery.k8s.io/v1",
      "metadata": world.newMetadata(
        name: prefix + world.nameSuffix(), generateName: prefix, namespace: service.namespace, generation: 1,
        labels: [
          "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
          "kubernetes.io/service-name": .string(service.name),
        ], annotations: ["endpoints.kubernetes.io/last-change-trigger-time": .string(stamp)],
        owner: (ResourceCatalogue.services, service)),
      "addressType": "IPv4", "endpoints": shown, "ports": ports,
    ]
    world.store.put(ResourceCatalogue.endpointSlices, slice.objectKey, slice)
  }

  private func writeEndpoints(of service: JSONValue, _ pods: [JSONValue], _ world: inout World) {
    func addresses(_ pods: [JSONValue]) -> JSONValue {
      .array(
        pods.map { pod in
          var address: JSONValue = ["ip": pod[path: "status", "podIP"] ?? ""]
          address["nodeName"] = pod[path: "spec", "nodeName"]
          address["targetRef"] = Self.target(pod)
          return address
        })
    }
    let alive = pods.filter { !$0.isBeingDeleted }
    let (ready, unready) = (alive.filter(\.isPodReady), alive.filter { !$0.isPodReady })
    var subset: JSONValue = [:]
    if !ready.isEmpty { subset["addresses"] = addresses(ready) }
    if !unready.isEmpty { subset["notReadyAddresses"] = addresses(unready) }
    subset["ports"] = .array(Self.ports(of: service, pods))
    let subsets: JSONValue? = alive.isEmpty ? nil : [subset]
    let key = service.objectKey
    if world.store.object(ResourceCatalogue.endpoints, key) != nil {
      return world.update(ResourceCatalogue.endpoints, key) { $0["subsets"] = subsets }
    }
    var endpoints: JSONValue = [
      "kind": "Endpoints", "apiVersion": "v1",
      "metadata": world.newMetadata(
        name: service.name, namespace: service.namespace, generation: nil,
        labels: ["endpoints.kubernetes.io/managed-by": "endpoint-controller"], annotations: nil, owner: nil),
    ]
    endpoints["subsets"] = subsets
    world.store.put(ResourceCatalogue.endpoints, key, endpoints)
  }
}

extension World {
  mutating func deleteIfThere(_ type: ResourceType, _ key: ObjectKey) {
    if store.object(type, key) != nil { delete(type, key, graceSeconds: nil) }
  }
}
