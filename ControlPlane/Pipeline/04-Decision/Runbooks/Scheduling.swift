import Wire

/// Pods that no node takes, and pods that may not even be made.
enum Scheduling {
  /// A cloud has a machine ready within this time after the autoscaler asked for it.
  static let machineTime = Duration.seconds(900)
  static let recent = Duration.seconds(1800)

  static let runbook: Runbook = { examination in
    let pending = examination.unschedulable
    return pending.isEmpty ? notMade(examination) : unschedulable(pending, examination)
  }

  private static func unschedulable(
    _ pending: [(pod: Examination.Cited<PodFact>, message: String)], _ examination: Examination
  ) -> Opinion {
    let pods = pending.map(\.pod)
    let message = pending[0].message
    let text = "\(pods.count) of \(examination.pods.count) pods fit no node: \(message.quoted)"
    let facts = pods.map(\.id)
    if let scaling = scalingUp(pods, examination) {
      return Opinion(
        text, facts: facts + [scaling.id],
        examination.wait(
          Score.proven,
          "\(text) The autoscaler is scaling up since \(examination.age(scaling.fact.lastSeen)) (\(scaling.fact.reason): "
            + "\(scaling.fact.message.quoted))."
        ))
    }
    if let revision = examination.blamedRevision(for: pods), !placement(revision.fact).isEmpty {
      let changes = placement(revision.fact).map(\.text).joined(separator: "; ")
      let reason = "\(text) Revision \(revision.fact.revision) changed what it requests of a node: \(changes)."
      return Opinion(
        text, facts: facts + [revision.id], examination.rollback(Score.strong, reason), examination.escalate(0.75, reason))
    }
    if let preempted = examination.events("Preempted").last, examination.isWithin(preempted.fact.lastSeen, recent) {
      let reason = "\(text) A pod of higher priority took its place (\(preempted.fact.message.quoted))."
      return Opinion(text, facts: facts + [preempted.id], examination.escalate(Score.strong, reason))
    }
    return Opinion(text, facts: facts, examination.escalate(Score.strong, "\(text) \(meaning(of: message))"))
  }

  /// The latest word of the autoscaler counts: it may have refused before.
  private static func scalingUp(_ pods: [Examination.Cited<PodFact>], _ examination: Examination) -> Examination.Cited<EventFact>?
  {
    let names = Set(pods.map { "Pod/\($0.fact.name)" })
    let words = examination.events("TriggeredScaleUp", "NotTriggerScaleUp", "FailedScaleUp", "Nominated").filter {
      names.contains($0.fact.object)
    }
    guard let last = words.max(by: { ($0.fact.lastSeen ?? Timestamp(seconds: 0)) < ($1.fact.lastSeen ?? Timestamp(seconds: 0)) }),
      ["TriggeredScaleUp", "Nominated"].contains(last.fact.reason), examination.isWithin(last.fact.lastSeen, machineTime)
    else { return nil }
    return last
  }

  /// Changes that decide where a pod fits.
  private static func placement(_ revision: RevisionFact) -> [RevisionFact.Change] {
    revision.changes(
      "resources.requests", "resources.limits", "resources", "nodeSelector", "affinity", "tolerations", "topologySpread",
      "priorityClass", "nodeName", "volumes", "schedulerName", "runtimeClass", "hostPort")
  }

  private static func meaning(of message: String) -> String {
    let words = message.lowercased()
    if words.contains("untolerated taint") || words.contains("had taint") {
      return
        "Nodes carry a taint that the template does not tolerate, or its selector matches no other: the node pool or the "
        + "template has to change."
    }
    if words.contains("anti-affinity") || words.contains("topology spread") {
      return "Its own rules of affinity leave no place: as many nodes as pods are needed, and a rolling update needs one more."
    }
    if words.contains("affinity/selector") || words.contains("node selector") {
      return "No node bears the labels that its selector asks for."
    }
    if words.contains("volume") || words.contains("persistentvolumeclaim") {
      return "Its volume is bound elsewhere or not at all."
    }
    if words.contains("unschedulable") { return "Nodes are closed for new pods." }
    if words.contains("insufficient") || words.contains("too many pods") {
      return "The cluster is full, and no autoscaler is at it: capacity is for a person."
    }
    return "That is for whoever keeps the nodes."
  }

  /// The controller may not create pods at all.
  private static func notMade(_ examination: Examination) -> Opinion? {
    let failures = examination.events("FailedCreate", "ReplicaSetCreateError").filter {
      examination.isWithin($0.fact.lastSeen, recent)
    }
    guard
      let last = failures.max(by: { ($0.fact.lastSeen ?? Timestamp(seconds: 0)) < ($1.fact.lastSeen ?? Timestamp(seconds: 0)) }),
      !examination.isWhole
    else { return nil }
    let text = "Pods of \(examination.name) cannot be created: \(last.fact.message.quoted)"
    let words = last.fact.message.lowercased()
    if words.contains("quota") {
      let revision = examination.currentRevision?.fact
      let raised = revision.map { !$0.changes("resources").isEmpty && $0.available == 0 && !$0.isMereRestart } ?? false
      return Opinion(
        text, facts: [last.id],
        raised
          ? examination.rollback(Score.strong, "\(text) The new revision asks for more: \(revision?.changeText ?? "").") : nil,
        examination.escalate(0.84, "\(text) The namespace's quota is used up: more of it is for a person to grant."))
    }
    let reason =
      words.contains("webhook") ? "An admission webhook refuses it or does not answer." : "The API server does not admit it."
    return Opinion(text, facts: [last.id], examination.escalate(Score.strong, "\(text) \(reason)"))
  }
}
