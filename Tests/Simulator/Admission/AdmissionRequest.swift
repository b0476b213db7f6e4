/// A change on its way into the store, as admission sees it.
struct AdmissionRequest {
  enum Operation: String { case create = "CREATE", update = "UPDATE", delete = "DELETE" }

  let operation: Operation
  let type: ResourceType
  let key: ObjectKey
  var subresource = ""
  let identity: Identity
  let isDryRun: Bool
  /// `nil` for a deletion.
  let object: JSONValue?
  /// `nil` for a creation.
  let oldObject: JSONValue?

  /// The variable `request` of an expression (admission/v1 AdmissionRequest).
  var attributes: JSONValue {
    let kind: JSONValue = ["group": .string(type.group), "version": .string(type.version), "kind": .string(type.kind)]
    let resource: JSONValue = ["group": .string(type.group), "version": .string(type.version), "resource": .string(type.plural)]
    return [
      "kind": kind, "resource": resource, "subResource": .string(subresource), "requestKind": kind,
      "requestResource": resource, "requestSubResource": .string(subresource), "name": .string(key.name),
      "namespace": .string(key.namespace), "operation": .string(operation.rawValue), "userInfo": identity.userInfo,
      "dryRun": .bool(isDryRun), "options": [:],
    ]
  }
}
