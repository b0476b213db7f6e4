/// Which changes a controller wants to hear of.
enum Watched: Sendable {
  case everything
  case storages([ResourceType])
}

/// One controller: it hears of changes, queues what concerns it, and brings one object at a time to where it should be.
/// Controllers keep nothing; all state is in the ``World``.
protocol Controller: Sendable {
  static var watched: Watched { get }
  /// Queues work that follows from a change.
  func observe(_ change: Change, _ world: inout World)
  /// Looks at one object and acts.
  func reconcile(_ key: ObjectKey, _ world: inout World)
}

/// The controllers of the cluster.
enum ControlLoop {
  private static let all: [any Controller] = ControllerName.allCases.map(make)

  private static func make(_ name: ControllerName) -> any Controller {
    switch name {
    case .namespace: NamespaceController()
    case .deployment: DeploymentController()
    case .replicaSet: ReplicaSetController()
    case .statefulSet: StatefulSetController()
    case .daemonSet: DaemonSetController()
    case .job: JobController()
    case .cronJob: CronJobController()
    case .scheduler: Scheduler()
    case .kubelet: Kubelet()
    case .node: NodeController()
    case .nodeHealth: NodeHealth()
    case .nodeTaint: NodeTaintController()
    case .taintEviction: TaintEviction()
    case .podGarbage: PodGarbageCollector()
    case .claim: ClaimController()
    case .endpoints: EndpointController()
    case .quota: QuotaController()
    case .disruption: DisruptionController()
    case .autoscaler: AutoscalerController()
    case .garbageCollector: GarbageCollector()
    case .events: EventExpiry()
    }
  }

  static func controller(_ name: ControllerName) -> any Controller { all[name.rawValue] }

  private static let curious: [any Controller] = all.filter { if case .everything = type(of: $0).watched { true } else { false } }

  private static let byStorage: [String: [any Controller]] = Dictionary(
    uniqueKeysWithValues: Set(ResourceCatalogue.all.map(\.storage)).map { storage in
      let interested = all.filter { controller in
        switch type(of: controller).watched {
        case .everything: true
        case .storages(let types): types.contains { $0.storage == storage }
        }
      }
      return (storage, interested)
    })

  /// Who hears of changes of a type.
  static func observers(of storage: String) -> [any Controller] { byStorage[storage] ?? curious }
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
