public import Kubernetes

/// Asks the cluster's TokenReview. An agent is exactly `system:serviceaccount:NAMESPACE:ai-sre-agent`, with a token for our own
/// audience: a token for the API server, stolen from any pod, is none.
public struct TokenReviewAuthenticator: AgentAuthenticator {
  static let audience = "ai-sre-agent"
  static let account = "ai-sre-agent"

  private let client: KubernetesClient

  public init(client: KubernetesClient) {
    self.client = client
  }

  public func namespace(presenting token: String) async throws(AgentAuthenticationError) -> String {
    guard !token.isEmpty else { throw .refused("no token") }
    let review: TokenReview
    do {
      review = try await client.review(token: token, audiences: [Self.audience])
    } catch {
      throw .unavailable("\(error)")
    }
    guard let user = review.user, review.audiences.contains(Self.audience) else {
      throw .refused("not a valid token for the audience \(Self.audience)")
    }
    return try Self.namespace(of: user.username)
  }

  static func namespace(of username: String) throws(AgentAuthenticationError) -> String {
    let parts = username.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0] == "system", parts[1] == "serviceaccount", !parts[2].isEmpty, parts[3] == account else {
      throw .refused("\(username) is not a service account named \(account)")
    }
    return String(parts[2])
  }
}
