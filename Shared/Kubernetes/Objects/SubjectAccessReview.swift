/// Whether RBAC lets somebody do something. It honours resources that no API serves, such as `remediations.ai-sre.dev`.
public struct SubjectAccessReview: Sendable, Hashable {
  /// Who asks for what. Groups are not looked up by the server: pass them.
  public struct Question: Sendable, Hashable {
    public let user: String
    public let groups: [String]
    public let verb: String
    public let group: String
    public let resource: String
    public let namespace: String?
    public let name: String?

    public init(
      user: String, groups: [String], verb: String, group: String, resource: String, namespace: String?, name: String? = nil
    ) {
      self.user = user
      self.groups = groups
      self.verb = verb
      self.group = group
      self.resource = resource
      self.namespace = namespace
      self.name = name
    }
  }

  public let allowed: Bool
  /// The rule that allowed it, when the server says so.
  public let reason: String?

  static let type = ResourceType(
    apiVersion: "authorization.k8s.io/v1", kind: "SubjectAccessReview", plural: "subjectaccessreviews")

  static func body(_ question: Question) -> JSONValue {
    var attributes: [String: JSONValue] = [
      "verb": .string(question.verb), "group": .string(question.group), "resource": .string(question.resource),
    ]
    attributes["namespace"] = question.namespace.map { .string($0) }
    attributes["name"] = question.name.map { .string($0) }
    return [
      "apiVersion": .string(type.apiVersion), "kind": .string(type.kind),
      "spec": [
        "user": .string(question.user), "groups": .array(question.groups.map { .string($0) }),
        "resourceAttributes": .object(attributes),
      ],
    ]
  }
}

extension SubjectAccessReview: Decodable {
  private struct Status: Decodable {
    let allowed: Bool
    let denied: Bool?
    let reason: String?
  }
  private enum CodingKeys: String, CodingKey { case status }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let status = try container.decode(Status.self, forKey: .status)
    allowed = status.allowed && status.denied != true
    reason = status.reason
  }
}
