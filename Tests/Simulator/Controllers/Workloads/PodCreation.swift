/// Why a pod could not be created.
struct CreationRefusal: Error {
  /// The API server's message: `pods "x" is forbidden: exceeded quota: …`.
  let message: String
}

/// How a controller makes one pod.
struct PodOrder {
  let type: ResourceType
  let owner: JSONValue
  let template: JSONValue
  /// The whole name, or `nil` for the owner's name and a random ending.
  var name: String?
  /// Labels beside those of the template.
  var labels: [(String, String)] = []
  var finalizers: [String] = []
}

extension World {
  /// Creates a pod of a workload, or says why the API server would not.
  mutating func createPod(
    _ order: PodOrder, adjust: (inout JSONValue) -> Void = { _ in }
  ) throws(CreationRefusal) -> JSONValue {
    let prefix = order.owner.name + "-"
    var labels = order.template[path: "metadata", "labels"] ?? [:]
    for (key, value) in order.labels { labels[key] = .string(value) }
    var pod: JSONValue = [
      "kind": "Pod", "apiVersion": "v1",
      "metadata": newMetadata(
        name: order.name ?? prefix + nameSuffix(), generateName: prefix, namespace: order.owner.namespace, generation: 1,
        labels: labels, annotations: order.template[path: "metadata", "annotations"], owner: (order.type, order.owner)),
      "spec": order.template["spec"] ?? [:],
    ]
    if !order.finalizers.isEmpty { pod["metadata"]?["finalizers"] = .array(order.finalizers.map(JSONValue.string)) }
    adjust(&pod)
    PodDefaults.apply(to: &pod, suffix: nameSuffix())
    if let message = QuotaAdmission.refusal(of: pod, type: ResourceCatalogue.pods, self) {
      throw CreationRefusal(message: "pods \"\(pod.name)\" is forbidden: \(message)")
    }
    pod["metadata"]?["managedFields"] = [
      [
        "manager": .string(controllerManager), "operation": "Update", "apiVersion": "v1", "time": .string(now.rfc3339),
        "fieldsType": "FieldsV1",
        "fieldsV1": ["f:metadata": ["f:generateName": [:], "f:labels": [:], "f:ownerReferences": [:]], "f:spec": [:]],
      ]
    ]
    return store.put(ResourceCatalogue.pods, pod.objectKey, pod)
  }

  /// Writes an event of a controller about one of its objects.
  mutating func record(
    _ kind: EventDraft.Kind, _ reason: String, _ message: String, about object: JSONValue, _ type: ResourceType,
    component: String
  ) {
    record(
      EventDraft(involved: type.reference(to: object), kind: kind, reason: reason, message: message, component: component))
  }
}

extension JSONValue {
  /// Neither succeeded nor failed.
  var isPodActive: Bool {
    let phase = self[path: "status", "phase"]?.string
    return phase != "Succeeded" && phase != "Failed"
  }

  var isPodReady: Bool { condition("Ready")?["status"]?.string == "True" }

  /// Since when the pod is ready, `nil` when it is not.
  var readySince: Timestamp? {
    guard let condition = condition("Ready"), condition["status"]?.string == "True" else { return nil }
    return condition["lastTransitionTime"]?.string.flatMap(Timestamp.init(rfc3339:))
  }

  /// When a pod that is ready counts as available, `nil` when it is not ready.
  func availableAt(minReadySeconds: Double) -> Timestamp? { readySince.map { $0 + minReadySeconds } }

  /// A moment in the status.
  func time(_ path: String...) -> Timestamp? {
    var value: JSONValue? = self
    for key in path { value = value?[key] }
    return value?.string.flatMap(Timestamp.init(rfc3339:))
  }

  /// Sets a count, or removes it when it is zero, as `omitempty` does.
  mutating func setCount(_ key: String, _ count: Int) { self[key] = count == 0 ? nil : .integer(Int64(count)) }
}
