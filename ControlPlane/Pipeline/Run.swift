import Wire

/// One step in the making: the incident as it becomes, its new story lines, and the work that follows.
struct Run {
  var incident: Incident
  private let before: Incident
  private var timeline: [TimelineEntry] = []
  private var intents: [Intent] = []
  let settings: PolicySettings
  let history: HistoryLookup
  let now: Timestamp

  init(_ incident: Incident, settings: PolicySettings, history: @escaping HistoryLookup, at now: Timestamp) {
    self.incident = incident
    before = incident
    self.settings = settings
    self.history = history
    self.now = now
    self.incident.updatedAt = now
  }

  var step: Step { Step(incident: incident, timeline: timeline, intents: intents) }

  /// An alert without a namespace has no agent that could be asked: a person is told.
  mutating func open() {
    note(
      .alert, "\(incident.alertName) (\(incident.severity)) on \(incident.subject.title)",
      incident.alert.map { ["alert": Digest.of($0), "fingerprint": $0.fingerprint] } ?? [:])
    note(.incident, "Incident \(incident.id) opened for \(incident.subject.title)")
    guard !incident.subject.namespace.isEmpty else {
      return escalate("The alert names no namespace, so no agent can be asked.", .incident)
    }
    gather()
  }

  mutating func gather() {
    incident.state = .gathering
    let subject = incident.subject
    // A node is named among the objects: it is no workload of any namespace.
    let request = GatherRequest(
      pods: subject.pods, workload: subject.isCluster ? nil : subject.workload, objects: subject.objects)
    command(.gather(request), .gather, notAfter: now + settings.gatherTimeout, timeout: now + settings.gatherTimeout)
    note(.evidence, "Asked \(subject.agentTitle) for evidence")
  }

  mutating func accept(_ evidence: Evidence) {
    incident.openCommand = nil
    incident.evidence = evidence
    incident.evidenceAt = now
    if let target = evidence.workload?.fact.target {
      incident.subject = incident.subject.confirmed(WorkloadName(kind: target.kind, name: target.name))
    }
    let missing =
      evidence.omissions.isEmpty ? "" : "; missing: \(evidence.omissions.map(\.what).prefix(5).joined(separator: ", "))"
    note(.evidence, "\(evidence.facts.count) facts about \(incident.subject.title)\(missing)", ["evidence": Digest.of(evidence)])
    if incident.mode == .normal, let twin = workloadHistory.twin {
      incident.mergedInto = twin
      return close("Incident \(twin) is open for the same workload and goes on.", .incident)
    }
    incident.state = .deciding
    intents.append(.decide)
  }

  mutating func decide(_ deliberation: Deliberation) {
    guard let evidence = incident.evidence else { return escalate("There is no evidence to decide on.", .decision) }
    if evidenceAge > settings.evidenceLifetime, incident.regathers < settings.maximumRegathers {
      incident.regathers += 1
      note(.evidence, "The evidence is \(evidenceAge.wholeMilliseconds / 1000) s old: it is gathered again")
      return gather()
    }
    let decision = deliberation.decision()
    incident.decision = decision
    if let absence = decision.modelAbsence { note(.decision, absence) }
    switch decision.choice {
    case .act(let proposal):
      note(
        .decision, "\(decision.decidedBy): \(proposal.title), confidence \(decision.confidence): \(decision.reasoning)",
        deliberation.proof)
      judge(proposal, decision, evidence)
    case .escalate:
      escalate("\(decision.decidedBy): \(decision.reasoning)", .decision, deliberation.proof)
    case .nothing:
      close("Nothing to do: \(decision.reasoning)", .decision, deliberation.proof)
    case .wait where incident.waits < settings.maximumWaits:
      incident.waits += 1
      incident.state = .waiting
      let at = now + settings.waitTime
      intents.append(.lookAgain(at: at))
      note(.decision, "\(decision.decidedBy): wait, look again at \(at): \(decision.reasoning)", deliberation.proof)
    case .wait:
      escalate("Nothing changed over \(incident.waits) looks: \(decision.reasoning)", .decision, deliberation.proof)
    }
  }

  mutating func noteUnknownPast(_ error: MemoryError) {
    note(.decision, "The memory of past incidents \(error); the decision is made without it.")
  }

  private mutating func judge(_ proposal: Proposal, _ decision: Decision, _ evidence: Evidence) {
    let verdict = Policy.judge(question(proposal, confidence: decision.confidence, evidence))
    incident.verdict = verdict
    switch verdict.outcome {
    case .allowed(let permit):
      if incident.mode == .suggest { return suggest(proposal, "policy would let it act alone") }
      note(.policy, "Allowed: every rule passes", ["verdict": verdict.digest])
      execute(Order(permit, incident: incident), approvers: permit.approvers)
    case .needsApproval(let reasons):
      if incident.mode == .suggest { return suggest(proposal, "policy would ask a person: \(reasons.joined(separator: "; "))") }
      ask(Order(shown: verdict, incident: incident), reasons)
    case .refused(let reasons):
      escalate("\(proposal.title) is refused: \(reasons.joined(separator: "; ")).", .policy, ["verdict": verdict.digest])
    }
  }

  private mutating func suggest(_ proposal: Proposal, _ policy: String) {
    close("Suggestion: \(proposal.title); \(policy). Nothing was done: this was a test.", .policy)
  }

  mutating func ask(_ order: Order, _ reasons: [String]) {
    let expiry = now + settings.approvalLifetime
    incident.state = .awaitingApproval
    incident.approval = Approval(order: order, reasons: reasons, askedAt: now, expiresAt: expiry)
    intents.append(.expireApproval(orderDigest: order.digest, at: expiry))
    note(
      .policy, "A person must agree: \(reasons.joined(separator: "; "))", ["order": order.digest, "verdict": order.verdictDigest])
    notify(.approvalNeeded)
  }

  mutating func approve(by person: String, _ digest: String) throws(IncidentError) {
    guard let approval = incident.approval, let verdict = incident.undo?.verdict ?? incident.verdict else {
      throw .notAwaitingApproval(state: incident.state)
    }
    guard approval.order.digest == digest else { throw .orderChanged }
    guard now < approval.expiresAt else { throw .notAllowed("the proposal expired at \(approval.expiresAt)") }
    guard let evidence = incident.evidence, let permit = verdict.approved(by: person) else {
      throw .notAllowed("policy refuses it, whoever approves")
    }
    let rules = incident.undo == nil ? Policy.hard : Policy.undoing
    let refusals = Policy.refusals(question(verdict.proposal, confidence: verdict.confidence, evidence), by: rules)
    guard refusals.isEmpty else { throw .notAllowed("not now: \(refusals.joined(separator: "; "))") }
    incident.approval?.answer = .approved(by: person, at: now)
    note(.policy, "Approved by \(person)", ["order": digest, "person": person])
    execute(Order(permit, incident: incident), approvers: permit.approvers)
  }

  mutating func reject(by person: String, _ reason: String) {
    incident.approval?.answer = .rejected(by: person, reason: reason, at: now)
    let answer = "Rejected by \(person)" + (reason.isEmpty ? "." : ": \(reason)")
    // Something was done then that did not help: that stays with a person.
    if incident.undo != nil { return escalate("\(answer) \(whatWasTried)", .policy) }
    close(answer, .policy)
  }

  mutating func expireApproval() {
    incident.approval?.answer = .expired(at: now)
    escalate(incident.undo == nil ? "Nobody approved in time." : "Nobody approved in time. \(whatWasTried)", .policy)
  }

  mutating func join(_ alerts: [Alert], _ subject: Subject) {
    incident.subject = incident.subject.joined(by: subject)
    let names = Set(alerts.map(\.name)).sorted().prefix(3).joined(separator: ", ")
    note(.alert, alerts.count == 1 ? "\(names) on \(subject.title) joined" : "\(alerts.count) more alerts joined: \(names)")
  }

  /// A person has been told of the trouble. That was when it was escalated, however many alerts follow.
  mutating func joinTold(_ alerts: [Alert], _ subject: Subject) {
    incident.updatedAt = before.updatedAt
    join(alerts, subject)
  }

  mutating func noteResolved() {
    incident.alertResolvedAt = now
    note(.alert, "The alert resolved")
  }

  /// A test troubles nobody at night: it ends with what would have been said.
  mutating func escalate(_ reason: String, _ stage: TimelineEntry.Stage, _ details: [String: String] = [:]) {
    if incident.mode == .suggest { return close("Suggestion: leave it to a person. \(reason)", stage, details) }
    incident.openCommand = nil
    incident.state = .escalated
    incident.conclusion = reason
    note(stage, reason, details)
    note(.incident, "Left to a person")
    notify(.escalated)
  }

  mutating func close(_ reason: String, _ stage: TimelineEntry.Stage, _ details: [String: String] = [:]) {
    incident.openCommand = nil
    incident.state = .closed
    incident.conclusion = reason
    note(stage, reason, details)
  }

  /// A result that came after the incident was given up is still part of its story.
  mutating func noteLate(_ outcome: CommandResult.Outcome) {
    note(.execution, "Late word of the agent: \(outcome.shortText)", ["result": Digest.of(outcome)])
  }

  func question(_ proposal: Proposal, confidence: Double, _ evidence: Evidence) -> PolicyQuestion {
    PolicyQuestion(
      proposal: proposal, confidence: confidence, evidence: evidence, evidenceAge: evidenceAge, history: workloadHistory,
      settings: settings, now: now)
  }

  private var evidenceAge: Duration {
    (incident.evidenceAt ?? now).duration(to: now)
  }

  private var workloadHistory: WorkloadHistory {
    guard let workload = incident.subject.workload else { return WorkloadHistory() }
    return history(workload, incident.subject.namespace, incident.id)
  }

  /// The incident waits for its answer.
  mutating func command(
    _ task: CommandDraft.Task, _ kind: Command.Kind, to namespace: String? = nil, approvers: [String] = [],
    notAfter: Timestamp, timeout: Timestamp
  ) {
    incident.openCommand = send(task, kind, to: namespace, approvers: approvers, notAfter: notAfter, timeout: timeout)
  }

  /// - Parameter namespace: whose agent it is for; nil is that of the incident's.
  /// - Returns: the id of the command.
  mutating func send(
    _ task: CommandDraft.Task, _ kind: Command.Kind, to namespace: String? = nil, approvers: [String] = [],
    notAfter: Timestamp, timeout: Timestamp
  ) -> String {
    incident.commandCount += 1
    let id = incident.commandID(kind, number: incident.commandCount)
    intents.append(
      .dispatch(
        CommandDraft(
          id: id, incident: incident.name, namespace: namespace ?? incident.subject.namespace, task: task, approvers: approvers,
          notBefore: now, notAfter: notAfter)))
    intents.append(.expire(command: id, at: timeout))
    return id
  }

  mutating func notify(_ kind: Notification.Kind) {
    intents.append(.notify(.about(incident, kind)))
  }

  /// - Parameter details: what proves it, by name.
  mutating func note(_ stage: TimelineEntry.Stage, _ summary: String, _ details: [String: String] = [:]) {
    timeline.append(TimelineEntry(at: now, stage: stage, summary: summary, details: details))
  }
}

extension CommandResult.Outcome {
  var shortText: String {
    switch self {
    case .evidence: "evidence"
    case .acted: "it was done"
    case .observed: "observed"
    case .stopped(let detail): detail
    case .refused(let refusal): "the agent refused (\(refusal.reason.rawValue)): \(refusal.detail)"
    case .failed(let reason), .unknown(let reason): reason
    }
  }
}
