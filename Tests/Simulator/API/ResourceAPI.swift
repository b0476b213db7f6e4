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
      includeObject: request.query["includeObject"] ?? "Metadata", isYAML: YAMLBody.isAsked(request.accept), now: world.now)
  }

  func get(_ world: World) throws(APIStatus) -> APIResponse {
    let presenter = try presenter(world)
    guard let object = world.store.object(type, key) else { throw .notFound(type, key.name) }
    return answer(presenter, presenter.object(object))
  }

  /// An answer with the warnings that belong to it; old APIs are warned of.
  func answer(_ presenter: Presenter, _ body: JSONValue, status: Int = 200, warnings: [String] = []) -> APIResponse {
    var response = APIResponse(status: status, body: presenter.isYAML ? .text(YAMLBody.text(body)) : .json(body))
    if presenter.isYAML { response.contentType = "application/yaml" }
    for warning in deprecations + warnings { response.headers.append(("Warning", "299 - \"\(warning.escapedForMessage)\"")) }
    return response
  }

  private var deprecations: [String] {
    switch type {
    case ResourceCatalogue.componentStatuses: ["v1 ComponentStatus is deprecated in v1.19+"]
    case ResourceCatalogue.endpoints: ["v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"]
    default: []
    }
  }

  func create(_ world: inout World) throws(APIStatus) -> APIResponse {
    let presenter = try presenter(world)
    try request.checkWriteOptions("CreateOptions")
    let isDryRun = try request.isDryRun(options: "CreateOptions")
    let decoded = try decodedObject()
    return try create(decoded.object, warnings: decoded.warnings, presenter, isDryRun: isDryRun, &world)
  }

  /// The common end of POST, of the first PUT of a Lease and of the first server-side apply.
  func create(
    _ submitted: JSONValue, warnings: [String], _ presenter: Presenter, isDryRun: Bool, operation: String = "Update",
    _ world: inout World
  ) throws(APIStatus) -> APIResponse {
    var object = submitted
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
    object = completed(object, operation: operation, &world)
    try EscalationCheck(type: type, identity: request.identity).check(object, world)
    let errors = Validation.errors(in: object, before: nil, type: type)
    guard errors.isEmpty else { throw .invalid(type, object.name, errors) }
    let key = ObjectKey(namespace: namespace, name: object.name)
    let admission = AdmissionRequest(
      operation: .create, type: type, key: key, identity: request.identity, isDryRun: isDryRun, object: object, oldObject: nil)
    let warnings = warnings + (try AdmissionPolicies(world: world).check(admission))
    guard world.store.object(type, key) == nil else { throw .alreadyExists(type, key.name) }
    if let refusal = QuotaAdmission.refusal(of: object, type: type, world), type.namespaced, !world.standsStill {
      throw .forbidden(group: type.group, resource: type.plural, name: key.name, refusal)
    }
    if isDryRun { return answer(presenter, presenter.object(object), status: 201, warnings: warnings) }
    if hadRevision { throw .internalError("resourceVersion should not be set on objects to be created") }
    if object.encoded.count > Self.mostStored { throw .internalError("etcdserver: request is too large") }
    if type.group == ResourceCatalogue.admissionPolicies.group {
      world.admissionInForce[object.uid] = world.now + AdmissionPolicies.enforcementDelay
    }
    return answer(presenter, presenter.object(world.store.put(type, key, object)), status: 201, warnings: warnings)
  }

  /// etcd's limit for one request (--max-request-bytes).
  private static let mostStored = 1_572_864

  /// The object with everything that the server sets on a creation.
  func completed(_ submitted: JSONValue, operation: String = "Update", _ world: inout World) -> JSONValue {
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
    ManagedFields.note(
      &object, before: nil, manager: request.manager, type: type, subresource: nil, now: world.now, operation: operation)
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
    let decoded = try decodedObject()
    var object = decoded.object
    if type == ResourceCatalogue.eventsV1 { object = EventConversion.toCore(object) }
    guard object.name == key.name else {
      throw .badRequest("the name of the object (\(object.name)) does not match the name on the URL (\(key.name))")
    }
    guard let before = world.store.object(type, key) else {
      // A Lease may be created by its first PUT (recordings, 10 put-missing-lease).
      guard type == ResourceCatalogue.leases else { throw .notFound(type, key.name) }
      return try create(object, warnings: decoded.warnings, presenter, isDryRun: isDryRun, &world)
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
    return answer(presenter, presenter.object(stored.object), warnings: decoded.warnings + stored.warnings)
  }

  func patch(_ world: inout World) throws(APIStatus) -> APIResponse {
    let presenter = try presenter(world)
    let media = request.contentType.split(separator: ";").first?.trimmingSpaces ?? ""
    if ServerSideApply.mediaTypes.contains(media) { return try ServerSideApply(api: self).respond(&world) }
    guard let kind = PatchKind(rawValue: media) else { throw .unsupportedPatchType }
    try request.checkWriteOptions("PatchOptions")
    let isDryRun = try request.isDryRun(options: "PatchOptions")
    guard let before = world.store.object(type, key) else { throw .notFound(type, key.name) }
    var patched = try kind.apply(request.body, to: before)
    let warnings = try fieldWarnings(of: patched, by: kind)
    patched = FieldValidation.pruned(patched, type: type)
    Defaults.dropNulls(&patched)
    guard patched.name == before.name else {
      throw .badRequest("the name of the object (\(patched.name)) does not match the name on the URL (\(key.name))")
    }
    if !patched.uid.isEmpty, patched.uid != before.uid, patched.resourceVersion == before.resourceVersion {
      let error = FieldError.invalid("metadata.uid", "\"\(patched.uid)\"", "field is immutable")
      throw .invalid(type, key.name, [error, error])
    }
    let stored = try store(patched, over: before, isDryRun: isDryRun, &world)
    return answer(presenter, presenter.object(stored.object), warnings: warnings + stored.warnings)
  }

  /// What a patch made that the type does not have: 422 when asked to be strict, warnings otherwise.
  private func fieldWarnings(of patched: JSONValue, by kind: PatchKind) throws(APIStatus) -> [String] {
    var unknown = FieldValidation.unknownFields(in: patched, type: type)
    if let repeated = FieldValidation.duplicates(in: request.body, under: type) { unknown += repeated }
    switch request.query["fieldValidation"] {
    case "Ignore": return []
    case "Strict" where !unknown.isEmpty:
      let value = kind == .strategic ? (try? JSONValue(parsing: request.body))?.goText ?? "" : patched.text.escapedForMessage
      let why = "strict decoding error: \(unknown.joined(separator: ", "))"
      throw .invalid(kind: "", group: "", name: "", [.invalid("patch", "\"\(value)\"", why)])
    default: return unknown
    }
  }

  /// The common end of PUT and PATCH: conflicts, what a client cannot change, generation, checks.
  func store(
    _ submitted: JSONValue, over before: JSONValue, isDryRun: Bool, _ world: inout World
  ) throws(APIStatus) -> (object: JSONValue, warnings: [String]) {
    if !submitted.resourceVersion.isEmpty, submitted.resourceVersion != before.resourceVersion {
      throw .modifiedMeanwhile(type, key.name)
    }
    if let problem = Validation.typeError(in: submitted, type: type) {
      let isStrategic = request.contentType.hasPrefix(PatchKind.strategic.rawValue)
      let value = isStrategic ? (try? JSONValue(parsing: request.body))?.goText ?? "" : submitted.text.escapedForMessage
      throw .invalid(kind: "", group: "", name: "", [.invalid("patch", "\"\(value)\"", problem)])
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
    if ServerSideApply.applies(request) {
      object["metadata"]?["managedFields"] = submitted[path: "metadata", "managedFields"]
    } else {
      ManagedFields.note(
        &object, before: before, manager: request.manager, type: type, subresource: subresource.isEmpty ? nil : subresource,
        now: world.now)
    }
    let errors = Validation.errors(in: object, before: before, type: type)
    guard errors.isEmpty else { throw .invalid(type, key.name, errors) }
    object = ordered(object)
    let admission = AdmissionRequest(
      operation: .update, type: type, key: key, subresource: subresource, identity: request.identity, isDryRun: isDryRun,
      object: object, oldObject: before)
    let warnings = try AdmissionPolicies(world: world).check(admission)
    if object == before || isDryRun { return (object, warnings) }
    if object.isBeingDeleted, (object[path: "metadata", "finalizers"]?.array ?? []).isEmpty, type != ResourceCatalogue.namespaces,
      object[path: "metadata", "deletionGracePeriodSeconds"]?.integer ?? 0 == 0
    {
      world.store.put(type, key, object)
      return (world.store.remove(type, key) ?? object, warnings)
    }
    return (world.store.put(type, key, object), warnings)
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

  /// The object in the body, checked to be of the type, and what in it the type does not have.
  private func decodedObject() throws(APIStatus) -> (object: JSONValue, warnings: [String]) {
    var object = try parsedBody()
    let kind = object["kind"]?.string ?? type.kind
    let apiVersion = object["apiVersion"]?.string ?? type.apiVersion
    guard kind == type.kind, apiVersion == type.apiVersion else {
      let version = apiVersion.split(separator: "/").last.map(String.init) ?? apiVersion
      let group = type.group.isEmpty ? "core" : type.group
      throw .badRequest(
        "\(kind) in version \"\(version)\" cannot be handled as a \(type.kind): converting (\(version).\(kind)) to "
          + "(\(group).\(type.kind)): unknown conversion")
    }
    func undecodable(_ why: String) -> APIStatus {
      .badRequest("\(type.kind) in version \"\(type.version)\" cannot be handled as a \(type.kind): \(why)")
    }
    if let problem = Validation.typeError(in: object, type: type) { throw undecodable(problem) }
    let unknown =
      FieldValidation.unknownFields(in: object, type: type) + (FieldValidation.duplicates(in: request.body, under: type) ?? [])
    if request.query["fieldValidation"] == "Strict", !unknown.isEmpty {
      throw undecodable("strict decoding error: \(unknown.joined(separator: ", "))")
    }
    object = FieldValidation.pruned(object, type: type)
    if object["metadata"]?.object == nil { object["metadata"] = [:] }
    Defaults.dropNulls(&object)
    return (object, request.query["fieldValidation"] == "Ignore" ? [] : unknown)
  }

  private func parsedBody() throws(APIStatus) -> JSONValue {
    let media = request.contentType.split(separator: ";").first?.trimmingSpaces ?? ""
    do {
      switch media {
      case "", "application/json": return try JSONValue(parsing: request.body)
      case "application/yaml": return try YAMLBody.value(request.body)
      default: break
      }
    } catch let error as JSONParseError {
      let body = request.body.isEmpty ? "<empty>" : String(decoding: request.body.prefix(200), as: UTF8.self)
      throw .badRequest(
        "the object provided is unrecognized (must be of type \(type.kind)): couldn't get version/kind; json parse error: "
          + "\(error.description) (\(body))")
    } catch {
      throw .badRequest("error converting YAML to JSON: \(error)")
    }
    throw APIStatus(
      code: 415,
      message: "the body of the request was in an unknown format - accepted media types include: application/json, "
        + "application/yaml, application/vnd.kubernetes.protobuf", reason: "UnsupportedMediaType")
  }
}

extension String {
  /// Quotes and backslashes escaped, as Go's `%q` does inside a message.
  var escapedForMessage: String { replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") }
}
