/// Whether a token is genuine, and whose. The API server answers 201 whatever it finds.
public struct TokenReview: Sendable, Hashable {
  public struct User: Sendable, Hashable {
    public let username: String
    public let uid: String
    public let groups: [String]
    public let extra: [String: [String]]
  }

  /// Set only for a genuine token.
  public let user: User?
  /// The audiences asked for that the token is meant for. Check them: without any asked for, the server tests its own.
  public let audiences: [String]
  /// Why the token was refused.
  public let error: String?

  static let type = ResourceType(apiVersion: "authentication.k8s.io/v1", kind: "TokenReview", plural: "tokenreviews")

  static func body(token: String, audiences: [String]) -> JSONValue {
    [
      "apiVersion": .string(type.apiVersion), "kind": .string(type.kind),
      "spec": ["token": .string(token), "audiences": .array(audiences.map { .string($0) })],
    ]
  }
}

extension TokenReview: Decodable {
  private struct Status: Decodable {
    let authenticated: Bool?
    let user: JSONUser?
    let audiences: [String]?
    let error: String?
  }
  private struct JSONUser: Decodable {
    let username: String?
    let uid: String?
    let groups: [String]?
    let extra: [String: [String]]?
  }
  private enum CodingKeys: String, CodingKey { case status }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let status = try container.decode(Status.self, forKey: .status)
    audiences = status.audiences ?? []
    error = status.error
    guard status.authenticated == true, let found = status.user, let username = found.username, !username.isEmpty else {
      user = nil
      return
    }
    user = User(username: username, uid: found.uid ?? "", groups: found.groups ?? [], extra: found.extra ?? [:])
  }
}
