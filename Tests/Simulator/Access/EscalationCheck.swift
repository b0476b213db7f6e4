/// Nobody grants what they do not have: a Role may hold only rules that its writer is given (recordings, 01 rbac-escalation).
struct EscalationCheck {
  let type: ResourceType
  let identity: Identity

  func check(_ object: JSONValue, _ world: World) throws(APIStatus) {
    guard type == ResourceCatalogue.roles || type == ResourceCatalogue.clusterRoles,
      !identity.groups.contains("system:masters")
    else { return }
    let authorizer = Authorizer(store: world.store)
    guard !isAllowed(authorizer, "escalate", object) else { return }
    let missing = (object["rules"]?.array ?? []).filter { !holds($0, authorizer, namespace: object.namespace) }
    guard !missing.isEmpty else { return }
    let groups = identity.groups.map { "\"\($0)\"" }.joined(separator: " ")
    throw .forbidden(
      group: type.group, resource: type.plural, name: object.name,
      "user \"\(identity.username)\" (groups=[\(groups)]) is attempting to grant RBAC permissions not currently held:\n"
        + missing.map(text).joined(separator: "\n"))
  }

  private func isAllowed(_ authorizer: Authorizer, _ verb: String, _ object: JSONValue) -> Bool {
    let question = AccessQuestion(
      verb: verb,
      subject: .resource(
        group: type.group, resource: type.plural, subresource: "", namespace: object.namespace, name: object.name))
    return authorizer.answer(question, for: identity).isAllowed
  }

  private func holds(_ rule: JSONValue, _ authorizer: Authorizer, namespace: String) -> Bool {
    func list(_ member: String) -> [String] { (rule[member]?.array ?? []).compactMap(\.string) }
    let names = list("resourceNames").isEmpty ? [""] : list("resourceNames")
    let isGranted = list("verbs").allSatisfy { verb in
      list("apiGroups").allSatisfy { group in
        list("resources").allSatisfy { resource in
          let parts = resource.split(separator: "/", maxSplits: 1).map(String.init)
          return names.allSatisfy { name in
            let subject = AccessQuestion.Subject.resource(
              group: group, resource: parts[0], subresource: parts.count > 1 ? parts[1] : "", namespace: namespace, name: name)
            return authorizer.answer(AccessQuestion(verb: verb, subject: subject), for: identity).isAllowed
          }
        }
      }
    }
    let isGrantedPath = list("verbs").allSatisfy { verb in
      list("nonResourceURLs").allSatisfy { path in
        authorizer.answer(AccessQuestion(verb: verb, subject: .path(path)), for: identity).isAllowed
      }
    }
    return isGranted && isGrantedPath
  }

  private func text(_ rule: JSONValue) -> String {
    func list(_ member: String, _ name: String) -> String? {
      let values = (rule[member]?.array ?? []).compactMap(\.string)
      return values.isEmpty ? nil : "\(name):[\(values.map { "\"\($0)\"" }.joined(separator: " "))]"
    }
    let parts = [
      list("apiGroups", "APIGroups"), list("resources", "Resources"), list("resourceNames", "ResourceNames"),
      list("nonResourceURLs", "NonResourceURLs"), list("verbs", "Verbs"),
    ].compactMap { $0 }
    return "{\(parts.joined(separator: ", "))}"
  }
}
