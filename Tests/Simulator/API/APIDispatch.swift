/// Leads an authenticated and permitted request to what answers it.
struct APIDispatch {
  let request: APIRequest
  let authenticator: Authenticator

  /// The question that authorisation has to answer first.
  var question: AccessQuestion {
    let target = request.target
    guard target.isResource, let verb = target.verb(method: request.method, query: request.query) else {
      return AccessQuestion(verb: request.method.lowercased(), subject: .path(request.path))
    }
    var name = target.name
    if name.isEmpty, verb == .list || verb == .watch || verb == .deletecollection, let type = target.type,
      let selector = try? FieldSelector(parsing: request.query["fieldSelector"] ?? "", for: type)
    {
      name = selector.name ?? ""
    }
    return AccessQuestion(
      verb: verb.rawValue,
      subject: .resource(
        group: target.group, resource: target.resource, subresource: target.subresource, namespace: target.namespace, name: name))
  }

  /// 403 in the API server's words.
  func checkAccess(_ world: World) throws(APIStatus) { try question.check(request.identity, world) }

  func respond(_ world: inout World, _ watches: inout WatchHub) throws(APIStatus) -> APIResponse {
    let target = request.target
    guard target.isResource else {
      guard
        let response = try Discovery(request: request, issuer: authenticator.issuer, custom: world.store.customTypes).respond()
      else { throw .pageNotFound }
      return response
    }
    if let response = try Reviews(request: request, authenticator: authenticator).respond(&world) { return response }
    guard let type = target.type else { throw .resourceNotFound }
    let api = ResourceAPI(request: request, type: type)
    if !target.subresource.isEmpty { return try respond(api, subresource: target.subresource, &world) }
    guard type.namespaced || target.namespace.isEmpty || type == ResourceCatalogue.namespaces else { throw .resourceNotFound }
    switch target.verb(method: request.method, query: request.query) {
    case .get: return try api.get(world)
    case .list: return try api.list(world)
    case .watch: return APIResponse(body: .watch(try watches.open(request, type, world)))
    case .create:
      guard target.name.isEmpty, !type.namespaced || !target.namespace.isEmpty else { throw .methodNotAllowed }
      return try api.create(&world)
    case .update:
      guard !target.name.isEmpty else { throw .methodNotAllowed }
      return try api.update(&world)
    case .patch:
      guard !target.name.isEmpty else { throw .methodNotAllowed }
      return try api.patch(&world)
    case .delete: return try api.delete(&world)
    case .deletecollection: return try api.deleteCollection(&world)
    case nil: throw .methodNotAllowed
    }
  }

  private func respond(_ api: ResourceAPI, subresource: String, _ world: inout World) throws(APIStatus) -> APIResponse {
    guard request.target.rest.isEmpty, Discovery.subresources(of: api.type).contains(where: { $0.name == subresource }) else {
      throw .resourceNotFound
    }
    switch subresource {
    case "log":
      guard request.method == "GET" else { throw .methodNotAllowed }
      return try PodLogs(request: request).respond(world)
    case "token":
      guard request.method == "POST" else { throw .methodNotAllowed }
      return try TokenRequest(request: request, issuer: authenticator.issuer).respond(&world)
    case "eviction": return try EvictionAPI(api: api).respond(&world)
    case "exec": return try PodExec(request: request).respond(world)
    case "scale": return try ScaleAPI(api: api).respond(&world)
    default:
      switch request.method {
      case "GET": return try api.get(world)
      case "PUT": return try api.update(&world)
      case "PATCH": return try api.patch(&world)
      default: throw .methodNotAllowed
      }
    }
  }
}

extension AccessQuestion {
  /// 403 in the API server's words, unless it is allowed.
  func check(_ identity: Identity, _ world: World) throws(APIStatus) {
    guard !Authorizer(store: world.store).answer(self, for: identity).isAllowed else { return }
    let user = "User \"\(identity.username)\""
    switch subject {
    case .path(let path):
      throw APIStatus(code: 403, message: "forbidden: \(user) cannot \(verb) path \"\(path)\"", reason: "Forbidden", details: [:])
    case .resource(let group, let resource, let subresource, let namespace, let name):
      let full = subresource.isEmpty ? resource : "\(resource)/\(subresource)"
      let place = namespace.isEmpty ? "at the cluster scope" : "in the namespace \"\(namespace)\""
      throw .forbidden(
        group: group, resource: resource, name: name,
        "\(user) cannot \(verb) resource \"\(full)\" in API group \"\(group)\" \(place)")
    }
  }
}
