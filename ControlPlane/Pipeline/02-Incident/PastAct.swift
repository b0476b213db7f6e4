package import Wire

/// One act of the past and how it ended, as far as it is known without the run of its incident: what a replay begins with.
package struct PastAct: Sendable, Hashable {
  package let alertName: String
  package let description: String
  package let subject: Subject
  package let action: Action
  package let target: Target
  package let verified: Bool
  /// When it was ordered, done and judged.
  package let at: Timestamp

  package init(
    alertName: String, description: String, subject: Subject, action: Action, target: Target, verified: Bool, at: Timestamp
  ) {
    self.alertName = alertName
    self.description = description
    self.subject = subject
    self.action = action
    self.target = target
    self.verified = verified
    self.at = at
  }

  /// The step that leaves its incident as it ended, and the one command that it gave.
  package func step(id: Incident.ID, nonce: String) -> Step {
    let alert = Alert(
      status: .firing, labels: ["alertname": alertName], annotations: ["description": description], startsAt: at,
      fingerprint: "past-\(id)")
    var incident = Incident(id: id, nonce: nonce, opening: Opening(alert: alert, subject: subject), at: at)
    let order = Order(
      incident: incident.name, action: action, target: target, preconditions: .init(), risk: action.risk, verdictDigest: "")
    incident.commandCount = 1
    let draft = CommandDraft(
      id: incident.commandID(.act, number: 1), incident: incident.name, namespace: subject.namespace, task: .act(order),
      notBefore: at, notAfter: at)
    incident.order = order
    incident.actCommand = draft.id
    incident.execution = .done(ActReport(generation: nil, before: [:], after: [:], alreadyDone: false), at: at)
    incident.verification = Verification(verified: verified, reason: description, at: at)
    incident.state = verified ? .resolved : .escalated
    incident.conclusion = description
    return Step(incident: incident, timeline: [], intents: [.dispatch(draft), .remember])
  }
}
