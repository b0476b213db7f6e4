public import Wire

/// The rules' answer to one proposal: all of it, so that it can be shown, explained and replayed. The strictest answer wins.
public struct Verdict: Sendable, Hashable, Codable {
  public let proposal: Proposal
  public let confidence: Double
  public let answers: [RuleAnswer]
  public let judgedAt: Timestamp

  public struct RuleAnswer: Sendable, Hashable, Codable {
    public let rule: String
    public let answer: Rule.Answer

    public init(rule: String, answer: Rule.Answer) {
      self.rule = rule
      self.answer = answer
    }
  }

  public enum Outcome: Sendable, Hashable {
    case allowed(Permit)
    /// With the reasons.
    case needsApproval([String])
    case refused([String])
  }

  public var outcome: Outcome {
    let refusals = answers.compactMap { if case .refuses(let reason) = $0.answer { reason } else { nil } }
    if !refusals.isEmpty { return .refused(refusals) }
    let approvals = answers.compactMap { if case .needsApproval(let reason) = $0.answer { reason } else { nil } }
    if !approvals.isEmpty { return .needsApproval(approvals) }
    return .allowed(Permit(proposal: proposal, verdictDigest: digest, approvers: []))
  }

  /// SHA-256 of the whole verdict; every envelope that follows from it carries this.
  public var digest: String { Digest.of(self) }

  /// The permit that a person gives. Nothing loosens a refusal.
  func approved(by approver: String) -> Permit? {
    switch outcome {
    case .allowed, .needsApproval: Permit(proposal: proposal, verdictDigest: digest, approvers: [approver])
    case .refused: nil
    }
  }
}

/// Leave to do one thing. Only a verdict makes one, and only from a permit is there an order.
public struct Permit: Sendable, Hashable {
  public let proposal: Proposal
  public let verdictDigest: String
  public let approvers: [String]

  fileprivate init(proposal: Proposal, verdictDigest: String, approvers: [String]) {
    self.proposal = proposal
    self.verdictDigest = verdictDigest
    self.approvers = approvers
  }
}

/// A proposal that waits for a person, or what the person said.
public struct Approval: Sendable, Hashable, Codable {
  /// The exact order that was shown; approving binds its digest.
  public let order: Order
  public let reasons: [String]
  public let askedAt: Timestamp
  public let expiresAt: Timestamp
  public internal(set) var answer: Answer?

  public enum Answer: Sendable, Hashable, Codable {
    case approved(by: String, at: Timestamp)
    case rejected(by: String, reason: String, at: Timestamp)
    case expired(at: Timestamp)
  }
}

extension Approval {
  /// The name under which a person approves: the first 12 hexadecimal digits of the order's digest, so that approving it can mean
  /// nothing but the order that was shown.
  public var id: String { String(order.digest.prefix(12)) }
}
