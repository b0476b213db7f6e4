extension ResourceAPI {
  /// What a DELETE asks for, in its body or its query.
  private struct Options {
    var graceSeconds: Int?
    var isDryRun = false
    var propagation: String?
    var uid: String?
    var resourceVersion: String?
  }

  func delete(_ world: inout World) throws(APIStatus) -> APIResponse {
    let presenter = try presenter(world)
    let options = try deleteOptions()
    guard let object = world.store.object(type, key) else { throw .notFound(type, key.name) }
    try check(uid: options.uid, resourceVersion: options.resourceVersion, against: object)
    let admission = AdmissionRequest(
      operation: .delete, type: type, key: key, identity: request.identity, isDryRun: options.isDryRun, object: nil,
      oldObject: object)
    _ = try AdmissionPolicies(world: world).check(admission)
    if options.isDryRun {
      var rehearsal = world
      return answer(rehearsal.delete(type, key, graceSeconds: options.graceSeconds), object, presenter, isDryRun: true)
    }
    if options.propagation == "Foreground", type != ResourceCatalogue.pods { holdForDependents(&world) }
    if options.propagation == "Orphan" { orphanDependents(of: object, &world) }
    return answer(world.delete(type, key, graceSeconds: options.graceSeconds), object, presenter, isDryRun: false)
  }

  /// DELETE of a collection answers with the list of what it deleted, as it was before (recordings, 02 delete-collection).
  func deleteCollection(_ world: inout World) throws(APIStatus) -> APIResponse {
    let presenter = try presenter(world)
    let list = try ListOptions(request.query, type: type)
    let options = try deleteOptions()
    let namespace = request.target.namespace.isEmpty ? nil : request.target.namespace
    var deleted: [JSONValue] = []
    for (key, object) in world.store.objects(type, namespace: namespace) where list.matches(object, type) {
      if !options.isDryRun { world.delete(type, key, graceSeconds: options.graceSeconds) }
      deleted.append(object)
    }
    return .json(presenter.list(deleted, metadata: ["resourceVersion": .string(String(world.store.revision))]))
  }

  private func deleteOptions() throws(APIStatus) -> Options {
    var options = Options()
    options.isDryRun = try request.isDryRun(options: "DeleteOptions")
    options.graceSeconds = request.query["gracePeriodSeconds"].flatMap(Int.init)
    options.propagation = request.query["propagationPolicy"]
    guard !request.body.isEmpty else { return options }
    let body: JSONValue
    do {
      body = try JSONValue(parsing: request.body)
    } catch {
      throw .badRequest("couldn't get version/kind; json parse error: \(error.description)")
    }
    options.graceSeconds = body["gracePeriodSeconds"]?.integer ?? options.graceSeconds
    options.propagation = body["propagationPolicy"]?.string ?? options.propagation
    options.isDryRun = options.isDryRun || body["dryRun"] == ["All"]
    options.uid = body[path: "preconditions", "uid"]?.string
    options.resourceVersion = body[path: "preconditions", "resourceVersion"]?.string
    return options
  }

  /// Refuses a deletion whose preconditions do not hold.
  func check(uid: String?, resourceVersion: String?, against object: JSONValue) throws(APIStatus) {
    if let uid, uid != object.uid {
      throw .preconditionConflict(
        kind: type.kind, key.name,
        "the UID in the precondition (\(uid)) does not match the UID in record (\(object.uid)). The object might have been "
          + "deleted and then recreated")
    }
    if let revision = resourceVersion, revision != object.resourceVersion {
      throw .preconditionConflict(
        kind: type.kind, key.name,
        "the ResourceVersion in the precondition (\(revision)) does not match the ResourceVersion in record "
          + "(\(object.resourceVersion)). The object might have been modified")
    }
  }

  /// A pod, a namespace and whatever waits for a finalizer answer with themselves, the rest with a Status.
  private func answer(_ result: JSONValue?, _ before: JSONValue, _ presenter: Presenter, isDryRun: Bool) -> APIResponse {
    let result = result ?? before
    if type == ResourceCatalogue.pods || type == ResourceCatalogue.namespaces || result.isBeingDeleted {
      var shown = result
      if isDryRun { shown["metadata"]?["resourceVersion"] = .string(before.resourceVersion) }
      return .json(presenter.object(shown))
    }
    var details = APIStatus.details(name: key.name, group: type.group, kind: type.plural)
    details["uid"] = .string(before.uid)
    return .json([
      "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success", "details": details,
    ])
  }

  /// Foreground: the object waits for its dependents, which go at once.
  private func holdForDependents(_ world: inout World) {
    guard let object = world.store.object(type, key) else { return }
    world.update(type, key) { object in
      let finalizers = (object[path: "metadata", "finalizers"]?.array ?? []) + ["foregroundDeletion"]
      object["metadata"]?["finalizers"] = .array(finalizers)
    }
    world.enqueue(
      .garbageCollector, GarbageCollector.foregroundWork(type: type, namespace: key.namespace, uid: object.uid), after: 0)
  }

  private func orphanDependents(of object: JSONValue, _ world: inout World) {
    for dependent in world.store.dependents(of: object.uid) {
      world.update(dependent.type, dependent.key) { value in
        let owners = (value[path: "metadata", "ownerReferences"]?.array ?? []).filter { $0["uid"]?.string != object.uid }
        value["metadata"]?["ownerReferences"] = owners.isEmpty ? nil : .array(owners)
      }
    }
  }
}
