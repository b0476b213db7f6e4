import Wire

/// A node that is away, under pressure, or closed for new pods.
///
/// Kubernetes itself moves pods off a dead node after five minutes, except those of a StatefulSet, whose old pod might still
/// write. Whoever closed a node on purpose wants it closed.
enum Nodes {
  /// A kubelet that restarts is back within this time.
  static let restartTime = Duration.seconds(180)
  /// A maintenance that nobody wrote a note about counts as forgotten after this time.
  static let maintenance = Duration.seconds(86_400)
  /// Notices of an unready node within the events' lifetime of an hour that make it unsteady.
  static let flaps = 3

  static let runbook: Runbook = { examination in
    let nodes = examination.evidence.nodes
    guard !nodes.isEmpty else { return withoutNodes(examination) }
    if examination.workload == nil || examination.names("node") != nil && examination.crashing.isEmpty {
      let named = nodes.first { $0.fact.name == examination.names("node") }
      if let node = named ?? nodes.first(where: { !$0.fact.isWell }) ?? (examination.workload == nil ? nodes.first : nil) {
        return opinion(on: node, examination)
      }
    }
    return under(examination)
  }

  private static func opinion(on node: Examination.Cited<NodeFact>, _ examination: Examination) -> Opinion? {
    let fact = node.fact
    if let work = fact.autoscalerWork {
      return Opinion(
        "The autoscaler is taking node \(fact.name) away (\(work)).", facts: [node.id],
        examination.nothing(
          Score.strong, "The cluster autoscaler removes node \(fact.name) as planned (\(work)); it drains it itself."))
    }
    if fact.unschedulable, let plan = plan(of: fact, examination) {
      let text = "Node \(fact.name) was closed for new pods on purpose: \(plan)."
      return Opinion(text, facts: [node.id], examination.nothing(Score.strong, "\(text) Nothing is wrong with it."))
    }
    if fact.ready != "True" { return away(node, examination) }
    if let pressure = fact.conditions.first(where: { $0.type != "Ready" && $0.status == "True" }) {
      let text = "Node \(fact.name) has \(pressure.type)" + (pressure.message.map { ": \($0.quoted)" } ?? "")
      return Opinion(text, facts: [node.id], examination.escalate(Score.strong, "\(text). What fills it is not seen from here."))
    }
    if fact.unschedulable {
      let text = "Node \(fact.name) is closed for new pods, and nobody says why."
      return Opinion(text, facts: [node.id], examination.escalate(Score.likely, text))
    }
    return back(node, examination)
  }

  private static func plan(of node: NodeFact, _ examination: Examination) -> String? {
    let notes = node.notes.sorted { $0.key < $1.key }.prefix(3).map { "\($0.key) \($0.value.quoted)" }.joined(separator: ", ")
    let since = node.cordonedAt.map { " \(examination.age($0)) ago" } ?? ""
    if !notes.isEmpty { return "cordoned by \(node.cordonedBy ?? "somebody")\(since), noted \(notes)" }
    guard let person = node.cordonedBy, node.cordonedAt == nil || examination.isWithin(node.cordonedAt, maintenance) else {
      return nil
    }
    return "cordoned by \(person)\(since)"
  }

  private static func away(_ node: Examination.Cited<NodeFact>, _ examination: Examination) -> Opinion {
    let fact = node.fact
    let condition = fact.conditions.first { $0.type == "Ready" }
    let since = condition?.since ?? fact.lastHeartbeat
    let text = "Node \(fact.name) is not ready (\(condition?.reason ?? fact.ready)) since \(examination.age(since))"
    let held =
      fact.failing.filter(isStateful)
      + examination.evidence.pods.filter { $0.fact.node == fact.name && $0.fact.isOfStatefulSet }
      .map { "\(examination.evidence.namespace)/\($0.fact.name)" }
    if !held.isEmpty {
      let pods = Set(held).sorted().prefix(4).joined(separator: ", ")
      return Opinion(
        "\(text), and holds pods of a StatefulSet: \(pods).", facts: [node.id],
        examination.escalate(
          Score.strong,
          "\(text). It holds \(pods), a pod of a StatefulSet that stays Terminating until somebody has made sure that the "
            + "machine is off: "
            + "to force it away could leave two writers (split brain)."))
    }
    if examination.isWithin(since, restartTime) {
      return Opinion(
        "\(text).", facts: [node.id], examination.wait(Score.likely, "\(text): a kubelet that restarts is back within minutes."))
    }
    let reason = "\(text). Its Deployments' pods move by themselves; closing it keeps new ones away should it come back unsteady."
    return Opinion(
      "\(text).", facts: [node.id], examination.cordon(fact, Score.plain, reason), examination.escalate(Score.likely, "\(text)."))
  }

  private static func back(_ node: Examination.Cited<NodeFact>, _ examination: Examination) -> Opinion? {
    let notices = examination.events("NodeNotReady").filter { $0.fact.object == "Node/\(node.fact.name)" }
    let count = notices.reduce(0) { $0 + max(1, $1.fact.count) }
    if count >= flaps {
      let text = "Node \(node.fact.name) is ready now, and was not \(count) times within the hour: it is unsteady."
      return Opinion(text, facts: [node.id] + notices.map(\.id), examination.escalate(Score.likely, text))
    }
    guard examination.workload == nil else { return nil }
    let text = "Node \(node.fact.name) is ready, open for pods and under no pressure."
    return Opinion(text, facts: [node.id], examination.nothing(Score.strong, "\(text) What the alert tells of is over."))
  }

  /// Pods of the workload that fail where their node is away.
  private static func under(_ examination: Examination) -> Opinion? {
    let lost = examination.evidence.nodes.filter { $0.fact.ready != "True" }
    let failing = examination.evidence.pods.filter { !$0.fact.ready || $0.fact.deletedAt != nil }
    guard let node = lost.first(where: { node in failing.contains { $0.fact.node == node.fact.name } }) else { return nil }
    return away(node, examination)
  }

  /// A namespaced agent cannot read nodes; the node controller tells by events on the pods.
  private static func withoutNodes(_ examination: Examination) -> Opinion? {
    let notices = examination.events("NodeNotReady", "TaintManagerEviction").filter { $0.fact.object.hasPrefix("Pod/") }
    let struck = examination.evidence.pods.filter { pod in
      (!pod.fact.ready || pod.fact.deletedAt != nil) && notices.contains { $0.fact.object == "Pod/\(pod.fact.name)" }
    }
    guard let pod = struck.first else { return nil }
    let text = "The node \(pod.fact.node ?? "") of pod \(pod.fact.name) is not ready"
    let facts = struck.map(\.id) + notices.map(\.id)
    if struck.contains(where: \.fact.isOfStatefulSet) {
      return Opinion(
        "\(text).", facts: facts,
        examination.escalate(
          Score.strong,
          "\(text), and it is of a StatefulSet: while the machine may still run, forcing the Terminating pod away could "
            + "leave two writers (split brain)."
        ))
    }
    return Opinion(
      "\(text).", facts: facts, examination.wait(Score.likely, "\(text): Kubernetes makes a pod elsewhere after five minutes."),
      examination.escalate(0.6, "\(text)."))
  }

  /// `warehouse/stock-db-1: Terminating`: Kubernetes numbers the pods of StatefulSets.
  private static func isStateful(_ entry: String) -> Bool {
    let name = entry.prefix { $0 != ":" }
    guard let last = name.split(separator: "-").last, name.contains("-") else { return false }
    return last.count <= 3 && last.allSatisfy(\.isNumber)
  }
}

extension NodeFact {
  fileprivate var isWell: Bool {
    ready == "True" && !unschedulable && conditions.allSatisfy { $0.type == "Ready" || $0.status != "True" }
  }

  /// What says that an autoscaler is removing the node.
  fileprivate var autoscalerWork: String? {
    let marks = [
      "ToBeDeletedByClusterAutoscaler", "karpenter.sh/disrupted", "karpenter.sh/disruption",
      "cluster-autoscaler.kubernetes.io/scale-down",
    ]
    return (taints + notes.keys).first { entry in marks.contains { entry.contains($0) } && !entry.contains("scale-down-disabled")
    }
  }
}
