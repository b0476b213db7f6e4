/// The ControllerRevisions of a StatefulSet or DaemonSet (recordings, 05 controllerrevisions-*).
struct RevisionHistory {
  let type: ResourceType
  let owner: JSONValue
  /// `controller.kubernetes.io/hash`, or `controller-revision-hash` of a DaemonSet.
  let hashLabel: String
  /// What a new revision is annotated with.
  let annotations: JSONValue?
  /// Oldest first.
  private(set) var revisions: [JSONValue]

  init(type: ResourceType, owner: JSONValue, hashLabel: String, annotations: JSONValue?, world: World) {
    self.type = type
    self.owner = owner
    self.hashLabel = hashLabel
    self.annotations = annotations
    revisions = world.store.objects(ResourceCatalogue.controllerRevisions, ownedBy: owner.uid).map(\.value)
      .sorted { (Self.number($0), $0.name) < (Self.number($1), $1.name) }
  }

  static func number(_ revision: JSONValue) -> Int { revision["revision"]?.integer ?? 0 }

  /// The part of a revision's name that pods are labelled with.
  func hash(_ revision: JSONValue) -> String { revision.labels[hashLabel] ?? "" }

  /// The template as a revision keeps it.
  private var data: JSONValue {
    var template: JSONValue = ["$patch": "replace"]
    for (member, value) in owner[path: "spec", "template"]?.object ?? JSONObject() { template[member] = value }
    return ["spec": ["template": template]]
  }

  /// The template that a revision stands for.
  static func template(of revision: JSONValue) -> JSONValue {
    var template = revision[path: "data", "spec", "template"] ?? [:]
    template["$patch"] = nil
    return template
  }

  /// The revision of the present template: made when it is new, and renumbered when the template is an old one again.
  mutating func update(_ world: inout World) -> JSONValue {
    let data = data
    let next = (revisions.last.map(Self.number) ?? 0) + 1
    if let index = revisions.firstIndex(where: { $0["data"] == data }) {
      guard index < revisions.count - 1 else { return revisions[index] }
      world.update(ResourceCatalogue.controllerRevisions, revisions[index].objectKey) { $0["revision"] = .integer(Int64(next)) }
      var renumbered = revisions.remove(at: index)
      renumbered["revision"] = .integer(Int64(next))
      revisions.append(renumbered)
      return renumbered
    }
    let hash = PodTemplateHash.text(data, collisions: owner[path: "status", "collisionCount"]?.integer ?? 0)
    var labels = owner[path: "spec", "template", "metadata", "labels"] ?? [:]
    labels[hashLabel] = .string(hash)
    let revision: JSONValue = [
      "kind": "ControllerRevision", "apiVersion": "apps/v1",
      "metadata": world.newMetadata(
        name: "\(owner.name)-\(hash)", namespace: owner.namespace, generation: nil, labels: labels, annotations: annotations,
        owner: (type, owner)),
      "data": data, "revision": .integer(Int64(next)),
    ]
    let stored = world.store.put(ResourceCatalogue.controllerRevisions, revision.objectKey, revision)
    revisions.append(stored)
    return stored
  }

  /// Deletes the oldest revisions that nothing uses, beyond the limit.
  func trim(keeping used: Set<String>, _ world: inout World) {
    let limit = owner[path: "spec", "revisionHistoryLimit"]?.integer ?? 10
    let idle = revisions.filter { !used.contains($0.name) }
    for revision in idle.prefix(max(0, idle.count - limit)) {
      world.delete(ResourceCatalogue.controllerRevisions, revision.objectKey, graceSeconds: nil)
    }
  }
}
