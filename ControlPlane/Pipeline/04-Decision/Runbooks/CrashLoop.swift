import Wire

/// A container that starts, dies, and is started again with growing pauses.
///
/// A restart helps in one case: what made it die is over, and only the back-off (up to five minutes, kubelet's `MaxContainerBackOff`) keeps
/// it down. It does nothing for a bad revision, a bad configuration, or a dependency that is still away.
enum CrashLoop {
  /// A dependency that became ready within this time was away before, which explains refused connections. One that has been ready for
  /// longer refuses for another reason: a wrong port, a network policy.
  static let recoverySuspicion = Duration.seconds(1800)

  /// A revision younger than this at the first failure is its likely cause.
  static let rolloutSuspicion = Duration.seconds(3600)

  static let runbook: Runbook = { evidence, now in
    let crashing = crashingPods(in: evidence)
    guard !crashing.isEmpty, let workload = evidence.workload else { return nil }
    let context = Context(evidence: evidence, workload: workload.fact, crashing: crashing, now: now)
    let findings = [context.extent] + context.cause.findings
    return Opinion(findings: findings, candidates: context.candidates)
  }

  private static func crashingPods(in evidence: Evidence) -> [(id: String, fact: PodFact)] {
    evidence.pods.filter { _, pod in
      pod.deletedAt == nil
        && pod.containers.contains { container in
          container.state.reason == "CrashLoopBackOff"
            || (!container.ready && container.restarts > 0 && container.lastTermination != nil)
        }
    }
  }

  /// Why the containers die, as far as the evidence tells.
  enum Cause {
    case dependencyBack(Finding)
    case dependencyDown(Finding)
    case badRevision(Finding)
    case cleanExit(Finding)
    case outOfMemory(Finding)
    case unknown(Finding)

    var findings: [Finding] {
      switch self {
      case .dependencyBack(let finding), .dependencyDown(let finding), .badRevision(let finding), .cleanExit(let finding),
        .outOfMemory(let finding), .unknown(let finding):
        [finding]
      }
    }
  }
}

extension RevisionFact {
  /// `kubectl rollout restart` makes a revision too, whose template differs in one annotation.
  var isMereRestart: Bool {
    changes.allSatisfy { $0.path.contains("restartedAt") }
  }
}

extension CrashLoop {
  struct Context {
    let evidence: Evidence
    let workload: WorkloadFact
    let crashing: [(id: String, fact: PodFact)]
    let now: Timestamp

    var extent: Finding {
      let restarts = crashing.flatMap(\.fact.containers).map(\.restarts).max() ?? 0
      return Finding(
        "Of \(workload.desired) pods of \(workload.target.name), \(crashing.count) in a crash loop, with up to \(restarts) restarts.",
        facts: crashing.map(\.id))
    }

    var cause: Cause {
      if let finding = badRevision() { return .badRevision(finding) }
      if let finding = outOfMemory() { return .outOfMemory(finding) }
      if let finding = cleanExit() { return .cleanExit(finding) }
      return dependency() ?? .unknown(Finding("The logs do not say why it dies.", facts: evidence.logs.map(\.id)))
    }

    /// Every crashing pod is of the current revision, which began to crash soon after it was made, and an older revision is left.
    private func badRevision() -> Finding? {
      guard let current = evidence.revisions.first(where: \.fact.current), !current.fact.isMereRestart,
        evidence.revisions.contains(where: { $0.fact.revision < current.fact.revision }),
        let born = crashing.compactMap(\.fact.createdAt).min(),
        crashing.allSatisfy({ $0.fact.owner?.name == current.fact.name }),
        current.fact.createdAt + rolloutSuspicion > now || born < current.fact.createdAt + rolloutSuspicion && neverLived()
      else { return nil }
      let changes = current.fact.changes.prefix(3).map(\.path).joined(separator: ", ")
      return Finding(
        "Revision \(current.fact.revision) crashes since it was rolled out \(Age.text(from: current.fact.createdAt, to: now)) ago"
          + (changes.isEmpty ? "." : "; it changed \(changes)."),
        facts: [current.id] + crashing.map(\.id))
    }

    /// No container has ever run for longer than a minute.
    private func neverLived() -> Bool {
      crashing.flatMap(\.fact.containers).compactMap(\.lastTermination).allSatisfy { last in
        guard let start = last.startedAt, let end = last.finishedAt, let born = crashing.compactMap(\.fact.createdAt).min()
        else { return false }
        return start.duration(to: end) < .seconds(60) && born + rolloutSuspicion > start
      }
    }

    private func outOfMemory() -> Finding? {
      let killed = crashing.filter { $0.fact.containers.contains { $0.lastTermination?.reason == "OOMKilled" } }
      guard !killed.isEmpty else { return nil }
      return Finding("The kernel killed it at its memory limit (OOMKilled).", facts: killed.map(\.id))
    }

    private func cleanExit() -> Finding? {
      let ended = crashing.filter { $0.fact.containers.contains { $0.lastTermination?.exitCode == 0 && !$0.ready } }
      guard !ended.isEmpty else { return nil }
      return Finding("Its command ends with status 0, which a restart does not change.", facts: ended.map(\.id))
    }

    /// The service that the last words name, and whether it answers now.
    private func dependency() -> Cause? {
      guard let complaint = connectionComplaint() else { return nil }
      // A program that names itself in its log does not depend on itself.
      let others = evidence.services.filter { $0.fact.name != workload.target.name }
      guard let service = others.first(where: { complaint.line.namesHost($0.fact.name) }) else {
        return .unknown(
          Finding("It dies because a connection is refused: “\(complaint.line.prefix(160))”", facts: [complaint.id]))
      }
      let fact = service.fact
      guard fact.readyPods > 0 else {
        return .dependencyDown(
          Finding(
            "It dies because \(fact.name) refuses connections, and \(fact.name) has no ready pod.",
            facts: [complaint.id, service.id]))
      }
      guard let readySince = fact.readySince, readySince + CrashLoop.recoverySuspicion > now else {
        return .unknown(
          Finding(
            "It dies because \(fact.name) refuses connections, although \(fact.name) has been ready for long.",
            facts: [complaint.id, service.id]))
      }
      return .dependencyBack(
        Finding(
          "It died because \(fact.name) refused connections; \(fact.name) is ready again, and the pods sit in back-off.",
          facts: [complaint.id, service.id]))
    }

    private func connectionComplaint() -> (id: String, line: String)? {
      let marks = ["connection refused", "econnrefused", "connect: no route", "could not connect", "failed to connect"]
      for (id, log) in evidence.logs {
        if let line = log.lines.last(where: { line in marks.contains { line.lowercased().contains($0) } }) { return (id, line) }
      }
      return nil
    }

    var candidates: [Candidate] {
      switch cause {
      case .dependencyBack(let finding):
        [restart(score: 0.9, finding.statement)]
      case .dependencyDown(let finding):
        [
          Candidate(.wait, score: 0.7, rationale: finding.statement),
          Candidate(.escalate, score: 0.6, rationale: finding.statement),
        ]
      case .badRevision(let finding):
        [rollback(finding)].compactMap(\.self) + [Candidate(.escalate, score: 0.6, rationale: finding.statement)]
      case .cleanExit(let finding):
        [Candidate(.escalate, score: 0.8, rationale: finding.statement)]
      case .outOfMemory(let finding):
        [restart(score: 0.6, finding.statement), Candidate(.escalate, score: 0.4, rationale: finding.statement)]
      case .unknown(let finding):
        [restart(score: 0.65, finding.statement), Candidate(.escalate, score: 0.5, rationale: finding.statement)]
      }
    }

    private func restart(score: Double, _ rationale: String) -> Candidate {
      guard workload.target.kind == "Deployment" else {
        return Candidate(
          .escalate, score: score, rationale: "\(rationale) A restart of a \(workload.target.kind) is for a person.")
      }
      return Candidate(
        .act(
          Proposal(
            action: .restartDeployment, target: workload.target,
            preconditions: .init(templateDigest: workload.templateDigest),
            expectedEffect: "\(workload.desired) new pods become ready and stay so.")),
        score: score, rationale: rationale)
    }

    /// To the newest older revision that was in use for an hour or more before its successor.
    private func rollback(_ finding: Finding) -> Candidate? {
      let revisions = evidence.revisions
      guard workload.target.kind == "Deployment", let current = revisions.first(where: \.fact.current) else { return nil }
      let older = revisions.filter { $0.fact.revision < current.fact.revision }
      let successors = [current] + older
      let good = zip(older, successors).first { candidate, successor in
        candidate.fact.available > 0 || candidate.fact.createdAt + .seconds(3600) <= successor.fact.createdAt
      }
      guard let revision = good?.0.fact.revision else { return nil }
      return Candidate(
        .act(
          Proposal(
            action: .rollbackDeployment, target: workload.target,
            preconditions: .init(templateDigest: workload.templateDigest), parameters: .init(revision: revision),
            expectedEffect: "The pods of revision \(revision) become ready.")),
        score: 0.85, rationale: finding.statement)
    }
  }
}

extension String {
  /// Whether the line names the host, as a whole name: `inventory` is in `dial tcp inventory:8080` and in `inventory.shop.svc`, not in
  /// `inventory-db` or `old-inventory`.
  fileprivate func namesHost(_ name: String) -> Bool {
    func continues(_ character: Character?) -> Bool {
      character.map { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" } ?? false
    }
    return ranges(of: name).contains { range in
      let before = range.lowerBound > startIndex ? self[index(before: range.lowerBound)] : nil
      let after = range.upperBound < endIndex ? self[range.upperBound] : nil
      return !continues(before) && !continues(after) && before != "."
    }
  }
}
