/// One Kubernetes object, named so that no other object can be meant: a re-created namesake has another uid.
public struct Target: Sendable, Hashable, Codable {
  public let apiVersion: String
  public let kind: String
  /// Empty for objects without a namespace (nodes).
  public let namespace: String
  public let name: String
  public let uid: String

  public init(apiVersion: String, kind: String, namespace: String, name: String, uid: String) {
    self.apiVersion = apiVersion
    self.kind = kind
    self.namespace = namespace
    self.name = name
    self.uid = uid
  }

  /// `shop/Deployment/checkout`, or `Node/name`.
  public var path: String {
    namespace.isEmpty ? "\(kind)/\(name)" : "\(namespace)/\(kind)/\(name)"
  }
}

extension Target {
  init(_ object: consuming StrictObject) throws(StrictJSONError) {
    self.init(
      apiVersion: try object.string("apiVersion", limit: 128),
      kind: try object.string("kind", limit: 64),
      namespace: try object.string("namespace", limit: 63),
      name: try object.string("name", limit: 253),
      uid: try object.string("uid", limit: 64))
    try object.finish()
  }
}
