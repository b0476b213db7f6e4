import Kubernetes
import Redaction
import Wire

/// Gathers nodes for the cluster agent: those that are named, those that are not well, and how the others are.
struct NodeGatherer: Sendable {
  let client: KubernetesClient
  let redactor: Redactor
  let deadline: ContinuousClock.Instant

  func gather(_ request: GatherRequest, at now: Timestamp) async -> Evidence {
    var gathering = Gathering()
    let text = SafeText(redactor: redactor)
    let named = ObjectHints(request.objects)[Node.type]
    let nodes = await nodes(named, &gathering)
    let residents = await residents(of: nodes, &gathering)
    for node in nodes {
      gathering.add(.node(NodeFacts(text: text).fact(node, pods: residents)), source: "GET nodes/\(node.metadata.name)")
    }
    let shown = Set(nodes.map { "Node/\($0.metadata.name)" })
    let events = await events(&gathering).filter { shown.contains($0.subject) }.mostTellingFirst
    for event in events.prefix(EvidenceLimits.events) {
      gathering.add(.event(EventFacts(text: text).fact(event)), source: "GET events")
    }
    return gathering.evidence(namespace: Command.clusterScope, at: now)
  }

  private func nodes(_ named: [String], _ gathering: inout Gathering) async -> [Node] {
    let client = client
    let all = await read("nodes", &gathering) { () throws(KubernetesError) in
      try await client.list(Node.self, namespace: nil, options: ListOptions(maximumItems: 5000, truncates: true)).items
    }
    guard let all else { return [] }
    let present = Set(all.map(\.metadata.name))
    for name in named where !present.contains(name) { gathering.omit("nodes/\(name)", "not found") }
    let rank = { (node: Node) in (named.contains(node.metadata.name) ? 2 : 0) + (node.isWell ? 0 : 1) }
    let ranked = all.sorted { (rank($1), $0.metadata.name) < (rank($0), $1.metadata.name) }
    let rest = ranked.dropFirst(EvidenceLimits.nodes)
    if !rest.isEmpty {
      gathering.omit("\(rest.count) further nodes, \(rest.count(where: \.isWell)) of them well", "a limit of this agent")
    }
    return Array(ranked.prefix(EvidenceLimits.nodes))
  }

  private func residents(of nodes: [Node], _ gathering: inout Gathering) async -> [NodeFacts.Resident] {
    let client = client
    var all: [NodeFacts.Resident] = []
    for node in nodes {
      let name = node.metadata.name
      // A node holds 110 pods by default, 500 with the largest settings in use.
      let options = ListOptions(fieldSelector: "spec.nodeName=\(name)", maximumItems: 1000, truncates: true)
      all +=
        await read("pods on nodes/\(name)", &gathering) { () throws(KubernetesError) in
          try await client.list(Pod.self, namespace: nil, options: options) { NodeFacts.Resident($0) }.items
        } ?? []
    }
    return all
  }

  private func events(_ gathering: inout Gathering) async -> [EventBook.Entry] {
    let client = client
    return await read("events of nodes", &gathering) { () throws(KubernetesError) in
      let options = ListOptions(fieldSelector: "involvedObject.kind=Node", maximumItems: EventBook.limit, truncates: true)
      return try await client.list(Event.self, namespace: nil, options: options) { EventBook.Entry($0) }.items
    } ?? []
  }

  private func read<Value: Sendable>(
    _ what: String, _ gathering: inout Gathering, _ body: @escaping @Sendable () async throws(KubernetesError) -> Value
  ) async -> Value? {
    switch await ReadPlan.before(deadline, body) {
    case .success(let value): return value
    case .failure(let failure):
      gathering.omit(what, failure.reason)
      return nil
    }
  }
}

extension Node {
  /// Ready, open for pods and under no pressure.
  var isWell: Bool {
    !unschedulable && ready == "True" && conditions.allSatisfy { $0.type == "Ready" || $0.status == "False" }
  }
}
