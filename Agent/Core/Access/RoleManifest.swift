import Kubernetes

/// The rights as Kubernetes manifests: ServiceAccount, roles and bindings, ready for `kubectl apply`.
public struct RoleManifest: Sendable {
  private let rights: Rights

  public init(_ rights: Rights) { self.rights = rights }

  public var yaml: String {
    documents.joined(separator: "---\n")
  }

  private var documents: [String] {
    let home = rights.scope.home
    switch rights.scope {
    case .namespace:
      return [
        account(in: home), role("Role", name, in: home, rights.all), binding("RoleBinding", "Role", name, in: home),
      ]
    case .cluster:
      return [
        account(in: home), role("Role", name, in: home, rights.all.filter(rights.isOwn)),
        binding("RoleBinding", "Role", name, in: home),
        role("ClusterRole", name, in: nil, rights.all.filter { !rights.isOwn($0) }),
        binding("ClusterRoleBinding", "ClusterRole", name, in: nil),
      ]
    }
  }

  /// Of the ServiceAccount and of everything about it.
  private var name: String {
    switch rights.scope {
    case .namespace: "ai-sre-agent"
    case .cluster: "ai-sre-cluster-agent"
    }
  }

  private func account(in namespace: String) -> String {
    head("v1", "ServiceAccount", name, in: namespace)
  }

  private func role(_ kind: String, _ name: String, in namespace: String?, _ rights: [Right]) -> String {
    head("rbac.authorization.k8s.io/v1", kind, name, in: namespace) + "rules:\n" + Self.rules(rights).joined()
  }

  private func binding(_ kind: String, _ role: String, _ name: String, in namespace: String?) -> String {
    head("rbac.authorization.k8s.io/v1", kind, name, in: namespace) + """
      subjects:
        - {kind: ServiceAccount, name: \(name), namespace: \(rights.scope.home)}
      roleRef: {apiGroup: rbac.authorization.k8s.io, kind: \(role), name: \(name)}

      """
  }

  private func head(_ version: String, _ kind: String, _ name: String, in namespace: String?) -> String {
    """
    apiVersion: \(version)
    kind: \(kind)
    metadata:
      name: \(name)
    \(namespace.map { "  namespace: \($0)\n" } ?? "")  labels: {app.kubernetes.io/name: \(name), app.kubernetes.io/part-of: ai-sre}

    """
  }

  /// One rule for each resource and set of names, with what it is for, in the order of the list.
  private static func rules(_ rights: [Right]) -> [String] {
    struct Key: Hashable {
      let group: String
      let resource: String
      let names: [String]
    }
    var order: [Key] = []
    var merged: [Key: (verbs: [APICall.Verb], purposes: [String])] = [:]
    for right in rights {
      let key = Key(group: right.group, resource: right.resource, names: right.names)
      if merged[key] == nil { order.append(key) }
      var entry = merged[key] ?? ([], [])
      entry.verbs += right.verbs.filter { !entry.verbs.contains($0) }
      if !entry.purposes.contains(right.purpose) { entry.purposes.append(right.purpose) }
      merged[key] = entry
    }
    return order.compactMap { key in
      guard let (verbs, purposes) = merged[key] else { return nil }
      let names = key.names.isEmpty ? "" : "    resourceNames: [\(key.names.joined(separator: ", "))]\n"
      return """
          # \(purposes.joined(separator: "; "))
          - apiGroups: ["\(key.group)"]
            resources: [\(key.resource)]
        \(names)    verbs: [\(verbs.map(\.rawValue).joined(separator: ", "))]

        """
    }
  }
}
