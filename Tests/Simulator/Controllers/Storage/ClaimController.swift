/// Gives claims a volume (volume/persistentvolume/pv_controller.go), or says why not.
struct ClaimController: Controller {
  static let watched: Watched = .storages([
    ResourceCatalogue.claims, ResourceCatalogue.storageClasses, ResourceCatalogue.pods,
  ])
  static let defaultClassAnnotation = "storageclass.kubernetes.io/is-default-class"
  /// A claim without a volume is looked at again after so many seconds.
  private static let resync = 15.0

  func observe(_ change: Change, _ world: inout World) {
    if change.storage == ResourceCatalogue.claims.storage {
      if change.kind == .added { world.enqueue(.claim, change.key, after: world.timing.provisioning) }
      if change.kind == .modified, change.previous?.annotations != change.object.annotations {
        world.enqueue(.claim, change.key, after: world.timing.provisioning)
      }
      if change.kind == .deleted { release(change, &world) }
    } else if change.storage == ResourceCatalogue.storageClasses.storage {
      for (key, claim) in world.store.objects(ResourceCatalogue.claims) where claim[path: "spec", "volumeName"] == nil {
        world.enqueue(.claim, key, after: world.timing.provisioning)
      }
    } else if change.kind == .modified, change.previous?[path: "spec", "nodeName"] != change.object[path: "spec", "nodeName"] {
      for volume in change.object[path: "spec", "volumes"]?.array ?? [] {
        guard let name = volume[path: "persistentVolumeClaim", "claimName"]?.string else { continue }
        world.enqueue(.claim, ObjectKey(namespace: change.key.namespace, name: name), after: world.timing.provisioning)
      }
    }
  }

  private func release(_ change: Change, _ world: inout World) {
    guard let volume = change.object[path: "spec", "volumeName"]?.string else { return }
    world.delete(ResourceCatalogue.volumes, ObjectKey(namespace: "", name: volume), graceSeconds: nil)
  }

  /// Whether the claim's class binds it only when a pod that uses it has a node.
  static func waitsForConsumer(_ claim: JSONValue, _ world: World) -> Bool {
    guard let name = claim[path: "spec", "storageClassName"]?.string,
      let storage = world.store.object(ResourceCatalogue.storageClasses, ObjectKey(namespace: "", name: name))
    else { return false }
    return storage["volumeBindingMode"]?.string == "WaitForFirstConsumer"
  }

  func reconcile(_ key: ObjectKey, _ world: inout World) {
    guard let claim = world.store.object(ResourceCatalogue.claims, key), claim[path: "spec", "volumeName"] == nil else { return }
    guard let name = claim[path: "spec", "storageClassName"]?.string, !name.isEmpty else {
      return wait(
        claim, .normal, "FailedBinding", "no persistent volumes available for this claim and no storage class is set", &world)
    }
    guard let storage = world.store.object(ResourceCatalogue.storageClasses, ObjectKey(namespace: "", name: name)) else {
      return wait(claim, .warning, "ProvisioningFailed", "storageclass.storage.k8s.io \"\(name)\" not found", &world)
    }
    let provisioner = storage["provisioner"]?.string ?? "csi.sim"
    if FaultAnnotation.value("pending", claim) == "true" {
      return wait(
        claim, .normal, "ExternalProvisioning",
        "Waiting for a volume to be created either by the external provisioner '\(provisioner)' or manually by the system "
          + "administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.",
        &world)
    }
    if Self.waitsForConsumer(claim, world), !isUsed(claim, world) {
      return wait(claim, .normal, "WaitForFirstConsumer", "waiting for first consumer to be created before binding", &world)
    }
    bind(claim, provisioner, storage, &world)
  }

  private func isUsed(_ claim: JSONValue, _ world: World) -> Bool {
    world.store.unorderedObjects(ResourceCatalogue.pods, namespace: claim.namespace).contains { pod in
      !(pod[path: "spec", "nodeName"]?.string ?? "").isEmpty
        && (pod[path: "spec", "volumes"]?.array ?? []).contains {
          $0[path: "persistentVolumeClaim", "claimName"]?.string == claim.name
        }
    }
  }

  private func wait(
    _ claim: JSONValue, _ kind: EventDraft.Kind, _ reason: String, _ message: String, _ world: inout World
  ) {
    world.record(kind, reason, message, about: claim, ResourceCatalogue.claims, component: "persistentvolume-controller")
    // Nobody waits for the next look of a past that is only simulated.
    if world.pastUntil == nil { world.enqueue(.claim, claim.objectKey, after: Self.resync) }
  }

  private func bind(_ claim: JSONValue, _ provisioner: String, _ storage: JSONValue, _ world: inout World) {
    let name = "pvc-\(claim.uid)"
    let capacity: JSONValue = ["storage": claim[path: "spec", "resources", "requests", "storage"] ?? "1Gi"]
    var volume: JSONValue = [
      "kind": "PersistentVolume", "apiVersion": "v1",
      "metadata": world.newMetadata(
        name: name, namespace: "", generation: nil, labels: nil,
        annotations: ["pv.kubernetes.io/provisioned-by": .string(provisioner)], owner: nil),
      "spec": [
        "capacity": capacity, "csi": ["driver": .string(provisioner), "volumeHandle": .string("vol-\(claim.uid.prefix(8))")],
        "accessModes": claim[path: "spec", "accessModes"] ?? ["ReadWriteOnce"],
        "claimRef": [
          "kind": "PersistentVolumeClaim", "namespace": .string(claim.namespace), "name": .string(claim.name),
          "uid": .string(claim.uid), "apiVersion": "v1",
        ],
        "persistentVolumeReclaimPolicy": storage["reclaimPolicy"] ?? "Delete", "storageClassName": .string(storage.name),
        "volumeMode": claim[path: "spec", "volumeMode"] ?? "Filesystem",
      ],
    ]
    volume["status"] = ["phase": "Bound", "lastPhaseTransitionTime": .string(world.now.rfc3339)]
    world.store.put(ResourceCatalogue.volumes, volume.objectKey, volume)
    world.update(ResourceCatalogue.claims, claim.objectKey) { claim in
      var annotations = claim[path: "metadata", "annotations"] ?? [:]
      annotations["pv.kubernetes.io/bind-completed"] = "yes"
      annotations["pv.kubernetes.io/bound-by-controller"] = "yes"
      annotations["volume.kubernetes.io/storage-provisioner"] = .string(provisioner)
      claim["metadata"]?["annotations"] = annotations
      claim["spec"]?["volumeName"] = .string(name)
      claim["status"] = [
        "phase": "Bound", "accessModes": claim[path: "spec", "accessModes"] ?? ["ReadWriteOnce"], "capacity": capacity,
      ]
    }
    world.record(
      .normal, "ProvisioningSucceeded", "Successfully provisioned volume \(name)", about: claim, ResourceCatalogue.claims,
      component: provisioner)
  }
}

/// What the API server adds to a claim.
enum ClaimDefaults {
  static func apply(to claim: inout JSONValue, _ world: World) {
    guard var spec = claim["spec"], spec.object != nil else { return }
    spec.setDefault("volumeMode", "Filesystem")
    if spec["storageClassName"] == nil,
      let standard = world.store.objects(ResourceCatalogue.storageClasses).first(where: {
        $0.value.annotations[ClaimController.defaultClassAnnotation] == "true"
      })
    {
      spec["storageClassName"] = .string(standard.key.name)
    }
    claim["spec"] = spec
    claim["status"] = ["phase": "Pending"]
  }
}
