import Kubernetes
import Wire

/// NetworkPolicies as facts. Pure.
struct NetworkPolicyFacts: Sendable {
  let text: SafeText

  func fact(_ policy: NetworkPolicy) -> NetworkPolicyFact {
    let last = policy.edits.last
    return NetworkPolicyFact(
      name: policy.metadata.name, createdAt: policy.metadata.creationTimestamp.map { Timestamp($0) },
      changedAt: last?.at ?? policy.metadata.creationTimestamp.map { Timestamp($0) },
      selector: text.value(Self.selector(policy.podSelector, everything: "every pod")), types: policy.types,
      ingress: policy.ingress.prefix(EvidenceLimits.others * 2).map { rule("from", $0) },
      egress: policy.egress.prefix(EvidenceLimits.others * 2).map { rule("to", $0) })
  }

  private func rule(_ direction: String, _ rule: NetworkPolicy.Rule) -> String {
    let peers = rule.peers.isEmpty ? "anywhere" : rule.peers.map(Self.peer).joined(separator: ", or ")
    let ports = rule.ports.isEmpty ? "every port" : rule.ports.map(Self.port).joined(separator: ", ")
    return text.value("\(direction) \(peers) on \(ports)")
  }

  private static func peer(_ peer: NetworkPolicy.Peer) -> String {
    if let block = peer.ipBlock {
      let except = block.except ?? []
      return block.cidr + (except.isEmpty ? "" : " except \(except.joined(separator: " "))")
    }
    let pods = selector(peer.podSelector ?? .init(labels: [:]), everything: "every pod")
    guard let namespaces = peer.namespaceSelector else { return pods }
    return "\(pods) of namespaces \(selector(namespaces, everything: "all"))"
  }

  private static func port(_ port: NetworkPolicy.Port) -> String {
    let number = port.port.map { first in port.endPort.map { "\(first)-\($0)" } ?? first } ?? "all"
    return "\(port.protocol) \(number)"
  }

  private static func selector(_ selector: LabelSelector, everything: String) -> String {
    selector.isEmpty ? everything : selector.query ?? "a selector that is not understood"
  }
}
