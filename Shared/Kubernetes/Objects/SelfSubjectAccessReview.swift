/// Whether the one who asks may make a call. Everybody who is logged in may ask.
struct SelfSubjectAccessReview: Sendable, Hashable {
  let allowed: Bool

  static let type = ResourceType(
    apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview", plural: "selfsubjectaccessreviews")

  static func body(_ call: APICall) -> JSONValue {
    let parts = call.resource.split(separator: "/", maxSplits: 1).map { String($0) }
    var attributes: [String: JSONValue] = [
      "verb": .string(call.verb.rawValue), "group": .string(call.group), "resource": .string(parts.first ?? ""),
    ]
    if parts.count == 2 { attributes["subresource"] = .string(parts[1]) }
    attributes["namespace"] = call.namespace.map { .string($0) }
    attributes["name"] = call.name.map { .string($0) }
    return [
      "apiVersion": .string(type.apiVersion), "kind": .string(type.kind), "spec": ["resourceAttributes": .object(attributes)],
    ]
  }
}

extension SelfSubjectAccessReview: Decodable {
  private struct Status: Decodable {
    let allowed: Bool
    let denied: Bool?
  }
  private enum CodingKeys: String, CodingKey { case status }

  init(from decoder: any Decoder) throws {
    let status = try decoder.container(keyedBy: CodingKeys.self).decode(Status.self, forKey: .status)
    allowed = status.allowed && status.denied != true
  }
}
