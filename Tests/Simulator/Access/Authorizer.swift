/// What somebody wants to do.
struct AccessQuestion: Sendable {
  enum Subject: Sendable {
    case resource(group: String, resource: String, subresource: String, namespace: String, name: String)
    case path(String)
  }

  let verb: String
  let subject: Subject
}

/// The answer, with the reason that a SubjectAccessReview shows.
struct AccessAnswer: Sendable {
  let isAllowed: Bool
  let reason: String
}

/// RBAC over the Role, ClusterRole and binding objects of the store.
struct Authorizer {
  let store: ResourceStore

  func answer(_ question: AccessQuestion, for identity: Identity) -> AccessAnswer {
    if identity.groups.contains("system:masters") { return AccessAnswer(isAllowed: true, reason: "") }
    for (_, binding) in store.objects(ResourceCatalogue.clusterRoleBindings) {
      if let subject = subject(of: binding, identity, namespace: ""), allows(role(of: binding, namespace: ""), question) {
        let role = binding[path: "roleRef", "name"]?.string ?? ""
        return AccessAnswer(
          isAllowed: true,
          reason: "RBAC: allowed by ClusterRoleBinding \"\(binding.name)\" of ClusterRole \"\(role)\" to \(subject)")
      }
    }
    guard case .resource(_, _, _, let namespace, _) = question.subject, !namespace.isEmpty else {
      return AccessAnswer(isAllowed: false, reason: "")
    }
    for (_, binding) in store.objects(ResourceCatalogue.roleBindings, namespace: namespace) {
      if let subject = subject(of: binding, identity, namespace: namespace),
        allows(role(of: binding, namespace: namespace), question)
      {
        let kind = binding[path: "roleRef", "kind"]?.string ?? ""
        let role = binding[path: "roleRef", "name"]?.string ?? ""
        return AccessAnswer(
          isAllowed: true,
          reason: "RBAC: allowed by RoleBinding \"\(binding.name)/\(namespace)\" of \(kind) \"\(role)\" to \(subject)")
      }
    }
    return AccessAnswer(isAllowed: false, reason: "")
  }

  /// Every rule that somebody has in a namespace: those about resources, and those about paths.
  func rules(for identity: Identity, namespace: String) -> (resources: [JSONValue], paths: [JSONValue]) {
    let bindings =
      store.objects(ResourceCatalogue.clusterRoleBindings).filter { subject(of: $0.value, identity, namespace: "") != nil }
      .map { role(of: $0.value, namespace: "") }
      + store.objects(ResourceCatalogue.roleBindings, namespace: namespace)
      .filter { subject(of: $0.value, identity, namespace: namespace) != nil }
      .map { role(of: $0.value, namespace: namespace) }
    let rules = bindings.flatMap { $0?["rules"]?.array ?? [] }
    return (rules.filter { $0["resources"] != nil }, rules.filter { $0["nonResourceURLs"] != nil })
  }

  /// The words for the subject through which a binding meets somebody, `nil` when it does not.
  private func subject(of binding: JSONValue, _ identity: Identity, namespace: String) -> String? {
    for subject in binding["subjects"]?.array ?? [] {
      let name = subject["name"]?.string ?? ""
      switch subject["kind"]?.string {
      case "User": if identity.username == name { return "User \"\(name)\"" }
      case "Group": if identity.groups.contains(name) { return "Group \"\(name)\"" }
      case "ServiceAccount":
        let home = subject["namespace"]?.string ?? namespace
        if identity.username == "system:serviceaccount:\(home):\(name)" { return "ServiceAccount \"\(name)/\(home)\"" }
      default: break
      }
    }
    return nil
  }

  private func role(of binding: JSONValue, namespace: String) -> JSONValue? {
    let name = binding[path: "roleRef", "name"]?.string ?? ""
    return binding[path: "roleRef", "kind"]?.string == "ClusterRole"
      ? store.object(ResourceCatalogue.clusterRoles, ObjectKey(namespace: "", name: name))
      : store.object(ResourceCatalogue.roles, ObjectKey(namespace: namespace, name: name))
  }

  private func allows(_ role: JSONValue?, _ question: AccessQuestion) -> Bool {
    (role?["rules"]?.array ?? []).contains { rule in
      guard Self.list(rule["verbs"], has: question.verb) else { return false }
      switch question.subject {
      case .path(let path):
        return (rule["nonResourceURLs"]?.array ?? []).compactMap(\.string).contains { url in
          url == "*" || url == path || (url.hasSuffix("*") && path.hasPrefix(url.dropLast()))
        }
      case .resource(let group, let resource, let subresource, _, let name):
        let full = subresource.isEmpty ? resource : "\(resource)/\(subresource)"
        guard Self.list(rule["apiGroups"], has: group),
          Self.list(rule["resources"], has: full)
            || (!subresource.isEmpty && Self.list(rule["resources"], has: "*/\(subresource)"))
        else { return false }
        let names = (rule["resourceNames"]?.array ?? []).compactMap(\.string)
        return names.isEmpty || names.contains(name)
      }
    }
  }

  private static func list(_ list: JSONValue?, has wanted: String) -> Bool {
    (list?.array ?? []).contains { $0.string == wanted || $0.string == "*" }
  }
}
