import Kubernetes
import Wire

/// Deleting a Deployment, its ReplicaSets and pods. What it was is kept in a ConfigMap beside it first, for a person to apply
/// again; no robot undoes it.
struct DeploymentDeletion: ActMeaning {
  let kind = Deployment.type

  func objection(to order: Order, on object: Unstructured, in subject: ActSubject, approvers: [String]) -> String? {
    if let objection = TemplateCheck.objection(to: order, on: object) { return objection }
    if approvers.isEmpty { return "nobody approved a deletion" }
    return nil
  }

  func change(_ order: Order, of object: Unstructured, in subject: ActSubject, command: String, now: Timestamp) -> ActChange {
    ActChange(
      before: object.values(at: [Places.template.description, Places.replicas.description]),
      after: [Places.template.description: nil, Places.replicas.description: nil],
      detail: "what it was is in the ConfigMap \(PreImage.name(of: command))")
  }

  func effect(of entry: JournalEntry, on object: Unstructured, in subject: ActSubject) -> ActEffect? {
    .write(.delete(object.place(kind), uid: object.metadata.uid, resourceVersion: object.metadata.resourceVersion))
  }

  func trace(of entry: JournalEntry, in subject: ActSubject) -> ActTrace { .byAbsence(of: entry, in: subject) }
}

/// A manifest of an object as it was, ready to be applied again. It never leaves the namespace.
struct PreImage: Sendable, Hashable {
  /// Bytes; a ConfigMap holds 1 MiB.
  static let limit = 512 * 1024
  static let key = "manifest.json"

  let name: String
  let manifest: String

  /// Nil when it is too large to keep.
  init?(of object: Unstructured, kind: ResourceType, command: String) {
    var metadata: [String: JSONValue] = ["name": .string(object.metadata.name)]
    metadata["namespace"] = object.metadata.namespace.map { .string($0) }
    for member in ["labels", "annotations"] { metadata[member] = object.whole["metadata"]?[member] }
    let manifest: JSONValue = [
      "apiVersion": .string(kind.apiVersion), "kind": .string(kind.kind), "metadata": .object(metadata),
      "spec": object.whole["spec"] ?? .null,
    ]
    let bytes = manifest.canonicalJSON
    guard bytes.count <= Self.limit else { return nil }
    name = Self.name(of: command)
    self.manifest = String(decoding: bytes, as: UTF8.self)
  }

  /// The same for every delivery of a command.
  static func name(of command: String) -> String { "ai-sre-preimage-" + TemplateDigest.hex(Array(command.utf8)).prefix(16) }
}
