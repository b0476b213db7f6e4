import HTTP

/// One object by kind and name, where a write goes.
public struct ObjectPlace: Sendable, Hashable {
  public let type: ResourceType
  /// Nil for objects without a namespace.
  public let namespace: String?
  public let name: String

  public init(_ type: ResourceType, namespace: String?, name: String) {
    self.type = type
    self.namespace = namespace
    self.name = name
  }
}

/// A change of one object that names what it expects to find, so that it applies to exactly that or not at all. A value, so
/// that the same request is rehearsed (``WriteOptions/dryRun``), journalled and sent.
public enum WriteRequest: Sendable, Hashable {
  /// - Parameter subresource: `scale`, or nil for the object itself.
  case patch(ObjectPlace, subresource: String?, [JSONPatchOperation])
  /// An eviction, which asks the disruption budget; so does its dry run. The uid must have been read just before: a wrong one
  /// is refused, and has charged the budget all the same (recordings, 07 wrong-uid-under-budget).
  case evict(pod: String, namespace: String, uid: String)
  /// A deletion of exactly the state that was read; dependents follow in the background, as with kubectl.
  case delete(ObjectPlace, uid: String, resourceVersion: String)
}

extension KubernetesClient {
  /// Sends the request.
  ///
  /// - Returns: the object as it then is, where the server answers with it; a Status otherwise.
  public func write(_ write: WriteRequest, options: WriteOptions = WriteOptions()) async throws(KubernetesError) -> JSONValue {
    switch write {
    case .patch(let place, let subresource, let operations):
      let path = path(place.type, namespace: place.namespace, name: place.name, subresource: subresource) + options.query.text
      let body = JSONValue.array(operations.map(\.json))
      return try await answer(request(.patch, path, body: body, contentType: "application/json-patch+json")).object()
    case .evict(let pod, let namespace, let uid):
      let path = path(Pod.type, namespace: namespace, name: pod, subresource: "eviction")
      let body: JSONValue = [
        "apiVersion": "policy/v1", "kind": "Eviction", "metadata": ["name": .string(pod), "namespace": .string(namespace)],
        "deleteOptions": Self.deleteOptions(options, preconditions: ["uid": .string(uid)]),
      ]
      return try await answer(request(.post, path, body: body)).object()
    case .delete(let place, let uid, let resourceVersion):
      let path = path(place.type, namespace: place.namespace, name: place.name)
      var body = Self.deleteOptions(options, preconditions: ["uid": .string(uid), "resourceVersion": .string(resourceVersion)])
      if case .object(var members) = body {
        (members["apiVersion"], members["kind"], members["propagationPolicy"]) = ("v1", "DeleteOptions", "Background")
        body = .object(members)
      }
      return try await answer(request(.delete, path, body: body)).object()
    }
  }

  private static func deleteOptions(_ options: WriteOptions, preconditions: JSONValue) -> JSONValue {
    var members: [String: JSONValue] = ["preconditions": preconditions]
    if options.dryRun { members["dryRun"] = ["All"] }
    return .object(members)
  }

  /// One object of any kind, whole.
  public func get(_ place: ObjectPlace) async throws(KubernetesError) -> Unstructured {
    try await answer(request(.get, path(place.type, namespace: place.namespace, name: place.name))).object()
  }
}
