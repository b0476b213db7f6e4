import HTTP

extension KubernetesClient {
  /// Applies a JSON Patch and returns the object as it then is.
  public func patch<Object: Resource>(
    _ type: Object.Type = Object.self, named name: String, namespace: String?, _ operations: [JSONPatchOperation],
    options: WriteOptions = WriteOptions()
  ) async throws(KubernetesError) -> Object {
    let path = path(Object.type, namespace: namespace, name: name) + options.query.text
    let body = JSONValue.array(operations.map(\.json))
    return try await answer(request(.patch, path, body: body, contentType: "application/json-patch+json")).object()
  }

  public func createConfigMap(
    named name: String, namespace: String, labels: [String: String] = [:], data: [String: String],
    options: WriteOptions = WriteOptions()
  ) async throws(KubernetesError) -> ConfigMap {
    let path = path(ConfigMap.type, namespace: namespace) + options.query.text
    let body = ConfigMap.body(name: name, namespace: namespace, labels: labels, data: data, resourceVersion: nil)
    return try await answer(request(.post, path, body: body)).object()
  }

  /// Puts new data into a ConfigMap if nobody changed it since `current` was read; ``KubernetesError/conflict(_:)`` otherwise.
  /// Its labels are kept, its annotations and binary data are not.
  public func replaceConfigMap(_ current: ConfigMap, data: [String: String], options: WriteOptions = WriteOptions())
    async throws(KubernetesError) -> ConfigMap
  {
    let metadata = current.metadata
    let path = path(ConfigMap.type, namespace: metadata.namespace, name: metadata.name) + options.query.text
    let body = ConfigMap.body(
      name: metadata.name, namespace: metadata.namespace, labels: metadata.labels, data: data,
      resourceVersion: metadata.resourceVersion)
    return try await answer(request(.put, path, body: body)).object()
  }
}

extension ConfigMap {
  static func body(
    name: String, namespace: String?, labels: [String: String], data: [String: String], resourceVersion: String?
  ) -> JSONValue {
    var metadata: [String: JSONValue] = ["name": .string(name)]
    metadata["namespace"] = namespace.map { .string($0) }
    metadata["resourceVersion"] = resourceVersion.map { .string($0) }
    if !labels.isEmpty { metadata["labels"] = .object(labels.mapValues { .string($0) }) }
    return [
      "apiVersion": .string(type.apiVersion), "kind": .string(type.kind), "metadata": .object(metadata),
      "data": .object(data.mapValues { .string($0) }),
    ]
  }
}
