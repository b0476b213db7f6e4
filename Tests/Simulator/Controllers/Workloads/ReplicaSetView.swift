/// A condition's words for a step just taken.
struct ProgressNote {
  let reason: String
  let message: String
}

/// What the rollout needs of a ReplicaSet.
struct ReplicaSetView {
  let object: JSONValue

  init(_ object: JSONValue) { self.object = object }

  var name: String { object.name }
  /// `spec.replicas`.
  var wanted: Int { object[path: "spec", "replicas"]?.integer ?? 1 }
  var replicas: Int { object[path: "status", "replicas"]?.integer ?? 0 }
  var ready: Int { object[path: "status", "readyReplicas"]?.integer ?? 0 }
  var available: Int { object[path: "status", "availableReplicas"]?.integer ?? 0 }
  var terminating: Int { object[path: "status", "terminatingReplicas"]?.integer ?? 0 }
  var revision: Int { object.annotations[Annotation.revision].flatMap(Int.init) ?? 0 }
}

/// The annotations of the Deployment controller.
enum Annotation {
  static let revision = "deployment.kubernetes.io/revision"
  static let history = "deployment.kubernetes.io/revision-history"
  static let desired = "deployment.kubernetes.io/desired-replicas"
  static let most = "deployment.kubernetes.io/max-replicas"
  static let notCopied: Set<String> = [
    revision, history, desired, most, "kubectl.kubernetes.io/last-applied-configuration",
    "deprecated.deployment.rollback.revision.from",
  ]
}
