import Pipeline
import Wire

extension Answer {
  /// What an incident has come to, whatever has happened to its proposal since.
  init(_ incident: Incident) {
    let proposal = incident.verdict.flatMap(Proposed.init)
    self.init(
      outcome: proposal == nil ? Self.outcome(of: incident) : .act, proposal: proposal,
      confidence: incident.decision?.confidence ?? 0, decidedBy: Self.decider(incident.decision),
      reasoning: Self.reasoning(incident, isProposed: proposal != nil), execution: incident.execution.map(Self.text))
  }

  private static func text(_ execution: ExecutionOutcome) -> String {
    switch execution {
    case .done: "done"
    case .refused(let refusal, _): "refused: \(refusal.detail)"
    case .failed(let reason, _): "failed: \(reason)"
    case .unknown(let reason, _): "unknown: \(reason)"
    }
  }

  private static func outcome(of incident: Incident) -> Outcome {
    switch incident.state {
    case .waiting: .wait
    case .closed, .resolved: .none
    case .received, .gathering, .deciding: incident.waits > 0 ? .wait : .none
    case .awaitingApproval, .executing, .verifying, .escalated, .failed: .escalate
    }
  }

  private static func decider(_ decision: Decision?) -> String {
    switch decision?.decidedBy {
    case .runbooks: "runbook"
    case .model(let name): name
    case nil: "rules"
    }
  }

  /// What ended an incident without a proposal is part of the reasoning: a rule that refused, an agent that was silent.
  private static func reasoning(_ incident: Incident, isProposed: Bool) -> String {
    let reasoning = incident.decision?.reasoning ?? ""
    guard !isProposed, let conclusion = incident.conclusion else { return reasoning }
    return conclusion.contains(reasoning) ? conclusion : "\(reasoning) \(conclusion)"
  }
}

extension Answer.Proposed {
  /// Nil when policy refused it: then nothing is proposed.
  init?(_ verdict: Verdict) {
    let gate: Gate
    switch verdict.outcome {
    case .allowed: gate = .auto
    case .needsApproval: gate = .approval
    case .refused: return nil
    }
    let proposal = verdict.proposal
    var parameters: [String: Int] = [:]
    parameters["replicas"] = proposal.parameters.replicas
    parameters["revision"] = proposal.parameters.revision
    self.init(action: proposal.action.rawValue, target: proposal.target.path, parameters: parameters, gate: gate)
  }
}
