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

  /// - Parameter alert: the incident's first; its claims may make the answer more careful, never bolder.
  public static func of(_ evidence: Evidence, alert: Alert? = nil, at now: Timestamp) -> Diagnosis {
    let examination = Examination(evidence, alert: alert, at: now)
    let opinions = Runbooks.all.compactMap { $0.runbook(examination) }
    guard let leading = opinions.first else { return unknown(examination) }
    let others = opinions.dropFirst().flatMap(\.findings).filter { !leading.findings.contains($0) }
    return Diagnosis(
      findings: leading.findings + others.prefix(Runbooks.sideFindings), candidates: strongest(leading.candidates))
  }

  /// Nothing that a runbook recognises: a person hears what was seen.
  private static func unknown(_ examination: Examination) -> Diagnosis {
    let words = examination.lastWords(of: examination.evidence.pods)
    let seen =
      examination.workload.map { "\($0.ready) of \($0.desired) pods of \($0.target.name) are ready" } ?? "No workload was found"
    let said = words.map { "; the last telling line is \($0.line.quoted)" } ?? ""
    let missing = examination.evidence.omissions.prefix(3).map { "\($0.what) (\($0.why))" }
    let statement = "\(seen)\(said)." + (missing.isEmpty ? "" : " Not seen: \(missing.joined(separator: ", ")).")
    return Diagnosis(
      findings: [Finding(statement, facts: [examination.evidence.workload?.id, words?.id].compactMap(\.self))],
      candidates: [Candidate(.escalate, score: 0.6, rationale: "\(statement) No runbook recognises what the alert tells of.")])
  }

  /// One candidate per id: where a runbook offers the same twice, the better founded one.
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
public typealias Runbook = @Sendable (Examination) -> Opinion?
