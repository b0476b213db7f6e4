import Wire

/// All rules, asked in order; each speaks, so that the verdict is the whole list.
public enum Policy {
  /// What they refuse is not offered to model or person.
  static let hard: [Rule] = [
    .protected, .freeze, .teamGuard, .gitOps, .coolDown, .attempts, .oneInFlight, .unhealthyNamespace, .blastRadius,
    .rolloutInProgress, .budget, .autoscaled, .bounds, .soundRevision,
  ]
  static let gates: [Rule] = [.freshness, .blindness, .singleton, .humanEdit, .risk, .automation, .confidence]

  /// What an undoing is asked. It takes back what was just done, on the word of the agent that did it: rest, number of attempts,
  /// age of the evidence and confidence are no questions then, and a rollout that is under way is the one that it ends.
  static let undoing: [Rule] = [.protected, .freeze, .teamGuard, .gitOps, .oneInFlight, .risk, .automation]

  static func judge(_ question: PolicyQuestion, by rules: [Rule] = hard + gates) -> Verdict {
    Verdict(
      proposal: question.proposal, confidence: question.confidence,
      answers: rules.map { .init(rule: $0.name, answer: $0.judge(question)) }, judgedAt: question.now)
  }

  /// What the hard rules have against it, each as `rule: reason`.
  static func refusals(_ question: PolicyQuestion, by rules: [Rule] = hard) -> [String] {
    rules.compactMap { rule in
      if case .refuses(let reason) = rule.judge(question) { "\(rule.name): \(reason)" } else { nil }
    }
  }

  /// The candidates that the hard rules leave, with a finding for each one that they take away.
  static func offered(
    _ diagnosis: Diagnosis, evidence: Evidence, history: WorkloadHistory, actions: Set<Action>?,
    execCommands: Set<String>? = nil, settings: PolicySettings, at now: Timestamp
  ) -> Diagnosis {
    var findings = diagnosis.findings
    var bestRefusal: String?
    let left = diagnosis.candidates.filter { candidate in
      guard case .act(let proposal) = candidate.choice else { return true }
      let question = PolicyQuestion(
        proposal: proposal, confidence: candidate.score, evidence: evidence, history: history, settings: settings, now: now)
      var refusals = refusals(question)
      if let actions, !actions.contains(proposal.action) { refusals.append("abilities: the agent there cannot do it") }
      if let execCommands, let command = proposal.parameters.command, !execCommands.contains(command) {
        refusals.append("abilities: \(command) is not on the namespace's list")
      }
      guard !refusals.isEmpty else { return true }
      let statement = "\(proposal.action.rawValue) is refused: \(refusals.joined(separator: "; "))."
      findings.append(Finding(statement, facts: []))
      if candidate == diagnosis.best { bestRefusal = statement }
      return false
    }
    guard left.count < diagnosis.candidates.count else { return diagnosis }
    guard let bestRefusal else { return Diagnosis(findings: findings, candidates: left) }
    return Diagnosis(findings: findings, candidates: afterRefusal(bestRefusal, of: diagnosis.best, left))
  }

  /// Where the best is refused, the second best would be a way around the rule, and waiting would look like consent: a person is
  /// told.
  private static func afterRefusal(_ refusal: String, of best: Candidate, _ left: [Candidate]) -> [Candidate] {
    let others = left.filter { candidate in
      switch candidate.choice {
      case .act, .escalate, .nothing: false
      case .wait: true
      }
    }
    return others + [Candidate(.escalate, score: 0.95, rationale: "\(refusal) \(best.rationale)")]
  }

  /// All rules as a table in Markdown, as the documentation has it.
  public static var table: String {
    let rows = (hard + gates).map { "| `\($0.name)` | \($0.strictness.rawValue) | \($0.statement) |" }
    return (["| rule | what it does | in words |", "| --- | --- | --- |"] + rows).joined(separator: "\n") + "\n"
  }
}
