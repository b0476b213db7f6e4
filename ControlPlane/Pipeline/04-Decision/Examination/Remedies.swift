import Wire

/// The acts that a runbook may suggest, each with target, preconditions and bounds from the evidence. Where the evidence gives no
/// target, there is no candidate.
extension Examination {
  func restart(_ score: Double, _ rationale: String) -> Candidate? {
    guard let workload else { return nil }
    let action: Action
    switch workload.target.kind {
    case "Deployment": action = .restartDeployment
    case "StatefulSet": action = .restartStatefulSet
    case "DaemonSet": action = .restartDaemonSet
    default: return nil
    }
    return Candidate(
      .act(
        Proposal(
          action: action, target: workload.target, preconditions: .init(templateDigest: workload.templateDigest),
          expectedEffect: "\(workload.desired) new pods become ready and stay so.",
          inverse: nil)),
      score: score, rationale: rationale)
  }

  func rollback(_ score: Double, _ rationale: String) -> Candidate? {
    guard let workload, workload.target.kind == "Deployment", let sound = soundRevision else { return nil }
    return Candidate(
      .act(
        Proposal(
          action: .rollbackDeployment, target: workload.target, preconditions: .init(templateDigest: workload.templateDigest),
          parameters: .init(revision: sound.fact.revision),
          expectedEffect: "The pods of revision \(sound.fact.revision) become ready and stay so.",
          inverse: currentRevision.map { "Roll forward to revision \($0.fact.revision)." })),
      score: score, rationale: rationale)
  }

  func deletePod(_ pod: Cited<PodFact>, _ score: Double, _ rationale: String) -> Candidate {
    Candidate(
      .act(
        Proposal(
          action: .deletePod,
          target: Target(
            apiVersion: "v1", kind: "Pod", namespace: evidence.namespace, name: pod.fact.name, uid: pod.fact.uid),
          preconditions: .init(), expectedEffect: "A pod in its place becomes ready and stays so.", inverse: nil)),
      score: score, rationale: rationale)
  }

  func scale(to replicas: Int, _ score: Double, _ rationale: String) -> Candidate? {
    guard let workload, workload.target.kind == "Deployment", replicas > workload.desired else { return nil }
    return Candidate(
      .act(
        Proposal(
          action: .scaleDeployment, target: workload.target,
          preconditions: .init(templateDigest: workload.templateDigest, replicas: workload.desired),
          parameters: .init(replicas: replicas),
          expectedEffect: "\(replicas) pods share the load, and each uses less of its limit.",
          inverse: "Scale back to \(workload.desired).")),
      score: score, rationale: rationale)
  }

  func raiseMaximum(of autoscaler: AutoscalerFact, to maximum: Int, _ score: Double, _ rationale: String) -> Candidate {
    Candidate(
      .act(
        Proposal(
          action: .raiseHPAMax, target: autoscaler.target, preconditions: .init(replicas: autoscaler.maximum),
          parameters: .init(replicas: maximum),
          expectedEffect: "The autoscaler adds pods until its metrics are at their goal.",
          inverse: "Set the maximum back to \(autoscaler.maximum).")),
      score: score, rationale: rationale)
  }

  func cordon(_ node: NodeFact, _ score: Double, _ rationale: String) -> Candidate {
    Candidate(
      .act(
        Proposal(
          action: .cordonNode, target: Target(apiVersion: "v1", kind: "Node", namespace: "", name: node.name, uid: node.uid),
          preconditions: .init(), expectedEffect: "No new pods land on the node.", inverse: "Uncordon the node.")),
      score: score, rationale: rationale)
  }

  /// A person, for this reason.
  func escalate(_ score: Double, _ rationale: String) -> Candidate { Candidate(.escalate, score: score, rationale: rationale) }

  /// Something is at it: look again later.
  func wait(_ score: Double, _ rationale: String) -> Candidate { Candidate(.wait, score: score, rationale: rationale) }

  /// Nothing to do, for this reason.
  func nothing(_ score: Double, _ rationale: String) -> Candidate { Candidate(.nothing, score: score, rationale: rationale) }
}

extension Opinion {
  /// The usual opinion: one finding and what follows from it.
  init(_ statement: String, facts: [String], _ candidates: Candidate?...) {
    self.init(findings: [Finding(statement, facts: facts)], candidates: candidates.compactMap(\.self))
  }
}

/// How well a runbook's reading of the evidence supports what it suggests. The threshold at which the robot acts alone is 0.8 by
/// default.
enum Score {
  /// The cause and its end are both in the evidence.
  static let proven = 0.9
  /// The evidence shows the cause; nothing speaks against the act.
  static let strong = 0.86
  /// A plain case of the original document's table.
  static let plain = 0.82
  /// Worth a person's look before it is done.
  static let likely = 0.7
  static let weak = 0.4
}
