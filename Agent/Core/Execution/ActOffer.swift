import Kubernetes
import Wire

/// What the agent tells the control plane that it can do: what is switched on and what the cluster lets it do. Asked with each
/// hello, so that a Role that was mended shows without a restart. The act's own rehearsal is what decides.
struct ActOffer: Sendable {
  let client: KubernetesClient
  let scope: AgentScope
  let enabled: Set<Action>

  func actions() async -> [Action] {
    let possible = Action.allCases.filter { enabled.contains($0) && ActCatalogue.all(scope: scope.name).contains($0) }
    let rights = Rights(scope: scope, actions: Set(possible))
    let calls = possible.map { action in
      (action, rights.all.filter { $0.need == .action(action) }.flatMap { rights.calls(of: $0) })
    }
    let allowed = await answers(to: Set(calls.flatMap { $0.1 }))
    return calls.filter { $0.1.allSatisfy { allowed[$0] != false } }.map(\.0)
  }

  /// A question without an answer is left to the act.
  private func answers(to calls: Set<APICall>) async -> [APICall: Bool] {
    let answers = await Array(calls).concurrentMap(width: AgentCheck.width) { ($0, try? await client.mayMake($0)) }
    return Dictionary(uniqueKeysWithValues: answers).compactMapValues(\.self)
  }

  /// The names on the namespace's allow-list; none when commands are switched off.
  func execCommands() async -> [String] {
    guard enabled.contains(.execPod), case .namespace(let namespace) = scope else { return [] }
    let list = try? await client.get(ConfigMap.self, named: AllowList.configMapName, namespace: namespace)
    return AllowList(list?.data ?? [:]).names
  }
}
