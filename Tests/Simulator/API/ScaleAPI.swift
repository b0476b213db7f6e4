/// The `scale` subresource of workloads (recordings, 06).
struct ScaleAPI {
  let api: ResourceAPI

  func respond(_ world: inout World) throws(APIStatus) -> APIResponse {
    let key = api.key
    guard let before = world.store.object(api.type, key) else { throw .notFound(api.type, key.name) }
    let scale = self.scale(of: before)
    let request = api.request
    let submitted: JSONValue
    var isDryRun = false
    switch request.method {
    case "GET": return .json(scale)
    case "PUT":
      isDryRun = try request.isDryRun(options: "UpdateOptions")
      do {
        submitted = try JSONValue(parsing: request.body)
      } catch {
        throw .badRequest(
          "the object provided is unrecognized (must be of type Scale): couldn't get version/kind; json parse error: "
            + error.description)
      }
    case "PATCH":
      isDryRun = try request.isDryRun(options: "PatchOptions")
      let media = request.contentType.split(separator: ";").first?.trimmingSpaces ?? ""
      if ServerSideApply.applies(request) {
        submitted = try applied(to: scale)
      } else {
        guard let kind = PatchKind(rawValue: media) else { throw .unsupportedPatchType }
        submitted = try kind.apply(request.body, to: scale)
      }
      if let value = submitted[path: "spec", "replicas"], value.integer == nil, !value.isNull {
        throw .invalid(
          kind: "", group: "", name: "",
          [
            .invalid(
              "patch", "\"\(submitted.text.escapedForMessage)\"",
              "json: cannot unmarshal \(value.goKind) into Go struct field ScaleSpec.spec.replicas of type int32")
          ])
      }
    default: throw .methodNotAllowed
    }
    if !submitted.resourceVersion.isEmpty, submitted.resourceVersion != before.resourceVersion {
      throw .modifiedMeanwhile(api.type, key.name)
    }
    let replicas = submitted[path: "spec", "replicas"]?.integer ?? 0
    guard replicas >= 0 else {
      throw .invalid(
        kind: "Scale", group: "autoscaling", name: key.name,
        [.invalid("spec.replicas", String(replicas), "must be greater than or equal to 0")])
    }
    var after = before
    after["spec"]?["replicas"] = .integer(Int64(replicas))
    if after != before {
      after["metadata"]?["generation"] = .integer(Int64(before.generation + 1))
      ManagedFields.note(
        &after, before: before, manager: request.manager, type: api.type, subresource: "scale", now: world.now)
      if !isDryRun { after = world.store.put(api.type, key, after) }
    }
    return .json(self.scale(of: after))
  }

  private func applied(to scale: JSONValue) throws(APIStatus) -> JSONValue {
    guard let manager = api.request.query["fieldManager"], !manager.isEmpty else {
      throw .invalidOptions("PatchOptions", .required("fieldManager", "is required for apply patch"))
    }
    do {
      return FieldSet.merge(try YAMLBody.value(api.request.body), into: scale)
    } catch {
      throw .badRequest("error decoding YAML: \(error)")
    }
  }

  /// At zero the spec is empty (recordings, 06 get-zero).
  private func scale(of object: JSONValue) -> JSONValue {
    var metadata: JSONValue = [:]
    for member in ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"] {
      metadata[member] = object.metadata[member]
    }
    let replicas = object[path: "spec", "replicas"]?.integer ?? 0
    let selector = object[path: "spec", "selector", "matchLabels"]?.stringDictionary ?? [:]
    var spec: JSONValue = [:]
    if replicas != 0 { spec["replicas"] = .integer(Int64(replicas)) }
    return [
      "kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": metadata, "spec": spec,
      "status": [
        "replicas": object[path: "status", "replicas"] ?? 0,
        "selector": .string(selector.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")),
      ],
    ]
  }
}
