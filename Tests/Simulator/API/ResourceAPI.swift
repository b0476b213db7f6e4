/// The verbs of the API on one type, the same for every type.
struct ResourceAPI: Sendable {
  let request: APIRequest
  let type: ResourceType

  var key: ObjectKey {
    ObjectKey(namespace: type.namespaced ? request.target.namespace : "", name: request.target.name)
  }

  func presenter(_ world: World) throws(APIStatus) -> Presenter {
    Presenter(
      type: type, representation: try Representation(accept: request.accept),
      includeObject: request.query["includeObject"] ?? "Metadata", now: world.now)
  }

  func get(_ world: World) throws(APIStatus) -> APIResponse {
    let presenter = try presenter(world)
    guard let object = world.store.object(type, key) else { throw .notFound(type, key.name) }
    return .json(presenter.object(object))
  }

  func create(_ world: inout World) throws(APIStatus) -> APIResponse {
    let presenter = try presenter(world)
    try request.checkWriteOptions("CreateOptions")
    let isDryRun = try request.isDryRun(options: "CreateOptions")
    var object = try decodedObject()
    let namespace = type.namespaced ? request.target.namespace : ""
    if type.namespaced {
      if !object.namespace.isEmpty, object.namespace != namespace {
        throw .badRequest("the namespace of the provided object does not match the namespace sent on the request")
      }
      object["metadata"]?["namespace"] = .string(namespace)
      try checkNamespace(namespace, object.name, world)
    }
    if object.name.isEmpty, let prefix = object[path: "metadata", "generateName"]?.string, !prefix.isEmpty {
      object["metadata"]?["name"] = .string(prefix + world.nameSuffix())
    }
    let hadRevision = !object.resourceVersion.isEmpty
    object = completed(object, &world)
    let errors = Validation.errors(in: object, before: nil, type: type)
    guard errors.isEmpty else { throw .invalid(type, object.name, errors) }
    let key = ObjectKey(namespace: namespace, name: object.name)
    guard world.store.object(type, key) == nil else { throw .alreadyExists(type, key.name) }
    if let refusal = QuotaAdmission.refusal(of: object, type: type, world), type.namespaced, !world.standsStill {
      throw .forbidden(group: type.group, resource: type.plural, name: key.name, refusal)
    }
    if isDryRun { return .json(presenter.object(object), status: 201) }
    if hadRevision { throw .internalError("resourceVersion should not be set on objects to be created") }
    return .json(presenter.object(world.store.put(type, key, object)), status: 201)
  }

  /// The object with everything that the server sets on a creation.
  func completed(_ submitted: JSONValue, _ world: inout World) -> JSONValue {
    var object = type == ResourceCatalogue.eventsV1 ? EventConversion.toCore(submitted) : submitted
    if type.hasStatus, type != ResourceCatalogue.nodes { object["status"] = nil }
    Defaults.apply(to: &object, type: type, world: &world, isNew: true)
    var metadata: JSONValue = [:]
    let given = submitted.metadata
    for member in ["name", "generateName", "namespace"] { metadata[member] = given[member] }
    metadata["uid"] = .string(world.uid())
    if type.generation != .none { metadata["generation"] = 1 }
    metadata["creationTimestamp"] = .string(world.now.rfc3339)
    for member in ["labels", "annotations", "ownerReferences", "finalizers"] {
      metadata[member] = object.metadata[member]
    }
    object["metadata"] = metadata
    if type == ResourceCatalogue.jobs { JobDefaults.complete(&object) }
    ManagedFields.note(&object, before: nil, manager: request.manager, type: type, subresource: nil, now: world.now)
    return ordered(object)
  }

  /// kind and apiVersion first, status last, as the server writes them.
  private func ordered(_ object: JSONValue) -> JSONValue {
    var result: JSONValue = [
      "kind": .string(type.kind), "apiVersion": .string(type == ResourceCatalogue.eventsV1 ? "v1" : type.apiVersion),
      "metadata": object.metadata,
    ]
    for (member, value) in object.object ?? JSONObject() where member != "status" && result[member] == nil {
      result[member] = value
    }
    result["status"] = object["status"]
    return result
  }

  private func checkNamespace(_ namespace: String, _ name: String, _ world: World) throws(APIStatus) {
    guard let object = world.store.object(ResourceCatalogue.namespaces, ObjectKey(namespace: "", name: namespace)) else {
      throw .notFound(ResourceCatalogue.namespaces, namespace)
    }
    guard object.isBeingDeleted else { return }
    throw .forbidden(
      group: type.group, resource: type.plural, name: name,
      "unable to create new content in namespace \(namespace) because it is being terminated",
      causes: [
        [
          "reason": "NamespaceTerminating", "message": .string("namespace \(namespace) is being terminated"),
          "field": "metadata.namespace",
        ]
      ])
  }

  func update(_ world: inout World) throws(APIStatus) -> APIResponse {
    let presenter = try presenter(world)
    try request.checkWriteOptions("UpdateOptions")
    let isDryRun = try request.isDryRun(options: "UpdateOptions")
    var object = try decodedObject()
    if type == ResourceCatalogue.eventsV1 { object = EventConversion.toCore(object) }
    guard object.name == key.name else {
      throw .badRequest("the name of the object (\(object.name)) does not match the name on the URL (\(key.name))")
    }
    guard let before = world.store.object(type, key) else {
      // A Lease may be created by its first PUT (recordings, 10 put-missing-lease).
      guard type == ResourceCatalogue.leases else { throw .notFound(type, key.name) }
      return try create(&world)
    }
    if type == ResourceCatalogue.leases, object.resourceVersion.isEmpty {
      throw APIStatus.invalid(
        kind: type.plural, group: type.group, name: key.name,
        [.invalid("metadata.resourceVersion", "0", "must be specified for an update")])
    }
    if !object.uid.isEmpty, object.uid != before.uid {
      throw .conflict(
        type, key.name,
        "StorageError: invalid object, Code: 4, Key: /registry/\(type.plural)/\(key.namespace)/\(key.name), ResourceVersion: 0, "
          + "AdditionalErrorMsg: Precondition failed: UID in precondition: \(object.uid), UID in object meta: \(before.uid)")
    }
    let stored = try store(object, over: before, isDryRun: isDryRun, &world)
    return .json(presenter.object(stored))
  }

  func patch(_ world: inout World) throws(APIStatus) -> APIResponse {
    let presenter = try presenter(world)
    let media = request.contentType.split(separator: ";").first?.trimmingSpaces ?? ""
    guard let kind = PatchKind(rawValue: media) else { throw .unsupportedPatchType }
    try request.checkWriteOptions("PatchOptions")
    let isDryRun = try request.isDryRun(options: "PatchOptions")
    guard let before = world.store.object(type, key) else { throw .notFound(type, key.name) }
    var patched = try kind.apply(request.body, to: before)
    Defaults.dropNulls(&patched)
    guard patched.name == before.name else {
      throw .badRequest("the name of the object (\(patched.name)) does not match the name on the URL (\(key.name))")
    }
    if !patched.uid.isEmpty, patched.uid != before.uid, patched.resourceVersion == before.resourceVersion {
      let error = FieldError.invalid("metadata.uid", "\"\(patched.uid)\"", "field is immutable")
      throw .invalid(type, key.name, [error, error])
    }
    let stored = try store(patched, over: before, isDryRun: isDryRun, &world)
    return .json(presenter.object(stored))
  }

  /// The common end of PUT and PATCH: conflicts, what a client cannot change, generation, checks.
  func store(_ submitted: JSONValue, over before: JSONValue, isDryRun: Bool, _ world: inout World) throws(APIStatus) -> JSONValue
  {
    if !submitted.resourceVersion.isEmpty, submitted.resourceVersion != before.resourceVersion {
      throw .modifiedMeanwhile(type, key.name)
    }
    if let problem = Validation.typeError(in: submitted, type: type) {
      throw .invalid(
        kind: "", group: "", name: "", [.invalid("patch", "\"\(submitted.text.escapedForMessage)\"", problem)])
    }
    let subresource = request.target.subresource
    var object = before
    if subresource == "status" {
      object["status"] = submitted["status"]
    } else {
      object = submitted
      if type.hasStatus, type != ResourceCatalogue.services || submitted["status"] == nil { object["status"] = before["status"] }
      Defaults.apply(to: &object, type: type, world: &world, isNew: false)
      object["metadata"] = metadata(submitted.metadata, over: before.metadata)
      raiseGeneration(&object, before)
    }
    ManagedFields.note(
      &object, before: before, manager: request.manager, type: type, subresource: subresource.isEmpty ? nil : subresource,
      now: world.now, operation: request.contentType.contains("apply-patch") ? "Apply" : "Update")
    let errors = Validation.errors(in: object, before: before, type: type)
    guard errors.isEmpty else { throw .invalid(type, key.name, errors) }
    object = ordered(object)
    if object == before || isDryRun { return object }
    if object.isBeingDeleted, (object[path: "metadata", "finalizers"]?.array ?? []).isEmpty, type != ResourceCatalogue.namespaces,
      object[path: "metadata", "deletionGracePeriodSeconds"]?.integer ?? 0 == 0
    {
      world.store.put(type, key, object)
      return world.store.remove(type, key) ?? object
    }
    return world.store.put(type, key, object)
  }

  private func metadata(_ submitted: JSONValue, over before: JSONValue) -> JSONValue {
    var metadata = before
    for member in ["labels", "annotations", "ownerReferences", "finalizers"] {
      let value = submitted[member]
      metadata[member] = value == nil || value == [:] || value == .null || value == [] ? nil : value
    }
    return metadata
  }

  private func raiseGeneration(_ object: inout JSONValue, _ before: JSONValue) {
    guard type.generation != .none else { return }
    let others: (JSONValue) -> JSONValue = { value in
      .object(
        JSONObject(
          (value.object ?? JSONObject()).filter { !["kind", "apiVersion", "metadata", "status"].contains($0.key) }
            .map { ($0.key, $0.value) }))
    }
    let annotationsChanged =
      type.generation == .specAndAnnotations
      && object[path: "metadata", "annotations"] != before[path: "metadata", "annotations"]
    guard others(object) != others(before) || annotationsChanged else { return }
    object["metadata"]?["generation"] = .integer(Int64(before.generation + 1))
  }

  /// The object in the body, checked to be of the type.
  private func decodedObject() throws(APIStatus) -> JSONValue {
    let media = request.contentType.split(separator: ";").first?.trimmingSpaces ?? ""
    guard media.isEmpty || media == "application/json" else {
      throw APIStatus(
        code: 415,
        message: "the body of the request was in an unknown format - accepted media types include: application/json, "
          + "application/yaml, application/vnd.kubernetes.protobuf", reason: "UnsupportedMediaType")
    }
    var object: JSONValue
    do {
      object = try JSONValue(parsing: request.body)
    } catch {
      let body = request.body.isEmpty ? "<empty>" : String(decoding: request.body.prefix(200), as: UTF8.self)
      throw .badRequest(
        "the object provided is unrecognized (must be of type \(type.kind)): couldn't get version/kind; json parse error: "
          + "\(error.description) (\(body))")
    }
    let kind = object["kind"]?.string ?? type.kind
    let apiVersion = object["apiVersion"]?.string ?? type.apiVersion
    guard kind == type.kind, apiVersion == type.apiVersion else {
      let version = apiVersion.split(separator: "/").last.map(String.init) ?? apiVersion
      let group = type.group.isEmpty ? "core" : type.group
      throw .badRequest(
        "\(kind) in version \"\(version)\" cannot be handled as a \(type.kind): converting (\(version).\(kind)) to "
          + "(\(group).\(type.kind)): unknown conversion")
    }
    if let problem = Validation.typeError(in: object, type: type) {
      throw .badRequest("\(type.kind) in version \"\(type.version)\" cannot be handled as a \(type.kind): \(problem)")
    }
    if object["metadata"]?.object == nil { object["metadata"] = [:] }
    Defaults.dropNulls(&object)
    return object
  }
}

extension String {
  /// Quotes and backslashes escaped, as Go's `%q` does inside a message.
  var escapedForMessage: String { replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") }
}
