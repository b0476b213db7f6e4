import Wire

extension Rule {
  static let protected = Rule(
    "protected", .refuses,
    "Nothing is done in `kube-system` and the like, in the product's own namespaces, or where workload or namespace bear "
      + "`ai-sre.dev/auto: \"never\"`."
  ) { question in
    let namespace = question.proposal.target.namespace
    if question.settings.protectedNamespaces.contains(namespace) { return .refuses("namespace \(namespace) is protected") }
    if question.workload?.auto == "never" { return .refuses("the workload is annotated ai-sre.dev/auto: never") }
    if question.namespace?.auto == "never" { return .refuses("the namespace is annotated ai-sre.dev/auto: never") }
    return .passes("neither namespace nor workload is protected")
  }

  static let freeze = Rule(
    "freeze", .refuses, "Nothing is done during a change freeze (`ai-sre.dev/freeze-until` on the Namespace)."
  ) { question in
    let ends = [question.workload?.freezeUntil, question.namespace?.freezeUntil].compactMap(\.self)
    guard let end = ends.max(), question.now < end else { return .passes("no freeze in force") }
    return .refuses("a change freeze of the namespace is in force until \(end)")
  }

  /// The agent asks the same again before it acts; known here, nothing is proposed that would only be refused there.
  static let teamGuard = Rule(
    "team_guard", .refuses,
    "Nothing is done while the team's ConfigMap `ai-sre-guard` says `stop: \"true\"` or `freeze-until`, or something that cannot be "
      + "understood."
  ) { question in
    guard let objection = question.namespace?.objection else { return .passes("the team's ai-sre-guard has nothing against it") }
    return .refuses(objection)
  }

  /// GitOps would revert anything else, or fight it.
  static let gitOps = Rule(
    "gitops", .refuses,
    "What Argo CD or Flux manages is changed in its repository, not here: an act that changes a spec is refused."
  ) { question in
    guard let owner = question.workload?.gitOps else { return .passes("not managed by GitOps") }
    guard question.proposal.action.changesSpec else { return .passes("\(owner) manages it, and the act leaves the spec alone") }
    return .refuses("GitOps owns it (\(owner)): propose the change to the repository")
  }

  /// Somebody is at it.
  static let humanEdit = Rule(
    "human_edit", .asksAPerson, "A spec that a person changed within the last 30 minutes is theirs."
  ) { question in
    guard let edit = question.workload?.lastEdit, question.now < edit.at + question.settings.humanEditLifetime else {
      return .passes("no recent edit by a person")
    }
    return .needsApproval("\(edit.manager) changed the spec at \(edit.at)")
  }

  static let singleton = Rule(
    "singleton", .asksAPerson,
    "Workloads that an act takes down as a whole, or that hold state, are for a person: StatefulSets, single replicas, the "
      + "strategy Recreate, ReadWriteOnce volumes."
  ) { question in
    guard let workload = question.workload else { return .passes("does not apply") }
    if workload.target.kind == "StatefulSet" { return .needsApproval("a StatefulSet holds state") }
    if workload.strategy == "Recreate" { return .needsApproval("its strategy Recreate stops all pods first") }
    if workload.desired == 1, workload.target.kind != "DaemonSet" { return .needsApproval("it has a single replica") }
    if let claim = question.evidence.claims.first(where: {
      $0.fact.accessModes.contains { $0.hasPrefix("ReadWriteOnce") } && !$0.fact.usedBy.isEmpty
    }) {
      return .needsApproval("its volume \(claim.fact.name) can be mounted from one node only")
    }
    return .passes("\(workload.desired) replicas, replaced one by one")
  }
}

extension Action {
  /// Whether it writes the spec that a repository may own. Evictions, and what is done to nodes, do not.
  var changesSpec: Bool {
    switch self {
    case .restartDeployment, .restartStatefulSet, .restartDaemonSet, .scaleDeployment, .rollbackDeployment, .deleteDeployment,
      .raiseHPAMax:
      true
    case .deletePod, .cordonNode, .uncordonNode, .drainNode, .execPod: false
    }
  }
}
