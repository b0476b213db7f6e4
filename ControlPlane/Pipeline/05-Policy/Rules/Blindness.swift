import Wire

extension Rule {
  /// While something is not watched, what is known of it is as old as the last look. Evidence from such a time is marked; it is
  /// refused when that look is longer ago than evidence may be old. A span that has ended was followed by a fresh list: it says
  /// only that something may have passed unseen.
  static let blindness = Rule(
    "blindness", .refuses, "Nothing is done on what could not be watched for longer than evidence may be old (60 s)."
  ) { question in
    let evidence = question.evidence
    let blind = evidence.blindSpans.filter { $0.to == nil && Self.showsState.contains($0.what) }.min { $0.from < $1.from }
    if let blind {
      let age = blind.from.duration(to: evidence.gatheredAt)
      if age > question.settings.evidenceLifetime {
        return .refuses(
          "\(blind.what) have not been watched since \(blind.from) (\(blind.why)): what is known of them is too old")
      }
    }
    let recent = evidence.blindSpans.filter {
      ($0.to ?? evidence.gatheredAt) >= evidence.gatheredAt - question.settings.evidenceLifetime
    }
    guard let marked = recent.first else { return .passes("nothing was out of sight") }
    let end = marked.to.map { "until \($0)" } ?? "and still is not"
    let others = recent.count > 1 ? ", and \(recent.count - 1) more" : ""
    return .passes("marked: \(marked.what) was not watched from \(marked.from) \(end) (\(marked.why))\(others)")
  }

  /// What the state of a workload is read from. Events, quotas and the like only add to the story.
  private static let showsState: Set<String> = [
    "agent", "api", "pods", "nodes", "deployments", "replicasets", "statefulsets", "daemonsets", "jobs",
  ]
}
