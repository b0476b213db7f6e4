import Pipeline
import Wire

/// How an incident came to its answer, for a person who looks for what is missing.
enum Explanation {
  static func lines(_ incident: Incident) -> [String] {
    let head = "incident \(incident.id): \(incident.alertName) on \(incident.subject.title), \(incident.state.rawValue)"
    return [head] + (incident.evidence.map(evidence) ?? ["  no evidence"]) + (incident.decision.map(decision) ?? [])
      + (incident.verdict.map(verdict) ?? []) + (incident.conclusion.map { ["  conclusion: \($0)"] } ?? [])
  }

  private static func evidence(_ evidence: Evidence) -> [String] {
    var kinds: [String: Int] = [:]
    for fact in evidence.facts { kinds[String(fact.id.prefix { $0 != "-" }), default: 0] += 1 }
    let counts = kinds.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    return ["  evidence: \(counts.isEmpty ? "none" : counts)"]
      + evidence.omissions.map { "  missing: \($0.what) (\($0.why))" }
  }

  private static func decision(_ decision: Decision) -> [String] {
    decision.findings.map { "  finding: \($0.statement) [\($0.facts.joined(separator: ", "))]" }
      + decision.considered.map { "  candidate: \($0.id) \($0.score): \($0.rationale)" }
      + decision.precedents.map { "  precedent: \($0.alertName) \($0.action.rawValue) verified=\($0.verified)" }
      + (decision.modelAbsence.map { ["  \($0)"] } ?? [])
      + ["  decided by \(decision.decidedBy), confidence \(decision.confidence): \(decision.reasoning)"]
  }

  private static func verdict(_ verdict: Verdict) -> [String] {
    verdict.answers.map { answer in
      switch answer.answer {
      case .passes(let reason): "  rule \(answer.rule) passes: \(reason)"
      case .needsApproval(let reason): "  rule \(answer.rule) asks a person: \(reason)"
      case .refuses(let reason): "  rule \(answer.rule) refuses: \(reason)"
      }
    }
  }
}
