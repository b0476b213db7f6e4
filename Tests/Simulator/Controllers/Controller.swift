/// One controller: it hears of every change, queues what concerns it, and brings one object at a time to where it should be.
/// Controllers keep nothing; all state is in the ``World``.
protocol Controller: Sendable {
  /// Queues work that follows from a change.
  func observe(_ change: Change, _ world: inout World)
  /// Looks at one object and acts.
  func reconcile(_ key: ObjectKey, _ world: inout World)
}

/// The controllers of the cluster.
enum ControlLoop {
  static func controller(_ name: ControllerName) -> any Controller {
    switch name {
    case .namespace: NamespaceController()
    case .deployment: DeploymentController()
    case .replicaSet: ReplicaSetController()
    case .scheduler: Scheduler()
    case .kubelet: Kubelet()
    case .garbageCollector: GarbageCollector()
    case .events: EventExpiry()
    }
  }
}

/// The name under which controllers write, in `managedFields`.
let controllerManager = "kube-controller-manager"

extension JSONValue {
  var metadata: JSONValue { self["metadata"] ?? [:] }
  var name: String { self[path: "metadata", "name"]?.string ?? "" }
  var namespace: String { self[path: "metadata", "namespace"]?.string ?? "" }
  var uid: String { self[path: "metadata", "uid"]?.string ?? "" }
  var resourceVersion: String { self[path: "metadata", "resourceVersion"]?.string ?? "" }
  var generation: Int { self[path: "metadata", "generation"]?.integer ?? 0 }
  var labels: [String: String] { self[path: "metadata", "labels"]?.stringDictionary ?? [:] }
  var annotations: [String: String] { self[path: "metadata", "annotations"]?.stringDictionary ?? [:] }
  var isBeingDeleted: Bool { self[path: "metadata", "deletionTimestamp"]?.string != nil }
  var creation: Timestamp {
    self[path: "metadata", "creationTimestamp"]?.string.flatMap(Timestamp.init(rfc3339:)) ?? Timestamp(nanoseconds: 0)
  }
  var objectKey: ObjectKey { ObjectKey(namespace: namespace, name: name) }

  /// The owner reference with `controller: true`.
  var controllingOwner: JSONValue? {
    self[path: "metadata", "ownerReferences"]?.array?.first { $0["controller"]?.bool == true }
  }

  /// The status of a condition, `True`, `False` or `Unknown`.
  func condition(_ type: String) -> JSONValue? {
    self[path: "status", "conditions"]?.array?.first { $0["type"]?.string == type }
  }
}

extension World {
  /// The metadata of a new object that a controller makes.
  mutating func newMetadata(
    name: String, generateName: String? = nil, namespace: String, generation: Int?, labels: JSONValue?, annotations: JSONValue?,
    owner: (type: ResourceType, object: JSONValue)?
  ) -> JSONValue {
    var metadata: JSONValue = ["name": .string(name)]
    if let generateName { metadata["generateName"] = .string(generateName) }
    if !namespace.isEmpty { metadata["namespace"] = .string(namespace) }
    metadata["uid"] = .string(uid())
    metadata["resourceVersion"] = ""
    if let generation { metadata["generation"] = .integer(Int64(generation)) }
    metadata["creationTimestamp"] = .string(now.rfc3339)
    metadata["labels"] = labels
    metadata["annotations"] = annotations
    if let owner {
      metadata["ownerReferences"] = [
        [
          "apiVersion": .string(owner.type.apiVersion), "kind": .string(owner.type.kind), "name": .string(owner.object.name),
          "uid": .string(owner.object.uid), "controller": true, "blockOwnerDeletion": true,
        ]
      ]
    }
    return metadata
  }
}
