/// Keeps numbered pods, one after the other (statefulset/stateful_set_control.go).
struct StatefulSetController: Controller {
  static let watched: Watched = .storages([ResourceCatalogue.statefulSets, ResourceCatalogue.pods])

  func observe(_ change: Change, _ world: inout World) {
    if change.storage == ResourceCatalogue.statefulSets.storage {
      if change.kind != .deleted { world.enqueue(.statefulSet, change.key, after: world.timing.controllerDelay) }
    } else if let owner = change.object.controllingOwner, owner["kind"]?.string == "StatefulSet" {
      let key = ObjectKey(namespace: change.key.namespace, name: owner["name"]?.string ?? "")
      world.enqueue(.statefulSet, key, after: world.timing.controllerDelay)
    }
  }

  func reconcile(_ key: ObjectKey, _ world: inout World) {
    guard let set = world.store.object(ResourceCatalogue.statefulSets, key), !set.isBeingDeleted else { return }
    var step = StatefulSetStep(owner: set, world: &world)
    step.run(&world)
    step.writeStatus(&world)
  }
}

/// One look at one StatefulSet.
private struct StatefulSetStep {
  let owner: JSONValue
  let current: JSONValue
  let update: JSONValue
  private let history: RevisionHistory
  /// By ordinal.
  private var pods: [Int: JSONValue]
  private let minReady: Double
  private let now: Timestamp

  init(owner: JSONValue, world: inout World) {
    self.owner = owner
    now = world.now
    minReady = Double(owner[path: "spec", "minReadySeconds"]?.integer ?? 0)
    var history = RevisionHistory(
      type: ResourceCatalogue.statefulSets, owner: owner, hashLabel: "controller.kubernetes.io/hash",
      annotations: owner[path: "metadata", "annotations"], world: world)
    update = history.update(&world)
    let name = owner[path: "status", "currentRevision"]?.string
    current = history.revisions.first { $0.name == name } ?? update
    self.history = history
    pods = [:]
    for pod in world.store.objects(ResourceCatalogue.pods, ownedBy: owner.uid).map(\.value) {
      if let ordinal = Self.ordinal(pod, owner.name) { pods[ordinal] = pod }
    }
  }

  private static func ordinal(_ pod: JSONValue, _ owner: String) -> Int? {
    guard pod.name.hasPrefix(owner + "-") else { return nil }
    return Int(pod.name.dropFirst(owner.count + 1))
  }

  private var replicas: Int { owner[path: "spec", "replicas"]?.integer ?? 1 }
  private var start: Int { owner[path: "spec", "ordinals", "start"]?.integer ?? 0 }
  private var ordinals: Range<Int> { start..<start + max(0, replicas) }
  private var isOrdered: Bool { owner[path: "spec", "podManagementPolicy"]?.string != "Parallel" }
  private var partition: Int { owner[path: "spec", "updateStrategy", "rollingUpdate", "partition"]?.integer ?? 0 }

  private func isHealthy(_ pod: JSONValue?) -> Bool {
    guard let pod, !pod.isBeingDeleted, pod[path: "status", "phase"]?.string == "Running" else { return false }
    return pod.availableAt(minReadySeconds: minReady).map { $0 <= now } ?? false
  }

  mutating func run(_ world: inout World) {
    scheduleAvailability(&world)
    for ordinal in ordinals {
      guard advance(ordinal, &world) || !isOrdered else { return }
    }
    let condemned = pods.keys.filter { !ordinals.contains($0) }.sorted(by: >)
    for ordinal in condemned {
      guard condemn(ordinal, &world) || !isOrdered else { return }
    }
    if owner[path: "spec", "updateStrategy", "type"]?.string != "OnDelete" { roll(&world) }
  }

  private func scheduleAvailability(_ world: inout World) {
    for pod in pods.values {
      guard let moment = pod.availableAt(minReadySeconds: minReady), moment > now else { continue }
      world.queue.add(.statefulSet, owner.objectKey, due: moment)
    }
  }

  /// Brings one ordinal on; `false` when the ones behind it have to wait.
  private mutating func advance(_ ordinal: Int, _ world: inout World) -> Bool {
    guard let pod = pods[ordinal] else {
      create(ordinal, &world)
      return false
    }
    if pod.isBeingDeleted { return false }
    if !pod.isPodActive {
      delete(pod, &world)
      return false
    }
    return isHealthy(pod)
  }

  private func condemn(_ ordinal: Int, _ world: inout World) -> Bool {
    guard let pod = pods[ordinal], !pod.isBeingDeleted else { return false }
    delete(pod, &world)
    return false
  }

  /// From the highest ordinal down to the partition, each one when the one before it is well.
  private func roll(_ world: inout World) {
    for ordinal in ordinals.reversed() where ordinal >= partition {
      guard let pod = pods[ordinal] else { return }
      if revision(of: pod) != update.name, !pod.isBeingDeleted {
        delete(pod, &world)
        return
      }
      guard isHealthy(pod) else { return }
    }
  }

  private func revision(of pod: JSONValue) -> String? { pod.labels["controller-revision-hash"] }

  private mutating func create(_ ordinal: Int, _ world: inout World) {
    let revision = ordinal < partition ? current : update
    let name = "\(owner.name)-\(ordinal)"
    guard createClaims(ordinal, name, &world) else { return }
    let order = PodOrder(
      type: ResourceCatalogue.statefulSets, owner: owner, template: RevisionHistory.template(of: revision), name: name,
      labels: [
        ("apps.kubernetes.io/pod-index", String(ordinal)), ("controller-revision-hash", revision.name),
        ("statefulset.kubernetes.io/pod-name", name),
      ])
    do throws(CreationRefusal) {
      pods[ordinal] = try world.createPod(order) { pod in
        pod["spec"]?["hostname"] = .string(name)
        if let service = owner[path: "spec", "serviceName"] { pod["spec"]?["subdomain"] = service }
        Self.mountClaims(of: owner, ordinal, in: &pod)
      }
      note(.normal, "SuccessfulCreate", "create Pod \(name) in StatefulSet \(owner.name) successful", &world)
      world.retries[owner.uid] = nil
    } catch {
      note(.warning, "FailedCreate", "create Pod \(name) in StatefulSet \(owner.name) failed error: \(error.message)", &world)
      world.retry(.statefulSet, owner)
    }
  }

  private func delete(_ pod: JSONValue, _ world: inout World) {
    world.delete(ResourceCatalogue.pods, pod.objectKey, graceSeconds: nil)
    note(.normal, "SuccessfulDelete", "delete Pod \(pod.name) in StatefulSet \(owner.name) successful", &world)
  }

  private func note(_ kind: EventDraft.Kind, _ reason: String, _ message: String, _ world: inout World) {
    world.record(kind, reason, message, about: owner, ResourceCatalogue.statefulSets, component: "statefulset-controller")
  }

  private var claimTemplates: [JSONValue] { owner[path: "spec", "volumeClaimTemplates"]?.array ?? [] }

  private func createClaims(_ ordinal: Int, _ pod: String, _ world: inout World) -> Bool {
    for template in claimTemplates {
      let name = "\(template.name)-\(owner.name)-\(ordinal)"
      let key = ObjectKey(namespace: owner.namespace, name: name)
      guard world.store.object(ResourceCatalogue.claims, key) == nil else { continue }
      var claim: JSONValue = [
        "kind": "PersistentVolumeClaim", "apiVersion": "v1",
        "metadata": world.newMetadata(
          name: name, namespace: owner.namespace, generation: nil, labels: owner[path: "spec", "selector", "matchLabels"],
          annotations: template[path: "metadata", "annotations"], owner: nil),
        "spec": template["spec"] ?? [:], "status": ["phase": "Pending"],
      ]
      ClaimDefaults.apply(to: &claim, world)
      if let message = QuotaAdmission.refusal(of: claim, type: ResourceCatalogue.claims, world) {
        let text = "persistentvolumeclaims \"\(name)\" is forbidden: \(message)"
        note(
          .warning, "FailedCreate",
          "create Claim \(name) for Pod \(pod) in StatefulSet \(owner.name) failed error: \(text)", &world)
        world.retry(.statefulSet, owner)
        return false
      }
      world.store.put(ResourceCatalogue.claims, key, claim)
      note(
        .normal, "SuccessfulCreate", "create Claim \(name) Pod \(pod) in StatefulSet \(owner.name) success", &world)
    }
    return true
  }

  private static func mountClaims(of owner: JSONValue, _ ordinal: Int, in pod: inout JSONValue) {
    let templates = owner[path: "spec", "volumeClaimTemplates"]?.array ?? []
    guard !templates.isEmpty else { return }
    let names = Set(templates.map(\.name))
    let others = (pod[path: "spec", "volumes"]?.array ?? []).filter { !names.contains($0["name"]?.string ?? "") }
    let mounted = templates.map { template -> JSONValue in
      [
        "name": .string(template.name),
        "persistentVolumeClaim": ["claimName": .string("\(template.name)-\(owner.name)-\(ordinal)")],
      ]
    }
    pod["spec"]?["volumes"] = .array(mounted + others)
  }

  func writeStatus(_ world: inout World) {
    let pods = world.store.objects(ResourceCatalogue.pods, ownedBy: owner.uid).map(\.value)
    let created = pods.filter { $0[path: "status", "phase"] != nil }
    let ready = created.filter { $0[path: "status", "phase"]?.string == "Running" && $0.isPodReady }
    let available = ready.filter { ($0.availableAt(minReadySeconds: minReady) ?? now) <= now }
    func count(_ revision: JSONValue) -> Int {
      created.filter { !$0.isBeingDeleted && self.revision(of: $0) == revision.name }.count
    }
    let updated = count(update)
    var currentRevision = current
    var currentCount = count(current)
    let isRolling = owner[path: "spec", "updateStrategy", "type"]?.string != "OnDelete"
    if isRolling, updated == max(0, replicas), ready.count == updated, created.count == updated {
      currentRevision = update
      currentCount = updated
    }
    var status: JSONValue = [
      "observedGeneration": .integer(Int64(owner.generation)), "replicas": .integer(Int64(created.count)),
    ]
    status.setCount("readyReplicas", ready.count)
    status.setCount("currentReplicas", currentCount)
    status.setCount("updatedReplicas", updated)
    status["currentRevision"] = .string(currentRevision.name)
    status["updateRevision"] = .string(update.name)
    status["collisionCount"] = owner[path: "status", "collisionCount"] ?? 0
    status["availableReplicas"] = .integer(Int64(available.count))
    world.update(ResourceCatalogue.statefulSets, owner.objectKey) { $0["status"] = status }
    let used = Set(pods.compactMap { revision(of: $0) }).union([currentRevision.name, update.name])
    history.trim(keeping: used, &world)
  }
}
