import Wire

/// From a permit to the end of an act: done, watched, and, where it did not help, taken back once.
extension Run {
  mutating func execute(_ order: Order, approvers: [String]) {
    if incident.undo == nil { incident.order = order }
    incident.state = .executing
    let notAfter = now + CommandDraft.actLifetime
    command(
      .act(order), .act, to: order.agentNamespace, approvers: approvers, notAfter: notAfter,
      timeout: notAfter + order.action.longestRun + settings.resultGrace)
    incident.actCommand = incident.openCommand
    incident.stopCommand = nil
    note(
      .command, "\(order.action.rawValue) \(order.target.path), valid until \(notAfter)",
      ["command": incident.actCommand ?? "", "order": order.digest, "verdict": order.verdictDigest])
  }

  mutating func executed(_ outcome: ExecutionOutcome) {
    incident.openCommand = nil
    if incident.undo == nil { incident.execution = outcome } else { incident.undo?.execution = outcome }
    let extra = incident.undo == nil ? "" : " \(whatWasTried)"
    let proof = ["result": Digest.of(outcome)]
    switch outcome {
    case .done(let report, _):
      let detail = report.detail.map { ": \($0.prefix(200))" } ?? ""
      note(.execution, "The agent did it" + (report.generation.map { " (generation \($0))" } ?? "") + detail, proof)
      observe()
    case .refused(let refusal, _):
      escalate("The agent refused (\(refusal.reason.rawValue)): \(refusal.detail).\(extra)", .execution, proof)
    case .failed(let reason, _): escalate("It failed without effect: \(reason).\(extra)", .execution, proof)
    case .unknown(let reason, _): escalate("Whether it had an effect is unknown: \(reason).\(extra)", .execution, proof)
    }
  }

  private mutating func observe() {
    guard let order = incident.currentOrder else { return escalate("There is no order to verify.", .verification) }
    incident.state = .verifying
    let window = Verification.stabilityWindow(after: incident.evidence, settings)
    let deadline = now + window + settings.recoveryTime
    let seconds = max(1, Int((window.wholeMilliseconds + 999) / 1000))
    let target = order.verifiedTarget(incident.evidence)
    let request = ObserveRequest(target: target, stabilitySeconds: seconds, deadline: deadline)
    command(
      .observe(request), .observe, to: target.namespace.isEmpty ? Command.clusterScope : target.namespace, notAfter: deadline,
      timeout: deadline + settings.resultGrace)
    note(.verification, "Watching \(target.path): it must stay healthy for \(seconds) s")
  }

  mutating func verified(_ verification: Verification) {
    incident.openCommand = nil
    guard incident.undo == nil else { return undone(verification) }
    incident.verification = verification
    guard verification.verified else { return takeBack(because: verification.reason) }
    incident.state = .resolved
    incident.conclusion =
      "\(incident.order?.action.rawValue ?? "The act") fixed \(incident.subject.title): \(verification.reason)."
    note(.verification, "Verified: \(verification.reason)", ["verification": Digest.of(verification)])
    notify(.fixed)
  }

  /// Once, and only by the inverse that the agent recorded. Whatever comes of it, a person is called: the trouble itself is still there.
  private mutating func takeBack(because reason: String) {
    let failure = "The act did not help: \(reason)."
    guard case .done(let report, _) = incident.execution, let inverse = report.inverse, let evidence = incident.evidence,
      incident.order?.action.isContainment != true
    else {
      return escalate(failure, .verification)
    }
    let proposal = Proposal(undoing: inverse)
    let verdict = Policy.judge(question(proposal, confidence: 1, evidence), by: Policy.undoing)
    note(.verification, failure)
    switch verdict.outcome {
    case .allowed(let permit):
      let order = Order(permit, incident: incident)
      incident.undo = Undo(order: order, verdict: verdict)
      note(.policy, "It is undone: \(proposal.title)")
      execute(order, approvers: [])
    case .needsApproval(let reasons):
      let order = Order(shown: verdict, incident: incident)
      incident.undo = Undo(order: order, verdict: verdict)
      ask(order, ["the act did not help, and this undoes it"] + reasons)
    case .refused(let reasons):
      escalate("\(failure) Undoing it is refused: \(reasons.joined(separator: "; ")).", .policy)
    }
  }

  private mutating func undone(_ verification: Verification) {
    incident.undo?.verification = verification
    escalate(whatWasTried, .verification)
  }

  /// `restart_deployment shop/Deployment/checkout did not help (…); undone by …`
  var whatWasTried: String {
    let act = incident.order.map { "\($0.action.rawValue) \($0.target.path)" } ?? "The act"
    let reason = incident.verification.map { " (\($0.reason))" } ?? ""
    return "\(act) did not help\(reason)" + (incident.undo.map { "; \($0.summary)" } ?? "") + "."
  }

  mutating func noteProgress(_ progress: ActProgress) {
    note(.execution, "\(progress.done) of \(progress.total)" + (progress.detail.isEmpty ? "" : ": \(progress.detail)"))
  }

  mutating func stop(by person: String) throws(IncidentError) {
    guard let command = incident.actCommand, let order = incident.currentOrder else {
      throw .nothingToStop(state: incident.state)
    }
    guard incident.stopCommand == nil else { throw .notAllowed("a stop was sent already") }
    let notAfter = now + CommandDraft.stopLifetime
    incident.stopCommand = send(
      .stop(StopRequest(command: command)), .stop, to: order.agentNamespace, approvers: [person], notAfter: notAfter,
      timeout: notAfter + settings.resultGrace)
    note(.command, "\(person) asks to stop \(order.action.rawValue) \(order.target.path)")
  }

  /// The act's own result still follows, and says how far it came.
  mutating func stopAnswered(_ answer: String) {
    incident.stopCommand = nil
    note(.execution, "Stop: \(answer)")
  }
}

extension Subject {
  var agentTitle: String { isCluster ? "the cluster agent" : "the agent of \(namespace)" }
}
