/// Runs pods on their nodes: drives each ``PodRuntime``, writes its status and events, and removes it at the end.
struct Kubelet: Controller {
  static let watched: Watched = .storages([ResourceCatalogue.pods])

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
    if let node = pod[path: "spec", "nodeName"]?.string, world.isSilent(node) { return }
    guard var runtime = world.runtimes[pod.uid] ?? begin(pod, &world) else { return }
    var actions: [PodAction] = []
    let identity = FaultTable.Pod(pod, workload: runtime.workload)
    if pod.isBeingDeleted {
      let grace = Double(pod[path: "metadata", "deletionGracePeriodSeconds"]?.integer ?? 30)
      actions += runtime.stop(now: world.now, grace: grace, manner: manner(of: pod, runtime, identity, world))
    }
    if world.runtimes[pod.uid] == nil || world.kubeletsToRefresh.remove(pod.uid) != nil { actions.append(.writeStatus) }
    let present = runtime
    actions += runtime.step(
      now: world.now, mountProblem: { world.mountProblem(of: pod, present) },
      plan: { container in
        world.plan(for: identity, of: present, container: container, spec: Self.spec(of: container.name, in: pod))
      })
    world.runtimes[pod.uid] = runtime
    perform(actions, of: runtime, pod, &world)
  }

  private func manner(of pod: JSONValue, _ runtime: PodRuntime, _ identity: FaultTable.Pod, _ world: World) -> StopManner {
    if runtime.annotated?.kind == .stuckTerminating || world.faults.isStuck(identity, now: world.now) { return .stuck }
    if FaultAnnotation.value("ignore-sigterm", pod) == "true" { return .ignores }
    return .obeys(seconds: FaultAnnotation.seconds("stop-seconds", pod) ?? world.timing.shutdown)
  }

  /// Does what a pod's step asks for and looks again when it is due.
  func perform(_ actions: [PodAction], of runtime: PodRuntime, _ pod: JSONValue, _ world: inout World) {
    for action in actions {
      if case .pastEvents(let kind, let reason, let message, let container, let count, let ago) = action {
        world.record(
          EventDraft(
            involved: ResourceCatalogue.pods.reference(to: pod, fieldPath: Self.path(of: container, in: pod)), kind: kind,
            reason: reason, message: message, component: "kubelet", host: pod[path: "spec", "nodeName"]?.string),
          count: count, firstSecondsAgo: ago)
      }
      if case .event(let kind, let reason, let message, let container) = action {
        if reason == "Pulled" { remember(container, of: pod, &world) }
        world.record(
          EventDraft(
            involved: ResourceCatalogue.pods.reference(to: pod, fieldPath: container.map { Self.path(of: $0, in: pod) }),
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
    for member in ["containers", "initContainers"] {
      if let spec = pod["spec"]?[member]?.array?.first(where: { $0["name"]?.string == container }) { return spec }
    }
    return [:]
  }

  private static func path(of container: String, in pod: JSONValue) -> String {
    let isMain = (pod[path: "spec", "containers"]?.array ?? []).contains { $0["name"]?.string == container }
    return "spec.\(isMain ? "containers" : "initContainers"){\(container)}"
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
    func runtimes(_ member: String, isInitial: Bool) -> [ContainerRuntime] {
      (pod["spec"]?[member]?.array ?? []).map { container in
        let name = container["name"]?.string ?? ""
        return ContainerRuntime(
          name: name, image: container["image"]?.string ?? "", isInitial: isInitial, identity: "\(pod.uid)/\(name)")
      }
    }
    var timing = world.timing
    timing.firstBackOff = FaultAnnotation.seconds("backoff-base", pod) ?? timing.firstBackOff
    timing.longestBackOff = FaultAnnotation.seconds("backoff-max", pod) ?? timing.longestBackOff
    return PodRuntime(
      key: pod.objectKey, uid: pod.uid, workload: world.workload(of: pod), annotated: world.annotatedFault(of: pod),
      restartPolicy: pod[path: "spec", "restartPolicy"]?.string ?? "Always",
      initial: runtimes("initContainers", isInitial: true), containers: runtimes("containers", isInitial: false),
      podIP: "10.\(244 + number / 64_000).\(number / 250 % 256).\(number % 250 + 2)", hostIP: hostIP ?? "127.0.0.1",
      timing: timing, now: world.now)
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
