import Testing

@testable import Server

@Suite("Whose agent a ServiceAccount is")
struct AgentScopeTests {
  @Test(
    "only the two names count, and the cluster agent's only in its own namespace",
    arguments: [
      ("system:serviceaccount:shop:ai-sre-agent", AgentScope.namespace("shop")),
      ("system:serviceaccount:ops:ai-sre-agent", .namespace("ops")),
      ("system:serviceaccount:ops:ai-sre-cluster-agent", .cluster),
      ("system:serviceaccount:shop:ai-sre-cluster-agent", nil), ("system:serviceaccount:shop:default", nil),
      ("system:serviceaccount::ai-sre-agent", nil), ("system:serviceaccount:shop:ai-sre-agent:x", nil),
      ("system:node:ai-sre-agent", nil), ("ai-sre-agent", nil), ("system:serviceaccount:*:ai-sre-cluster-agent", nil),
    ])
  func scope(username: String, scope: AgentScope?) {
    #expect((try? TokenReviewAuthenticator.scope(of: username, clusterAgentHome: "ops")) == scope)
  }
}
