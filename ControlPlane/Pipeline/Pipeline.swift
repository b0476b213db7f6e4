public import Wire

/// alert → incident → evidence → decision → policy → command → execution → verification → notification
///
/// The whole run of an incident: what follows from each thing that can happen to it. Pure: the same incident, event, history
/// and time give the same step.
public struct Pipeline: Sendable {
  public let settings: PolicySettings

  public init(settings: PolicySettings = .init()) {
    self.settings = settings
  }

  /// - Returns: nil when the event no longer concerns the incident: an answer to a question that is closed.
  public func step(
    _ incident: Incident, _ event: IncidentEvent, history: @escaping HistoryLookup, at now: Timestamp
  ) throws(IncidentError) -> Step? {
    var run = Run(incident, settings: settings, history: history, at: now)
    switch (incident.state, event) {
    case (.received, .opened):
      run.open()

    case (.gathering, .answered(incident.openCommand, .evidence(let evidence))):
      run.accept(evidence)
    case (.gathering, .answered(incident.openCommand, let outcome)):
      run.escalate("The evidence could not be gathered: \(outcome.shortText).", .evidence)
    case (.gathering, .unanswered(incident.openCommand)):
      let agent = incident.subject.isCluster ? "No cluster agent" : "No agent of namespace \(incident.subject.namespace)"
      run.escalate("\(agent) answered with evidence in time.", .evidence)

    case (.deciding, .decided(let deliberation)):
      run.decide(deliberation)
    case (.deciding, .pastUnknown(let error)):
      run.noteUnknownPast(error)
    case (.waiting, .waitOver):
      run.gather()

    case (.awaitingApproval, .approved(let person, let digest)):
      try run.approve(by: person, digest)
    case (.awaitingApproval, .rejected(let person, let reason)):
      run.reject(by: person, reason)
    case (.awaitingApproval, .approvalExpired(incident.approval?.order.digest)):
      run.expireApproval()

    case (.executing, .answered(incident.openCommand, let outcome)):
      run.executed(ExecutionOutcome(outcome, at: now))
    case (.executing, .unanswered(incident.openCommand)):
      run.executed(.unknown("the agent did not report a result in time", at: now))

    case (.verifying, .answered(incident.openCommand, let outcome)):
      run.verified(.judge(outcome, of: incident.currentOrder, at: now))
    case (.verifying, .unanswered(incident.openCommand)):
      run.verified(.unobserved(at: now))

    case (.executing, .progressed(let progress)) where progress.command == incident.actCommand:
      run.noteProgress(progress)
    case (.executing, .stopRequested(let person)):
      try run.stop(by: person)
    case (_, .answered(incident.stopCommand, let outcome)):
      run.stopAnswered(outcome.shortText)
    case (_, .unanswered(incident.stopCommand)):
      run.stopAnswered("the agent did not answer in time")

    case (let state, .joined(let alerts, let subject)) where state.isOpen:
      run.join(alerts, subject)
    case (.escalated, .joined(let alerts, let subject)):
      run.joinTold(alerts, subject)
    case (.executing, .alertsResolved), (.verifying, .alertsResolved):
      run.noteResolved()
    case (let state, .alertsResolved) where state.isOpen:
      run.close("The alert resolved before anything was done.", .alert)

    case (.escalated, .answered(incident.actCommand, let outcome)) where incident.execution?.isUnknown == true:
      run.noteLate(outcome)
    case (let state, .approved), (let state, .rejected):
      throw .notAwaitingApproval(state: state)
    case (let state, .stopRequested):
      throw .nothingToStop(state: state)
    default:
      return nil
    }
    return run.step.remembering(after: event, before: incident)
  }

  /// What runbooks, hard rules and the agent's abilities offer for the evidence of an incident.
  /// - Parameters:
  ///   - alert: the incident's first.
  ///   - actions: what the agents there can do; nil when it is not known.
  ///   - execCommands: the namespace's own list for `exec_pod`; nil when it is not known.
  public func offer(
    for evidence: Evidence, alert: Alert? = nil, history: WorkloadHistory, actions: Set<Action>?,
    execCommands: Set<String>? = nil, at now: Timestamp
  ) -> Diagnosis {
    Policy.offered(
      .of(evidence, alert: alert, at: now), evidence: evidence, history: history, actions: actions, execCommands: execCommands,
      settings: settings, at: now)
  }
}

/// Matches an optional expectation: a pattern `.answered(incident.openCommand, …)` never holds when nothing is open.
private func ~= (expected: String?, actual: String) -> Bool {
  expected == actual
}
