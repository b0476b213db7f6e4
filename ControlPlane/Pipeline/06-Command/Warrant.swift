public import Wire

/// What an order rests on: the verdict that let it pass, and the approval where a person gave one. Whoever signs looks at both again.
public struct Warrant: Sendable, Hashable, Codable {
  public let verdict: Verdict
  public let approval: Approval?

  public init(verdict: Verdict, approval: Approval?) {
    self.verdict = verdict
    self.approval = approval
  }

  /// Nil when none of the incident's verdicts is the order's.
  public init?(for order: Order, of incident: Incident) {
    let verdicts = [incident.undo?.verdict, incident.verdict].compactMap { $0 }
    guard let verdict = verdicts.first(where: { $0.digest == order.verdictDigest }) else { return nil }
    self.init(verdict: verdict, approval: incident.approval)
  }

  /// Why the command must not be signed; nil when nothing stands against it. Pure.
  public func objection(to order: Order, approvers: [String]) -> String? {
    guard verdict.digest == order.verdictDigest else { return "the verdict has another digest than the order names" }
    let proposal = verdict.proposal
    guard proposal.action == order.action, proposal.target == order.target, proposal.preconditions == order.preconditions,
      proposal.parameters == order.parameters
    else { return "the verdict is about something else than the order" }
    guard order.risk == order.action.risk else { return "\(order.action.rawValue) is of risk \(order.action.risk.rawValue)" }
    switch verdict.outcome {
    case .refused(let reasons): return "policy refused it: \(reasons.joined(separator: "; "))"
    case .needsApproval where approvers.isEmpty: return "policy asks for a person, and none approved"
    case .allowed where approvers.isEmpty && order.risk == .high: return "it is of high risk, and no person approved"
    case .needsApproval, .allowed: return approvers.isEmpty ? nil : objection(toApprovalOf: order, by: approvers)
    }
  }

  private func objection(toApprovalOf order: Order, by approvers: [String]) -> String? {
    guard let approval, case .approved(let person, let at) = approval.answer else { return "there is no approval" }
    guard approval.order.digest == order.digest else { return "the approval is of another order" }
    guard at < approval.expiresAt else { return "the approval was given after its time" }
    guard approvers.contains(person) else { return "the command names other people than the approval" }
    return nil
  }
}

/// Leave to sign a command: its entry in the audit timeline is durable.
public struct SigningLeave: Sendable, Hashable {
  public let command: Command
  public let warrant: Warrant?
  /// False when it may have been signed before: then it may have had its effect.
  public let isFirst: Bool

  public init(command: Command, warrant: Warrant?, isFirst: Bool) {
    self.command = command
    self.warrant = warrant
    self.isFirst = isFirst
  }
}
