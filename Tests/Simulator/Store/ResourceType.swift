/// A kind of object that the API serves: one row of ``ResourceCatalogue``.
struct ResourceType: Sendable, Hashable {
  /// When `metadata.generation` rises, besides at deletion.
  enum Generation: Sendable {
    /// The kind has no generation.
    case none
    /// Any change outside metadata and status.
    case spec
    /// As `spec`, and any change of `metadata.annotations` (Deployment, recordings 05 annotation-bumps-generation).
    case specAndAnnotations
  }

  /// The API group, empty for the core group.
  let group: String
  let version: String
  /// The plural in paths, `deployments`.
  let plural: String
  let kind: String
  let namespaced: Bool
  var shortNames: [String] = []
  var categories: [String] = []
  var generation: Generation = .none
  var hasStatus = false
  var hasScale = false
  var verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]
  /// Events are served straight from etcd: no bookmarks, no history beyond a compaction (recordings, 03).
  var isCached = true

  var singular: String { kind.lowercased() }
  var listKind: String { kind + "List" }
  var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
  /// `deployments.apps`, `pods`: how messages name the resource.
  var qualifiedName: String { group.isEmpty ? plural : "\(plural).\(group)" }
  /// `Deployment.apps`, `Pod`: how messages of validation name it.
  var qualifiedKind: String { group.isEmpty ? kind : "\(kind).\(group)" }
  /// Where objects are kept: events of both groups are the same objects.
  var storage: String { plural == "events" ? "events" : qualifiedName }

  static func == (left: ResourceType, right: ResourceType) -> Bool {
    left.plural == right.plural && left.group == right.group && left.version == right.version
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(plural)
    hasher.combine(group)
  }
}

/// Names one object of one type.
struct ObjectKey: Sendable, Hashable, Comparable {
  /// Empty for objects of the cluster.
  let namespace: String
  let name: String

  static func < (left: ObjectKey, right: ObjectKey) -> Bool {
    left.namespace == right.namespace ? left.name < right.name : left.namespace < right.namespace
  }
}
