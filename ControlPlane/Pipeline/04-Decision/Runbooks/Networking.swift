import Wire

/// Services that lead nowhere, and pods that are cut off, while every pod is ready.
enum Networking {
  static let runbook: Runbook = { examination in
    emptyService(examination) ?? cutOff(examination)
  }

  private static func emptyService(_ examination: Examination) -> Opinion? {
    guard let service = examination.emptyService else { return nil }
    let fact = service.fact
    let selector = fact.selector.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    let near = fact.nearMisses.isEmpty ? "" : "; pods carry \(fact.nearMisses.prefix(4).joined(separator: ", "))"
    let since = fact.changedAt.map { ", changed \(examination.age($0)) ago" } ?? ""
    let text =
      "All pods are ready, but service \(fact.name) has no endpoints: its selector \(selector)\(since) matches none of "
      + "them\(near)."
    if let revision = examination.currentRevision, !revision.fact.changes("metadata.labels").isEmpty,
      fact.changedAt.map({ $0 < revision.fact.createdAt }) ?? true,
      examination.isWithin(revision.fact.createdAt, Examination.rolloutSuspicion)
    {
      let reason =
        "\(text) Revision \(revision.fact.revision) changed the labels \(examination.age(revision.fact.createdAt)) ago: "
        + "\(revision.fact.changeText)."
      return Opinion(
        reason, facts: [service.id, revision.id], examination.rollback(Score.plain, reason), examination.escalate(0.75, reason))
    }
    return Opinion(
      text, facts: [service.id],
      examination.escalate(Score.strong, "\(text) Selector or labels have to change; no restart does that."))
  }

  /// Running pods whose every call goes unanswered.
  private static func cutOff(_ examination: Examination) -> Opinion? {
    guard examination.crashing.isEmpty else { return nil }
    for complaint in examination.complaints(of: examination.pods)
    where [.timeout, .nameResolution, .connection].contains(complaint.sign) {
      if let opinion = Outside.opinion(on: complaint, of: [], examination),
        opinion.candidates.allSatisfy({ if case .act = $0.choice { false } else { true } }),
        examination.evidence.networkPolicies.contains(where: { opinion.findings[0].facts.contains($0.id) })
      {
        return opinion
      }
    }
    return nil
  }
}

extension Examination {
  /// A service of the workload that leads to none of its ready pods.
  var emptyService: Cited<ServiceFact>? {
    guard !readyPods.isEmpty else { return nil }
    return evidence.services.first { service in
      service.fact.role == .own && !service.fact.selector.isEmpty && service.fact.readyPods == 0
        && (service.fact.readyEndpoints ?? 0) == 0
    }
  }
}
