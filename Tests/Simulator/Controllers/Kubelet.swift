/// Runs pods on their nodes: drives each ``PodRuntime``, writes its status and events, and removes it at the end.
struct Kubelet: Controller {
  func observe(_ change: Change, _ world: inout World) {
    guard change.storage == ResourceCatalogue.pods.storage else { return }
    if change.kind == .deleted {
      world.runtimes[change.object.uid] = nil
      return
    }
    let wasBound = !(change.previous?[path: "spec", "nodeName"]?.string ?? "").isEmpty
    let isBound = !(change.object[path: "spec", "nodeName"]?.string ?? "").isEmpty
    guard isBound else { return }
    let startsTerminating =
      change.object.isBeingDeleted
      && change.previous?[path: "metadata", "deletionGracePeriodSeconds"]
        != change.object[path: "metadata", "deletionGracePeriodSeconds"]
    if !wasBound || startsTerminating { world.enqueue(.kubelet, change.key, after: world.timing.kubeletSync) }
  }

  func reconcile(_ key: ObjectKey, _ world: inout World) {
    guard let pod = world.store.object(ResourceCatalogue.pods, key) else { return }
    guard var runtime = world.runtimes[pod.uid] ?? begin(pod, &world) else { return }
    var actions: [PodAction] = []
    if pod.isBeingDeleted {
      let grace = Double(pod[path: "metadata", "deletionGracePeriodSeconds"]?.integer ?? 30)
      actions += runtime.stop(now: world.now, grace: grace)
    }
    if world.runtimes[pod.uid] == nil { actions.append(.writeStatus) }
    let (now, identity) = (world.now, FaultTable.Pod(pod, deployment: runtime.deployment))
    actions += runtime.step(now: now) { container in
      world.faults.plan(for: identity, container: container, spec: Self.spec(of: container.name, in: pod), world: world)
    }
    world.runtimes[pod.uid] = runtime
    perform(actions, of: runtime, pod, &world)
  }

  /// Does what a pod's step asks for and looks again when it is due.
  func perform(_ actions: [PodAction], of runtime: PodRuntime, _ pod: JSONValue, _ world: inout World) {
    for action in actions {
      if case .pastEvents(let kind, let reason, let message, let container, let count, let ago) = action {
        world.record(
          EventDraft(
            involved: ResourceCatalogue.pods.reference(to: pod, fieldPath: "spec.containers{\(container)}"), kind: kind,
            reason: reason, message: message, component: "kubelet", host: pod[path: "spec", "nodeName"]?.string),
          count: count, firstSecondsAgo: ago)
      }
      if case .event(let kind, let reason, let message, let container) = action {
        if reason == "Pulled" { remember(container, of: pod, &world) }
        world.record(
          EventDraft(
            involved: ResourceCatalogue.pods.reference(to: pod, fieldPath: container.map { "spec.containers{\($0)}" }),
            kind: kind, reason: reason, message: message, component: "kubelet",
            host: pod[path: "spec", "nodeName"]?.string))
      }
    }
    if actions.contains(.writeStatus) { writeStatus(of: runtime, &world) }
    if actions.contains(.remove) {
      remove(runtime.key, &world)
    } else if let next = runtime.nextStep {
      world.queue.add(.kubelet, runtime.key, due: max(next, world.now))
    }
  }

  private static func spec(of container: String, in pod: JSONValue) -> JSONValue {
    pod[path: "spec", "containers"]?.array?.first { $0["name"]?.string == container } ?? [:]
  }

  private func remember(_ container: String?, of pod: JSONValue, _ world: inout World) {
    guard let container, let node = pod[path: "spec", "nodeName"]?.string,
      let image = Self.spec(of: container, in: pod)["image"]?.string
    else { return }
    world.images[node, default: []].insert(image)
  }

  private func begin(_ pod: JSONValue, _ world: inout World) -> PodRuntime? {
    guard let nodeName = pod[path: "spec", "nodeName"]?.string, !nodeName.isEmpty else { return nil }
    let node = world.store.object(ResourceCatalogue.nodes, ObjectKey(namespace: "", name: nodeName))
    let hostIP = node?[path: "status", "addresses"]?.array?.first { $0["type"]?.string == "InternalIP" }?["address"]?.string
    world.allocatedPodIPs += 1
    let number = world.allocatedPodIPs
    let containers = (pod[path: "spec", "containers"]?.array ?? []).map { container in
      let name = container["name"]?.string ?? ""
      return ContainerRuntime(name: name, image: container["image"]?.string ?? "", identity: "\(pod.uid)/\(name)")
    }
    return PodRuntime(
      key: pod.objectKey, uid: pod.uid, deployment: deployment(of: pod, world),
      restartPolicy: pod[path: "spec", "restartPolicy"]?.string ?? "Always", containers: containers,
      podIP: "10.\(244 + number / 64_000).\(number / 250 % 256).\(number % 250 + 2)", hostIP: hostIP ?? "127.0.0.1",
      timing: world.timing, now: world.now)
  }

  private func deployment(of pod: JSONValue, _ world: World) -> String? {
    guard let owner = pod.controllingOwner, owner["kind"]?.string == "ReplicaSet", let name = owner["name"]?.string else {
      return nil
    }
    let set = world.store.object(ResourceCatalogue.replicaSets, ObjectKey(namespace: pod.namespace, name: name))
    return set?.controllingOwner?["name"]?.string
  }

  private func writeStatus(of runtime: PodRuntime, _ world: inout World) {
    let now = world.now
    world.update(ResourceCatalogue.pods, runtime.key) { pod in
      pod["status"] = runtime.status(of: pod, now: now)
      ManagedFields.noteStatus(of: &pod, manager: "kubelet", now: now)
    }
  }

  private func remove(_ key: ObjectKey, _ world: inout World) {
    guard let pod = world.store.object(ResourceCatalogue.pods, key) else { return }
    if pod[path: "metadata", "deletionGracePeriodSeconds"]?.integer != 0 {
      let now = world.now.rfc3339
      world.update(ResourceCatalogue.pods, key) { pod in
        pod["metadata"]?["deletionTimestamp"] = .string(now)
        pod["metadata"]?["deletionGracePeriodSeconds"] = 0
      }
    }
    if (pod[path: "metadata", "finalizers"]?.array ?? []).isEmpty { world.store.remove(ResourceCatalogue.pods, key) }
  }
}
