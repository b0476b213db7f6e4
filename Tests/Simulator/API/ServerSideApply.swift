/// Server-side apply (recordings, 05 apply-*, 11 allow-apply): a manager declares the fields that it cares for.
///
/// Fields are known by their paths in `fieldsV1` notation. A field that another manager owns with another value is a conflict
/// unless the request forces it; a field that the manager declared last time and leaves out now goes, if nobody else owns it.
struct ServerSideApply {
  static let mediaTypes: Set<String> = ["application/apply-patch+yaml", "application/apply-patch+cbor"]

  let api: ResourceAPI

  static func applies(_ request: APIRequest) -> Bool {
    mediaTypes.contains(request.contentType.split(separator: ";").first?.trimmingSpaces ?? "")
  }

  func respond(_ world: inout World) throws(APIStatus) -> APIResponse {
    let request = api.request
    guard let manager = request.query["fieldManager"], !manager.isEmpty else {
      throw .invalidOptions("PatchOptions", .required("fieldManager", "is required for apply patch"))
    }
    try request.checkWriteOptions("PatchOptions")
    let presenter = try api.presenter(world)
    let isDryRun = try request.isDryRun(options: "PatchOptions")
    var configuration = try decoded()
    Defaults.dropNulls(&configuration)
    guard let before = world.store.object(api.type, api.key) else {
      try checkRightToCreate(world)
      return try api.create(
        configuration, warnings: [], presenter, isDryRun: isDryRun, operation: ManagedFields.apply, &world)
    }
    let applied = try merged(configuration, into: before, manager: manager, now: world.now)
    let stored = try api.store(applied, over: before, isDryRun: isDryRun, &world)
    return api.answer(presenter, presenter.object(stored.object), warnings: stored.warnings)
  }

  private func decoded() throws(APIStatus) -> JSONValue {
    let configuration: JSONValue
    do {
      configuration = try YAMLBody.value(api.request.body)
    } catch {
      throw .badRequest("error decoding YAML: \(error)")
    }
    guard configuration["apiVersion"]?.string == api.type.apiVersion, configuration["kind"]?.string == api.type.kind else {
      throw .badRequest("invalid object type: expected \(api.type.apiVersion) \(api.type.kind)")
    }
    guard configuration.name.isEmpty || configuration.name == api.key.name else {
      throw .badRequest("the name of the object (\(configuration.name)) does not match the name on the URL (\(api.key.name))")
    }
    guard configuration[path: "metadata", "managedFields"] == nil else {
      throw .badRequest("metadata.managedFields must be nil")
    }
    var named = configuration
    named["metadata"]?["name"] = .string(api.key.name)
    return named
  }

  private func checkRightToCreate(_ world: World) throws(APIStatus) {
    let (type, key, identity) = (api.type, api.key, api.request.identity)
    let question = AccessQuestion(
      verb: "create",
      subject: .resource(group: type.group, resource: type.plural, subresource: "", namespace: key.namespace, name: key.name))
    try question.check(identity, world)
  }

  func merged(
    _ configuration: JSONValue, into before: JSONValue, manager: String, now: Timestamp
  ) throws(APIStatus) -> JSONValue {
    let declared = ManagedFields.set(of: configuration)
    let entries = before[path: "metadata", "managedFields"]?.array ?? []
    func isMine(_ entry: JSONValue) -> Bool {
      entry["manager"]?.string == manager && entry["operation"]?.string == ManagedFields.apply && entry["subresource"] == nil
    }
    let contested = conflicts(configuration, declared, before, entries.filter { !isMine($0) })
    if !contested.isEmpty, !api.request.query.isTrue("force") { throw Self.refusal(contested) }
    var result = FieldSet.merge(configuration, into: before)
    let mine = entries.first(where: isMine)?["fieldsV1"]
    if let mine, let dropped = ManagedFields.subtracting(declared, from: mine) {
      let kept = entries.filter { !isMine($0) }.compactMap { $0["fieldsV1"] }
      let orphaned = kept.reduce(Optional(dropped)) { rest, other in
        rest.flatMap { ManagedFields.subtracting(other, from: $0) }
      }
      if let orphaned { result = FieldSet.remove(orphaned, from: result) }
    }
    result["metadata"]?["resourceVersion"] = configuration[path: "metadata", "resourceVersion"]
    let fields = managedFields(entries, declared, contested.map(\.fields), isMine: isMine, manager: manager, now: now)
    result["metadata"]?["managedFields"] = .array(fields)
    return result
  }

  private func managedFields(
    _ entries: [JSONValue], _ declared: JSONValue, _ taken: [JSONValue], isMine: (JSONValue) -> Bool, manager: String,
    now: Timestamp
  ) -> [JSONValue] {
    let old = entries.first(where: isMine)
    let others = entries.filter { !isMine($0) }.compactMap { entry -> JSONValue? in
      var entry = entry
      for fields in taken {
        guard let rest = ManagedFields.subtracting(fields, from: entry["fieldsV1"] ?? [:]) else { return nil }
        entry["fieldsV1"] = rest
      }
      return entry
    }
    let isSame = old?["fieldsV1"] == declared
    let entry: JSONValue = [
      "manager": .string(manager), "operation": .string(ManagedFields.apply), "apiVersion": .string(api.type.apiVersion),
      "time": isSame ? old?["time"] ?? .string(now.rfc3339) : .string(now.rfc3339), "fieldsType": "FieldsV1",
      "fieldsV1": declared,
    ]
    return [entry] + others
  }

  private struct Conflict {
    let manager: String
    let paths: [String]
    let fields: JSONValue
  }

  private func conflicts(
    _ configuration: JSONValue, _ declared: JSONValue, _ before: JSONValue, _ others: [JSONValue]
  ) -> [Conflict] {
    others.compactMap { entry in
      guard let common = FieldSet.leaves(of: declared, in: entry["fieldsV1"] ?? [:]) else { return nil }
      let contested = FieldSet.differing(common, configuration, before)
      guard let fields = contested.fields else { return nil }
      var manager = "\"\(entry["manager"]?.string ?? "")\""
      if let subresource = entry["subresource"]?.string { manager += " with subresource \"\(subresource)\"" }
      if entry["operation"]?.string != ManagedFields.apply { manager += " using \(entry["apiVersion"]?.string ?? "")" }
      return Conflict(manager: manager, paths: contested.paths.sorted(), fields: fields)
    }
  }

  private static func refusal(_ conflicts: [Conflict]) -> APIStatus {
    let paths = conflicts.flatMap { conflict in conflict.paths.map { (conflict.manager, $0) } }
    let text =
      paths.count == 1
      ? "conflict with \(paths[0].0): \(paths[0].1)"
      : conflicts.map { conflict in
        "conflict\(conflict.paths.count == 1 ? "" : "s") with \(conflict.manager):\n"
          + conflict.paths.map { "- \($0)" }.joined(separator: "\n")
      }.joined(separator: "\n")
    let causes = paths.map { manager, path -> JSONValue in
      ["reason": "FieldManagerConflict", "message": .string("conflict with \(manager)"), "field": .string(path)]
    }
    return APIStatus(
      code: 409, message: "Apply failed with \(paths.count) conflict\(paths.count == 1 ? "" : "s"): \(text)",
      reason: "Conflict", details: ["causes": .array(causes)])
  }
}
