import Wire

extension Rule {
  /// System namespaces, and workloads whose team keeps the robot off.
  static let protected = Rule("protected") { question in
    let namespace = question.proposal.target.namespace
    if question.settings.protectedNamespaces.contains(namespace) { return .refuses("namespace \(namespace) is protected") }
    if question.workload?.auto == "never" { return .refuses("the workload is annotated ai-sre.dev/auto: never") }
    return .passes("neither namespace nor workload is protected")
  }

  static let freeze = Rule("freeze") { question in
    guard let end = question.workload?.freezeUntil, question.now < end else { return .passes("no freeze in force") }
    return .refuses("changes to the namespace are frozen until \(end)")
  }

  /// What a repository owns is changed there: GitOps would revert anything else, or fight it.
  static let gitOps = Rule("gitops") { question in
    guard let owner = question.workload?.gitOps else { return .passes("not managed by GitOps") }
    return .refuses("GitOps owns it (\(owner)): propose the change to the repository")
  }

  /// Somebody is at it.
  static let humanEdit = Rule("human_edit") { question in
    guard let edit = question.workload?.lastEdit, question.now < edit.at + question.settings.humanEditLifetime else {
      return .passes("no recent edit by a person")
    }
    return .needsApproval("\(edit.manager) changed the spec at \(edit.at)")
  }

  /// Workloads that a restart takes down as a whole.
  static let singleton = Rule("singleton") { question in
    guard let workload = question.workload else { return .passes("does not apply") }
    if workload.target.kind == "StatefulSet" { return .needsApproval("a StatefulSet holds state") }
    if workload.strategy == "Recreate" { return .needsApproval("its strategy Recreate stops all pods first") }
    if workload.desired == 1 { return .needsApproval("it has a single replica") }
    return .passes("\(workload.desired) replicas, replaced one by one")
  }
}
