/// One request as the API server's authorizer sees it: the attributes that RBAC rules speak of.
public struct APICall: Sendable, Hashable {
  public enum Verb: String, Sendable, CaseIterable {
    case get, list, watch, create, update, patch, delete, deletecollection
  }

  public let verb: Verb
  /// Empty for the core group.
  public let group: String
  /// Lower-case plural, with the subresource as RBAC writes it: `pods/log`.
  public let resource: String
  /// Nil for cluster-scoped objects and for requests over all namespaces. A Namespace object counts as in itself.
  public let namespace: String?
  public let name: String?

  public init(verb: Verb, group: String, resource: String, namespace: String?, name: String?) {
    self.verb = verb
    self.group = group
    self.resource = resource
    self.namespace = namespace
    self.name = name
  }
}

extension APICall {
  /// Reads a request's method and path with query. Nil for a path that names no resource, such as discovery.
  /// - Parameter method: in capitals.
  public init?(method: String, path: String) {
    let parts = path.split(separator: "?", maxSplits: 1)
    guard let first = parts.first else { return nil }
    var segments = first.split(separator: "/").map { String($0) }[...]
    let group: String
    switch segments.popFirst() {
    case "api":
      guard segments.popFirst() != nil else { return nil }
      group = ""
    case "apis":
      guard let name = segments.popFirst(), segments.popFirst() != nil else { return nil }
      group = name
    default: return nil
    }
    var namespace: String?
    if segments.first == "namespaces", segments.count > 2 {
      namespace = segments.dropFirst().first
      segments = segments.dropFirst(2)
    }
    guard let plural = segments.popFirst() else { return nil }
    let name = segments.popFirst()
    if group.isEmpty, plural == "namespaces" { namespace = name }
    let subresource = segments.isEmpty ? "" : "/" + segments.joined(separator: "/")
    let query = parts.count > 1 ? parts[1].split(separator: "&") : []
    let watches = query.contains { $0 == "watch=1" || $0 == "watch=true" }
    guard let verb = Verb(method: method, named: name != nil, watches: watches) else { return nil }
    self.init(verb: verb, group: group, resource: plural + subresource, namespace: namespace, name: name)
  }
}

extension APICall.Verb {
  fileprivate init?(method: String, named: Bool, watches: Bool) {
    switch method {
    case "GET", "HEAD": self = named ? .get : watches ? .watch : .list
    case "POST": self = .create
    case "PUT": self = .update
    case "PATCH": self = .patch
    case "DELETE": self = named ? .delete : .deletecollection
    default: return nil
    }
  }
}

extension APICall: CustomStringConvertible {
  /// `get pods/log checkout-1 in shop`
  public var description: String {
    let object = group.isEmpty ? resource : "\(resource).\(group)"
    return [verb.rawValue, object, name, namespace.map { "in \($0)" }].compactMap { $0 }.joined(separator: " ")
  }
}
