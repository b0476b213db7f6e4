/// The resources that are only questions: who is this, and what may they do.
struct Reviews {
  let request: APIRequest
  let authenticator: Authenticator

  /// The answer, `nil` when the path names no review.
  func respond(_ world: inout World) throws(APIStatus) -> APIResponse? {
    let target = request.target
    guard target.name.isEmpty else { return nil }
    let answer: (JSONValue, inout World) throws(APIStatus) -> JSONValue
    let kind: String
    switch (target.group, target.resource) {
    case ("authentication.k8s.io", "tokenreviews"): (kind, answer) = ("TokenReview", tokenReview)
    case ("authentication.k8s.io", "selfsubjectreviews"): (kind, answer) = ("SelfSubjectReview", selfReview)
    case ("authorization.k8s.io", "subjectaccessreviews"): (kind, answer) = ("SubjectAccessReview", accessReview)
    case ("authorization.k8s.io", "localsubjectaccessreviews"): (kind, answer) = ("LocalSubjectAccessReview", accessReview)
    case ("authorization.k8s.io", "selfsubjectaccessreviews"): (kind, answer) = ("SelfSubjectAccessReview", selfAccessReview)
    case ("authorization.k8s.io", "selfsubjectrulesreviews"): (kind, answer) = ("SelfSubjectRulesReview", selfRules)
    default: return nil
    }
    guard target.version == "v1" else { return nil }
    guard request.method == "POST" else { throw .methodNotAllowed }
    let body: JSONValue
    do {
      body = try JSONValue(parsing: request.body)
    } catch {
      throw .badRequest(
        "the object provided is unrecognized (must be of type \(kind)): couldn't get version/kind; json parse error: "
          + error.description)
    }
    var metadata: JSONValue = [:]
    if kind == "LocalSubjectAccessReview" { metadata["namespace"] = .string(target.namespace) }
    if kind == "SelfSubjectReview" { metadata["creationTimestamp"] = .string(world.now.rfc3339) }
    var review: JSONValue = [
      "kind": .string(kind), "apiVersion": .string("\(target.group)/v1"), "metadata": metadata,
    ]
    if kind == "SelfSubjectRulesReview" {
      review["spec"] = [:]
    } else if kind != "SelfSubjectReview" {
      review["spec"] = withoutEmptyStrings(body["spec"] ?? [:])
    }
    review["status"] = try answer(body["spec"] ?? [:], &world)
    return .json(review, status: 201)
  }

  /// A refusal is 201 as well, and has no `authenticated` (recordings, 01 token-review-*).
  private func tokenReview(_ spec: JSONValue, _ world: inout World) throws(APIStatus) -> JSONValue {
    guard let token = spec["token"]?.string, !token.isEmpty else {
      throw .badRequest("token is required for TokenReview in authentication")
    }
    let asked = (spec["audiences"]?.array ?? []).compactMap(\.string)
    do {
      let (identity, audiences) = try authenticator.authenticate(
        token, audiences: asked.isEmpty ? [TokenIssuer.ownAudience] : asked, &world)
      return [
        "authenticated": true, "user": identity.userInfo, "audiences": .array(audiences.map(JSONValue.string)),
      ]
    } catch {
      return ["user": [:], "error": .string(error.message)]
    }
  }

  private func selfReview(_ spec: JSONValue, _ world: inout World) throws(APIStatus) -> JSONValue {
    ["userInfo": request.identity.userInfo]
  }

  private func accessReview(_ spec: JSONValue, _ world: inout World) throws(APIStatus) -> JSONValue {
    let user = spec["user"]?.string ?? ""
    let groups = (spec["groups"]?.array ?? []).compactMap(\.string)
    guard !user.isEmpty || !groups.isEmpty else {
      throw .invalid(
        kind: "", group: "authorization.k8s.io", name: "",
        [.invalid("spec.user", "\"\"", "at least one of user or group must be specified")])
    }
    return try answer(spec, Identity(username: user, groups: groups), world)
  }

  private func selfAccessReview(_ spec: JSONValue, _ world: inout World) throws(APIStatus) -> JSONValue {
    try answer(spec, request.identity, world)
  }

  private func selfRules(_ spec: JSONValue, _ world: inout World) throws(APIStatus) -> JSONValue {
    let (resources, paths) = Authorizer(store: world.store).rules(
      for: request.identity, namespace: spec["namespace"]?.string ?? "default")
    return ["resourceRules": .array(resources), "nonResourceRules": .array(paths), "incomplete": false]
  }

  private func answer(_ spec: JSONValue, _ identity: Identity, _ world: World) throws(APIStatus) -> JSONValue {
    let question: AccessQuestion
    func text(_ value: JSONValue, _ member: String) -> String { value[member]?.string ?? "" }
    switch (spec["resourceAttributes"], spec["nonResourceAttributes"]) {
    case (let attributes?, nil):
      question = AccessQuestion(
        verb: text(attributes, "verb"),
        subject: .resource(
          group: text(attributes, "group"), resource: text(attributes, "resource"),
          subresource: text(attributes, "subresource"), namespace: text(attributes, "namespace"), name: text(attributes, "name")))
    case (nil, let attributes?):
      question = AccessQuestion(verb: text(attributes, "verb"), subject: .path(text(attributes, "path")))
    default:
      throw .invalid(
        kind: "", group: "authorization.k8s.io", name: "",
        [
          .invalid(
            "spec.resourceAttributes", "null", "exactly one of nonResourceAttributes or resourceAttributes must be specified")
        ])
    }
    let answer = Authorizer(store: world.store).answer(question, for: identity)
    var status: JSONValue = ["allowed": .bool(answer.isAllowed)]
    if !answer.reason.isEmpty { status["reason"] = .string(answer.reason) }
    return status
  }

  private func withoutEmptyStrings(_ value: JSONValue) -> JSONValue {
    guard case .object(let object) = value else { return value }
    return .object(
      JSONObject(object.filter { $0.value != .string("") }.map { ($0.key, withoutEmptyStrings($0.value)) }))
  }
}
