public import Wire

/// What the runbooks make of the evidence.
public struct Diagnosis: Sendable, Hashable, Codable {
  public let findings: [Finding]
  /// Best first; `escalate` and `wait` are always among them.
  public let candidates: [Candidate]

  public init(findings: [Finding], candidates: [Candidate]) {
    self.findings = findings
    var all = candidates
    if !all.contains(where: { $0.choice == .escalate }) {
      let rationale = candidates.isEmpty ? "No runbook knows this situation." : "Leave it to a person."
      all.append(Candidate(.escalate, score: candidates.isEmpty ? 0.5 : 0.1, rationale: rationale))
    }
    if !all.contains(where: { $0.choice == .wait }) {
      all.append(Candidate(.wait, score: 0, rationale: "Look again later."))
    }
    self.candidates = all.enumerated().sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }.map(\.element)
  }

  /// What is made of no evidence.
  public static let nothing = Diagnosis(findings: [], candidates: [])

  /// Never fails: `escalate` and `wait` are always there.
  public var best: Candidate { candidates[0] }

  public static func of(_ evidence: Evidence, at now: Timestamp) -> Diagnosis {
    let opinions = Runbooks.all.compactMap { $0(evidence, now) }
    return Diagnosis(findings: opinions.flatMap(\.findings), candidates: strongest(opinions.flatMap(\.candidates)))
  }

  /// One candidate per choice: where two runbooks offer the same, the better founded one.
  private static func strongest(_ candidates: [Candidate]) -> [Candidate] {
    var byID: [String: Candidate] = [:]
    for candidate in candidates where candidate.score > (byID[candidate.id]?.score ?? -1) { byID[candidate.id] = candidate }
    return candidates.filter { byID[$0.id] == $0 }
  }
}

/// What one runbook says of the evidence; nil when it is not its kind of trouble.
public struct Opinion: Sendable, Hashable {
  public let findings: [Finding]
  public let candidates: [Candidate]

  public init(findings: [Finding], candidates: [Candidate]) {
    self.findings = findings
    self.candidates = candidates
  }
}

/// A runbook is a pure function, one file per kind of trouble.
public typealias Runbook = @Sendable (Evidence, Timestamp) -> Opinion?

public enum Runbooks {
  public static let all: [Runbook] = [CrashLoop.runbook]
}
