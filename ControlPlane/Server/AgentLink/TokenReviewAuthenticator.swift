public import Kubernetes

/// Asks the cluster's TokenReview. An agent is exactly `system:serviceaccount:NAMESPACE:ai-sre-agent`, the cluster agent exactly
/// `system:serviceaccount:HOME:ai-sre-cluster-agent`, with a token for our own audience: a token for the API server, stolen from any pod,
/// is none.
public struct TokenReviewAuthenticator: AgentAuthenticator {
  static let audience = "ai-sre-agent"
  static let account = "ai-sre-agent"
  static let clusterAccount = "ai-sre-cluster-agent"

  private let client: KubernetesClient
  private let clusterAgentHome: String

  /// - Parameter clusterAgentHome: the one namespace whose cluster agent counts; whoever may make ServiceAccounts in another must not gain
  ///   the nodes by a name.
  public init(client: KubernetesClient, clusterAgentHome: String) {
    self.client = client
    self.clusterAgentHome = clusterAgentHome
  }

  public func scope(presenting token: String) async throws(AgentAuthenticationError) -> AgentScope {
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
    return try Self.scope(of: user.username, clusterAgentHome: clusterAgentHome)
  }

  static func scope(of username: String, clusterAgentHome: String) throws(AgentAuthenticationError) -> AgentScope {
    let parts = username.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0] == "system", parts[1] == "serviceaccount", !parts[2].isEmpty else {
      throw .refused("\(username) is not a service account")
    }
    switch parts[3] {
    case account: return .namespace(String(parts[2]))
    case clusterAccount where parts[2] == clusterAgentHome: return .cluster
    case clusterAccount: throw .refused("the cluster agent lives in \(clusterAgentHome), not in \(parts[2])")
    default: throw .refused("\(username) is not a service account named \(account)")
    }
  }
}
