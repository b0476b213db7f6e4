import Kubernetes
import Simulator
import Support
import Testing
import Wire

@testable import AgentCore

@Suite("An agent with exactly the generated Role")
struct GeneratedRoleTests {
  /// Commands in containers need a command to be run, which the simulator does not do.
  static let ofNamespace = Set(Action.allCases).subtracting(ActCatalogue.ofNodes).subtracting([.execPod])
  static let kinds: [(scope: AgentScope, actions: Set<Action>)] = [
    (.namespace("shop"), ofNamespace), (.cluster(home: "shop"), ActCatalogue.ofNodes),
  ]

  /// What undoes each action, and which requests, beside those for the journal, change the cluster.
  private static let effects: [Action: (inverse: Action?, requests: Set<String>)] = [
    .restartDeployment: (nil, ["patch deployments"]),
    .restartStatefulSet: (nil, ["patch statefulsets"]),
    .restartDaemonSet: (nil, ["patch daemonsets"]),
    .scaleDeployment: (.scaleDeployment, ["patch deployments/scale"]),
    .deletePod: (nil, ["create pods/eviction"]),
    .rollbackDeployment: (.rollbackDeployment, ["patch deployments"]),
    .deleteDeployment: (nil, ["create configmaps", "delete deployments"]),
    .raiseHPAMax: (.raiseHPAMax, ["patch horizontalpodautoscalers"]),
    .cordonNode: (.uncordonNode, ["patch nodes"]),
    .uncordonNode: (.cordonNode, ["patch nodes"]),
    .drainNode: (.uncordonNode, ["patch nodes", "create pods/eviction"]),
  ]

  @Test("Every action works, changes what it says, records its inverse, and makes only calls of the list", arguments: kinds)
  func complete(scope: AgentScope, actions: Set<Action>) async throws {
    try await BoundAgent.with(scope, actions) { agent in
      #expect(await agent.missing() == [])
      #expect(await agent.offered() == actions)
      await agent.cluster.clearRequests()
      var used: [APICall] = []
      for action in Action.allCases where actions.contains(action) {
        let order = try await agent.order(action)
        let user = "system:serviceaccount:shop:" + (actions.contains(.drainNode) ? "ai-sre-cluster-agent" : "ai-sre-agent")
        let before = await agent.cluster.requests().last?.number ?? 0
        let result = await agent.run(order)
        guard case .acted(let report)? = result?.outcome else {
          Issue.record("\(action): \(String(describing: result))")
          continue
        }
        let requests = await agent.cluster.requests(RequestQuery(user: user, after: before))
        let calls = requests.compactMap { APICall(method: $0.method, path: $0.path + "?" + $0.query) }
        #expect(calls.count == requests.count && calls.allSatisfy(agent.rights.permit), "\(action)")
        #expect(!requests.contains { $0.status == 403 }, "\(action)")
        used += calls
        let writes = requests.filter(\.isMutating).compactMap { APICall(method: $0.method, path: $0.path) }
          .filter { $0.name != JournalStore.name && !($0.resource == "configmaps" && action != .deleteDeployment) }
        let expected = try #require(Self.effects[action])
        #expect(Set(writes.map { "\($0.verb.rawValue) \($0.resource)" }) == expected.requests, "\(action)")
        #expect(report.inverse?.action == expected.inverse, "\(action)")
        try await expectEffect(of: order, report, on: agent)
      }
      let idle = agent.rights.all.filter { right in
        if case .action = right.need { !used.contains(where: right.covers) && !right.verbs.contains(.get) } else { false }
      }
      #expect(idle.map(\.subject) == [])
    }
  }

  private func expectEffect(of order: Order, _ report: ActReport, on agent: BoundAgent) async throws {
    let kind = ActCatalogue.meaning(of: order.action).kind
    let found = try? await agent.object(kind, order.target.name)
    switch order.action {
    case .deletePod, .deleteDeployment:
      #expect(found == nil || found?.metadata.deletionTimestamp != nil || found?.metadata.uid != order.target.uid)
    case .scaleDeployment: #expect(found?.integer(Places.replicas) == order.parameters.replicas)
    case .drainNode:
      #expect(found?[Places.unschedulable] == true)
      #expect(DrainPlan(try await agent.pods(on: order.target.name)).evictions.isEmpty)
    default:
      let object = try #require(found)
      #expect(object.values(at: report.after.keys) == report.after, "\(order.action)")
    }
  }

  /// What each rule is needed for beside evidence and watches. A rule that is not here is needed for no act.
  private static let needs: [String: Set<Action>] = [
    // The rule for all ConfigMaps, which evidence asks for, lets the guard be read as well; the journal could be read, not kept.
    "configmaps ai-sre-journal": ofNamespace,
    "configmaps": [.deleteDeployment],
    "namespaces": ofNamespace,
    "pods": [.deletePod],
    "pods/eviction": [.deletePod],
    "deployments.apps": [.restartDeployment, .scaleDeployment, .rollbackDeployment, .deleteDeployment],
    "deployments/scale.apps": [.scaleDeployment],
    "replicasets.apps": [.rollbackDeployment],
    "statefulsets.apps": [.restartStatefulSet],
    "daemonsets.apps": [.restartDaemonSet],
    "horizontalpodautoscalers.autoscaling": [.raiseHPAMax, .scaleDeployment],
    "scaledobjects.keda.sh": [.scaleDeployment],
  ]
  private static let needsOfNodes: [String: Set<Action>] = [
    "configmaps ai-sre-guard": ActCatalogue.ofNodes,
    "configmaps ai-sre-journal": ActCatalogue.ofNodes,
    "namespaces": ActCatalogue.ofNodes,
    "nodes": ActCatalogue.ofNodes,
    "pods": [.drainNode],
    "pods/eviction": [.drainNode],
  ]

  @Test("Each rule that is taken away stops exactly the acts that it is for, and the check names it", arguments: kinds)
  func withoutOneRule(scope: AgentScope, actions: Set<Action>) async throws {
    let needs = actions.contains(.drainNode) ? Self.needsOfNodes : Self.needs
    try await BoundAgent.with(scope, actions) { agent in
      // The journal begins here.
      _ = await agent.run(try await agent.order(try #require(actions.first)))
      var titles: Set<String> = []
      for (role, index, title) in try roles(agent.rights) {
        try await agent.cluster.apply([without(index, role)])
        titles.insert(title)
        let parts = agent.rights.all.filter { $0.title == title }
        let isCoveredByAnother = title == "configmaps ai-sre-guard" && actions.contains(.deletePod)
        #expect(await agent.missing() == (isCoveredByAnother ? [] : Set(parts.map(\.subject))), "\(title)")
        let ordered = Set(parts.compactMap { if case .action(let action) = $0.need { action } else { nil } })
        #expect(await agent.offered() == actions.subtracting(ordered), "\(title)")
        var stopped: Set<Action> = []
        for action in Action.allCases where actions.contains(action) {
          switch await agent.run(try await agent.order(action))?.outcome {
          case .acted: break
          case .refused, .failed: stopped.insert(action)
          case .unknown(let detail) where action == .drainNode:
            #expect(detail.contains("still there"))
            stopped.insert(action)
          case let other: Issue.record("\(title), \(action): \(String(describing: other))")
          }
        }
        #expect(stopped == needs[title] ?? [], "\(title)")
        try await agent.cluster.apply([role])
      }
      #expect(Set(needs.keys).isSubset(of: titles))
      #expect(await agent.missing() == [])
    }
  }

  /// Every rule of the generated roles, by the role that has it.
  private func roles(_ rights: Rights) throws -> [(role: Simulator.JSONValue, index: Int, title: String)] {
    try ManifestLoader.seeds(yaml: RoleManifest(rights).yaml).map(\.object).flatMap { object in
      (object["rules"]?.array ?? []).enumerated().map { index, rule in
        let group = rule["apiGroups"]?[0]?.string ?? ""
        let resource = rule["resources"]?[0]?.string ?? ""
        let names = (rule["resourceNames"]?.array ?? []).compactMap(\.string)
        let title = group.isEmpty ? resource : "\(resource).\(group)"
        return (object, index, names.isEmpty ? title : title + " " + names.joined(separator: ","))
      }
    }
  }

  private func without(_ index: Int, _ role: Simulator.JSONValue) -> Simulator.JSONValue {
    var rules = role["rules"]?.array ?? []
    rules.remove(at: index)
    var changed = role
    changed["rules"] = .array(rules)
    return changed
  }

  @Test("A drain waits for a used-up budget; two budgets over one pod are never asked again")
  func budgets() async throws {
    try await BoundAgent.with(.cluster(home: "shop"), ActCatalogue.ofNodes) { agent in
      try await agent.protect("cart", by: ["first", "second"])
      try await agent.protect("basket", by: ["only"])
      let order = try await agent.order(.drainNode)
      let board = ProgressBoard()
      let result = await agent.run(order, board: board)
      let left = try await agent.pods(on: order.target.name).compactMap { $0.metadata.labels["app"] }
      guard case .unknown(let detail)? = result?.outcome else {
        Issue.record("\(String(describing: result))")
        return
      }
      #expect(detail.contains("still there") && !left.isEmpty)
      #expect(Set(left).isSubset(of: ["cart", "basket", "DaemonSet"]))
      let progress = try #require(await board.take())
      #expect(progress.done < progress.total && progress.total > 0)
      let evictions = await agent.cluster.requests(RequestQuery(method: "POST", pathContains: "eviction"))
      #expect(evictions.filter { $0.status == 500 }.count <= 2)
      if left.contains("basket") { #expect(evictions.contains { $0.status == 429 }) }
      if left.contains("cart") { #expect(evictions.contains { $0.status == 500 }) }
    }
  }
}

extension BoundAgent {
  /// Budgets that leave no eviction to a Deployment's pods.
  fileprivate func protect(_ app: String, by names: [String]) async throws {
    for name in names {
      let manifest = """
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: {name: \(app)-\(name), namespace: shop}
        spec: {minAvailable: 2, selector: {matchLabels: {app: \(app)}}}
        """
      try await cluster.apply(ManifestLoader.seeds(yaml: manifest).map(\.object))
    }
  }
}
