/// `POST …/serviceaccounts/NAME/token` (recordings, 01 token-request-*).
struct TokenRequest {
  let request: APIRequest
  let issuer: TokenIssuer

  func respond(_ world: inout World) throws(APIStatus) -> APIResponse {
    let target = request.target
    let key = ObjectKey(namespace: target.namespace, name: target.name)
    let body: JSONValue
    do {
      body = try JSONValue(parsing: request.body)
    } catch {
      throw .badRequest(
        "the object provided is unrecognized (must be of type TokenRequest): couldn't get version/kind; json parse error: "
          + error.description)
    }
    guard let account = world.store.object(ResourceCatalogue.serviceAccounts, key) else {
      throw .notFound(ResourceCatalogue.serviceAccounts, key.name)
    }
    let seconds = body[path: "spec", "expirationSeconds"]?.integer ?? 3600
    guard seconds >= 600 else {
      throw .invalid(
        kind: "TokenRequest", group: "authentication.k8s.io", name: "",
        [.invalid("spec.expirationSeconds", String(seconds), "may not specify a duration less than 10 minutes")])
    }
    var audiences = (body[path: "spec", "audiences"]?.array ?? []).compactMap(\.string)
    if audiences.isEmpty { audiences = [TokenIssuer.ownAudience] }
    var claims = TokenIssuer.Claims(
      namespace: key.namespace, account: key.name, accountUID: account.uid, audiences: audiences,
      expires: issuer.now + Double(seconds), tokenID: world.uid())
    if let reference = body[path: "spec", "boundObjectRef"], !reference.isNull {
      try bind(&claims, to: reference, world)
    }
    guard let token = try? issuer.issue(claims) else { throw .internalError("the token could not be signed") }
    var spec: JSONValue = [
      "audiences": .array(audiences.map(JSONValue.string)), "expirationSeconds": .integer(Int64(seconds)),
    ]
    spec["boundObjectRef"] = body[path: "spec", "boundObjectRef"] ?? .null
    let end = Timestamp(seconds: claims.expires)
    return .json(
      [
        "kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1",
        "metadata": [
          "name": .string(key.name), "namespace": .string(key.namespace), "uid": .string(account.uid),
          "creationTimestamp": .string(world.now.rfc3339),
        ],
        "spec": spec, "status": ["token": .string(token), "expirationTimestamp": .string(end.rfc3339)],
      ], status: 201)
  }

  private func bind(_ claims: inout TokenIssuer.Claims, to reference: JSONValue, _ world: World) throws(APIStatus) {
    let name = reference["name"]?.string ?? ""
    guard reference["kind"]?.string == "Pod" else { return }
    guard let pod = world.store.object(ResourceCatalogue.pods, ObjectKey(namespace: claims.namespace, name: name)) else {
      throw .notFound(ResourceCatalogue.pods, name)
    }
    if let uid = reference["uid"]?.string, !uid.isEmpty, uid != pod.uid {
      throw .preconditionConflict(
        kind: "Pod", name,
        "the UID in the bound object reference (\(uid)) does not match the UID in record. The object might have been deleted and "
          + "then recreated")
    }
    claims.pod = (pod.name, pod.uid)
    if let nodeName = pod[path: "spec", "nodeName"]?.string,
      let node = world.store.object(ResourceCatalogue.nodes, ObjectKey(namespace: "", name: nodeName))
    {
      claims.node = (node.name, node.uid)
    }
  }
}
