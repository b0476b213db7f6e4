import Kubernetes
import Testing
import Wire

@testable import AgentCore

@Suite("What an agent may ask of the API server")
struct RightsTests {
  private let shop = AgentScope.namespace("shop")

  @Test("A read-only agent may change nothing but its own journal")
  func readOnly() {
    let changes = Rights(scope: shop, actions: []).all.filter { !Set($0.verbs).isSubset(of: [.get, .list, .watch]) }
    #expect(changes.map(\.resource) == ["configmaps", "configmaps"])
    #expect(changes.first?.names == ["ai-sre-journal"])
    #expect(changes.last?.verbs == [.create])
  }

  @Test("No agent may read Secrets or delete pods, whatever is switched on", arguments: [true, false])
  func never(cluster: Bool) {
    let rights = Rights(scope: cluster ? .cluster(home: "ai-sre") : shop, actions: Set(Action.allCases))
    #expect(!rights.all.contains { $0.resource == "secrets" })
    #expect(!rights.all.contains { $0.resource == "pods" && !Set($0.verbs).isSubset(of: [.get, .list, .watch]) })
    #expect(!rights.all.contains { $0.resource.contains("*") || $0.group.contains("*") })
  }

  @Test("An action brings its own rights and no others", arguments: Action.allCases)
  func perAction(action: Action) {
    let isNodes = [Action.cordonNode, .uncordonNode, .drainNode].contains(action)
    let scope = isNodes ? AgentScope.cluster(home: "ai-sre") : shop
    let added = Set(Rights(scope: scope, actions: [action]).all).subtracting(Rights(scope: scope, actions: []).all)
    #expect(!added.isEmpty)
    #expect(added.allSatisfy { $0.need == .action(action) })
  }

  @Test("Rights hold in the agent's namespace only, and by name where there is one")
  func bounds() {
    let rights = Rights(scope: shop, actions: [.deletePod])
    func permits(_ method: String, _ path: String) -> Bool { APICall(method: method, path: path).map(rights.permit) ?? false }
    #expect(permits("GET", "/api/v1/namespaces/shop/pods?watch=true"))
    #expect(permits("GET", "/api/v1/namespaces/shop"))
    #expect(permits("PUT", "/api/v1/namespaces/shop/configmaps/ai-sre-journal"))
    #expect(permits("POST", "/api/v1/namespaces/shop/pods/web-1/eviction"))
    #expect(!permits("GET", "/api/v1/namespaces/payments/pods"))
    #expect(!permits("GET", "/api/v1/pods"))
    #expect(!permits("GET", "/api/v1/namespaces/payments"))
    #expect(!permits("PUT", "/api/v1/namespaces/shop/configmaps/ai-sre-guard"))
    #expect(!permits("DELETE", "/api/v1/namespaces/shop/pods/web-1"))
    #expect(!permits("PATCH", "/apis/apps/v1/namespaces/shop/deployments/web"))
  }

  @Test("A cluster agent keeps its journal at home only")
  func clusterHome() {
    let rights = Rights(scope: .cluster(home: "ai-sre"), actions: [.drainNode])
    func permits(_ method: String, _ path: String) -> Bool { APICall(method: method, path: path).map(rights.permit) ?? false }
    #expect(permits("PUT", "/api/v1/namespaces/ai-sre/configmaps/ai-sre-journal"))
    #expect(!permits("PUT", "/api/v1/namespaces/shop/configmaps/ai-sre-journal"))
    #expect(permits("POST", "/api/v1/namespaces/shop/pods/web-1/eviction"))
    #expect(permits("PATCH", "/api/v1/nodes/worker-1"))
    #expect(!permits("PATCH", "/apis/apps/v1/namespaces/shop/deployments/web"))
  }

  @Test("The manifest has one rule for each resource, with what it is for")
  func manifest() {
    let yaml = RoleManifest(Rights(scope: shop, actions: [.restartDeployment, .rollbackDeployment])).yaml
    #expect(
      yaml.contains(
        """
          # know workloads, their state and their spec; restart a Deployment; roll a Deployment back
          - apiGroups: ["apps"]
            resources: [deployments]
            verbs: [get, list, watch, patch]

        """))
    #expect(
      yaml.contains(
        """
            resources: [configmaps]
            resourceNames: [ai-sre-journal]
            verbs: [get, update]

        """))
    #expect(yaml.components(separatedBy: "---\n").count == 3)
  }
}

extension String {
  fileprivate func components(separatedBy separator: String) -> [String] { split(separator: separator).map { String($0) } }
}
